import { dayOf, lastDayOf, monthAfter, two } from './numbers.js';
import {
  accountOf,
  claimMonthOf,
  employerNumber,
  personNumber,
  personOf,
  type City,
  type Person,
} from './people.js';
import { claimIsUnregistered, claimIsVoluntary, sharesAccount, type MonthPlan } from './plan.js';
import { Random } from './random.js';
import { latePerson, unknownEmployer, unknownPerson, type Rows } from './registers.js';
import { untidy } from './write.js';

/** Declared rows of some persons, and what each employer owes for them, added to `owedFen`. */
export function declarationRows(
  city: City,
  at: number,
  [from, to]: readonly [number, number],
  owedFen: BigInt64Array,
): Rows {
  const month = monthAfter(city.firstMonth, at);
  const rows: string[][] = [];
  for (let index = Math.max(from, city.awards); index < to; index += 1) {
    const claimMonth = claimMonthOf(city, index);
    if (claimMonth !== undefined && claimMonth <= at) continue;
    const { number, employer, wageFen, household } = personOf(city, index);
    const owed = amountsOf(city, wageFen, household);
    owedFen[employer] = (owedFen[employer] ?? 0n) + owed[1] + owed[2];
    rows.push(declared(month, employerNumber(employer), number, owed));
    if (index % 4 !== 0) continue;
    const random = new Random(city.seed, 'untidy declaration', at, index);
    // Amounts stay tidy, because they are turned into yuan only when they are written.
    const [first = '', second = '', third = '', ...amounts] = rows.pop() ?? [];
    rows.push([...[first, second, third].map((cell) => untidy(random, cell)), ...amounts]);
  }
  if (to === city.persons) rows.push(...oddDeclarations(city, month));
  return rows;
}

/** One row for each reason, on which nothing is owed. */
function oddDeclarations(city: City, month: string): string[][] {
  const last = personOf(city, city.persons - 1);
  const employer = employerNumber(0);
  const before = monthAfter(city.firstMonth, -1);
  const right = amountsOf(city, 500_000n, 'urban');
  const [wage, employerFen, personFen] = right;
  return [
    declared(month, employer, last.number, amountsOf(city, wage, last.household)),
    declared(month, employer, unknownPerson, right),
    declared(month, unknownEmployer, last.number, right),
    declared(month, employer, latePerson, [wage, -employerFen, -personFen]),
    declared(month, employer, latePerson, [wage, employerFen + 100n, personFen + 100n]),
    declared(before, employer, latePerson, right),
    [...declared(month, employer, latePerson, right).slice(0, -1), '25.005'],
  ];
}

type Amounts = readonly [wage: bigint, employerFen: bigint, personFen: bigint];

function amountsOf({ place }: City, wage: bigint, household: Person['household']): Amounts {
  const { employerFen, personFen } = place.contribution(wage, household);
  return [wage, employerFen, personFen];
}

/** The base is the wage. */
function declared(month: string, employer: string, person: string, [wage, ...parts]: Amounts) {
  return [month, employer, person, ...[wage, wage, ...parts].map(String)];
}

/** Money of one employer that came a month late. */
export type LateMoney = Readonly<{ month: string; employer: number; amountFen: bigint }>;

/**
 * What employers pay: nearly all in full and in time. At least one is late, one pays a yuan less,
 * and one payment names nobody. `late` comes from the month before; the answer goes to the next.
 */
export function collectionRows(
  city: City,
  at: number,
  owedFen: BigInt64Array,
  late: readonly LateMoney[],
): Readonly<{ rows: Rows; late: readonly LateMoney[] }> {
  const month = monthAfter(city.firstMonth, at);
  const random = new Random(city.seed, 'collections', at);
  const paying = [...owedFen.keys()].filter((employer) => (owedFen[employer] ?? 0n) > 100n);
  const [lateOne, shortOne] = random.shuffled(paying);
  const rows: string[][] = late.map((one) => [
    one.month,
    employerNumber(one.employer),
    dayOf(month, random.between(3, 8)),
    String(one.amountFen),
    receipt(one.month, one.employer),
  ]);
  const next: LateMoney[] = [];
  for (const employer of paying) {
    const owed = owedFen[employer] ?? 0n;
    if (employer === lateOne || random.chance(1, 200)) {
      next.push({ month, employer, amountFen: owed });
      continue;
    }
    const paid = employer === shortOne || random.chance(1, 200) ? owed - 100n : owed;
    const on = dayOf(month, random.between(10, 19));
    rows.push([month, employerNumber(employer), on, String(paid), receipt(month, employer)]);
  }
  const compact = month.replace('-', '');
  rows.push([month, '', dayOf(month, 18), '12345', `R${compact}NONE`]);
  rows.push([month, unknownEmployer, dayOf(month, 18), '5000', `R${compact}BAD1`]);
  rows.push([month, employerNumber(0), dayOf(month, 18), '-5000', `R${compact}BAD2`]);
  return { rows, late: next };
}

