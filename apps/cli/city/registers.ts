import { dayOf, monthAfter, residentId, yearBefore } from './numbers.js';
import { accountOf, employerOf, personNumber, personOf, type City } from './people.js';
import { openingsOf, openingUnpaidOf } from './plan.js';
import { Random } from './random.js';
import { untidy } from './write.js';

/** Rows as they are written: our own words, amounts in fen. */
export type Rows = readonly (readonly string[])[];

/** Two numbers no register holds, and one that is enrolled only in the city's first month. */
export const unknownPerson = 'P9999999';
export const unknownEmployer = 'U99999';
export const latePerson = 'P9900004';

export function employerRows(city: City): Rows {
  return Array.from({ length: city.employers }, (_, index) => {
    const random = new Random(city.seed, 'untidy employer', index);
    const { number, code, name, office, enrolledOn } = employerOf(city, index);
    return [number, code, name, office, enrolledOn].map((cell) => untidy(random, cell));
  });
}

/** All persons, and behind them the rows a register should not take, with an old number. */
export function personRows(city: City, from: number, to: number): Rows {
  const rows: string[][] = [];
  for (let index = from; index < to; index += 1) {
    const random = new Random(city.seed, 'untidy person', index);
    const { number, id, name, household, enrolledOn, phone } = personOf(city, index);
    const written = random.chance(1, 50) ? id.toLowerCase() : id;
    const cells = [number, written, name, household, enrolledOn, phone];
    rows.push(cells.map((cell) => untidy(random, cell)));
  }
  if (to === city.persons) rows.push(...oddPersons(city));
  return rows;
}

function oddPersons(city: City): string[][] {
  const district = city.offices[0];
  const enrolled = dayOf(city.firstMonth, 1);
  const born = (age: number) => String(yearBefore(city.firstMonth, age));
  const right = residentId(`${district}${born(31)}0810919`);
  const wrong = right.slice(0, 17) + (right.endsWith('0') ? '1' : '0');
  const taken = personOf(city, city.persons - 1).id;
  return [
    ['P9900001', residentId(`${district}${born(41)}0230301`), '坏日期', 'urban', enrolled, ''],
    ['P9900002', wrong, '坏校验', 'urban', enrolled, ''],
    ['P9900003', taken, '同号人', 'rural', enrolled, ''],
    [latePerson, `${district}${born(41).slice(2)}0617123`, '老身份', 'urban', enrolled, ''],
    [personNumber(0), residentId(`${district}${born(35)}0411999`), '同编号', 'urban', enrolled, ''],
    ['P9900006', residentId(`${district}${born(35)}0412999`), '', 'urban', enrolled, ''],
  ];
}

export function historyRows(city: City, from: number, to: number): Rows {
  const rows: string[][] = [];
  for (let index = from; index < to; index += 1) {
    const { number, history } = personOf(city, index);
    // The months behind an award that is in force have been used for it.
    const drawn = index < city.awards;
    for (const span of history)
      rows.push([number, span.from, span.to, drawn || span.used ? 'yes' : 'no']);
  }
  const year = yearBefore(city.firstMonth, 6);
  if (to === city.persons) rows.push([unknownPerson, `${year}-01`, `${year}-12`, 'no']);
  return rows;
}

export const openingClaim = (index: number) => `K${String(index + 1).padStart(6, '0')}`;

export function openingRows(city: City): Rows {
  const unpaid = openingUnpaidOf(city);
  const rows = openingsOf(city).map(({ index, awarded, drawn }) => {
    const person = personOf(city, index);
    const { bankCode, account, holder } = accountOf(city, person);
    const first = monthAfter(city.firstMonth, -drawn);
    const missing = unpaid[index]?.reason === 'account-missing';
    return [
      openingClaim(index),
      person.number,
      String(awarded),
      String(drawn),
      first,
      city.place.monthlyFen(awarded),
      person.office,
      ...(missing ? ['', '', ''] : [bankCode, account, holder]),
    ];
  });
  const months = ['4', '5', city.firstMonth, city.place.monthlyFen(4), city.offices[0], '', '', ''];
  return [...rows, ['K900001', personNumber(0), ...months]];
}

export function openingUnpaidRows(city: City): Rows {
  const awards = openingsOf(city);
  const fenOf = (index: number) => city.place.monthlyFen(awards[index]?.awarded ?? 0);
  const rows = openingUnpaidOf(city).map(({ index, month, reason }) => [
    openingClaim(index),
    personNumber(index),
    month,
    'benefit',
    fenOf(index),
    reason,
  ]);
  const before = monthAfter(city.firstMonth, -1);
  return [...rows, ['K900002', personNumber(0), before, 'benefit', fenOf(0), 'failed']];
}