function receipt(month: string, employer: number): string {
  return `R${month.replace('-', '')}${String(employer + 1).padStart(6, '0')}`;
}

function claimants(city: City, at: number): readonly number[] {
  const first = city.awards + at * city.claimsAMonth;
  return Array.from({ length: city.claimsAMonth }, (_, place) => first + place);
}

const endings = ['LCL-36-employer', 'LCL-38', 'LCL-40', 'LCL-41', 'LCL-44-1'] as const;

export function registrationRows(city: City, at: number): Rows {
  const month = monthAfter(city.firstMonth, at);
  const ended = lastDayOf(monthAfter(month, -1));
  const prefix = city.offices[0].slice(0, 4);
  const rows: string[][] = [];
  for (const index of claimants(city, at)) {
    if (claimIsUnregistered(city, index)) continue;
    const random = new Random(city.seed, 'registration', index);
    const { number, employer } = personOf(city, index);
    const reason = claimIsVoluntary(city, index) ? 'resigned' : random.pick(endings);
    const certificate = `${prefix}${String(random.between(0, 999_999)).padStart(6, '0')}${two(at)}`;
    const cells = [number, employerNumber(employer), ended, reason, dayOf(month, 3), certificate];
    rows.push(cells.map((cell) => untidy(random, cell)));
  }
  rows.push([unknownPerson, employerNumber(0), ended, 'LCL-40', dayOf(month, 3), '']);
  return rows;
}

export function claimRows(city: City, at: number): Rows {
  const month = monthAfter(city.firstMonth, at);
  const prefix = `C${month.slice(2).replace('-', '')}`;
  const number = (place: number) => `${prefix}${String(place).padStart(5, '0')}`;
  const rows = claimants(city, at).map((index, place) => {
    const person = personOf(city, index);
    const owner = sharesAccount(city, index) ? personOf(city, city.awards + 1) : person;
    const { bankCode, account } = accountOf(city, owner);
    const on = dayOf(month, new Random(city.seed, 'claim', index).between(5, 11));
    return [number(place + 1), person.number, on, person.office, bankCode, account, person.name];
  });
  const [office] = city.offices;
  // One who has just been awarded a benefit claims again, and one is in no register.
  if (at === 1)
    rows.push([number(90_001), personNumber(city.awards), dayOf(month, 9), office, '', '', '']);
  rows.push([number(90_002), unknownPerson, dayOf(month, 9), office, '', '', '']);
  return rows;
}

export function signInRows(city: City, at: number, { month, signing }: MonthPlan): Rows {
  const rows = signing.map((index) => {
    const random = new Random(city.seed, 'sign-in', at, index);
    return [untidy(random, personNumber(index)), dayOf(month, random.between(1, 18))];
  });
  return [...rows, [unknownPerson, dayOf(month, 9)]];
}

export function extractRows(city: City, { month, hits }: MonthPlan): Rows {
  const rows = hits.map(({ index, source, event, on }) => [
    source,
    personOf(city, index).id,
    event,
    on,
  ]);
  return [...rows, ['民政', '11010519491231002X', 'died', dayOf(month, 1)]];
}

export function accountRows(city: City, { month, corrections }: MonthPlan): Rows {
  return corrections.map(({ index, correction }) => {
    const person = personOf(city, index);
    const { bankCode, account, holder } = accountOf(city, person, correction);
    return [person.number, dayOf(month, 3), bankCode, account, holder];
  });
}
