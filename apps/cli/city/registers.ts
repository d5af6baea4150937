import { dayOf, monthAfter, residentId } from './numbers.js';
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

/** A month's benefit when the city begins: 90 % of a minimum wage of 2,680 yuan. */
export const monthlyFen = '241200';

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
  const right = residentId(`${district}19950810919`);
  const wrong = right.slice(0, 17) + (right.endsWith('0') ? '1' : '0');
  const taken = personOf(city, city.persons - 1).id;
  return [
    ['P9900001', residentId(`${district}19850230301`), '坏日期', 'urban', enrolled, ''],
    ['P9900002', wrong, '坏校验', 'urban', enrolled, ''],
    ['P9900003', taken, '同号人', 'rural', enrolled, ''],
    [latePerson, `${district}850617123`, '老身份', 'urban', enrolled, ''],
    [personNumber(0), residentId(`${district}19910411999`), '同编号', 'urban', enrolled, ''],
    ['P9900006', residentId(`${district}19910412999`), '', 'urban', enrolled, ''],
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
  if (to === city.persons) rows.push([unknownPerson, '2020-01', '2020-12', 'no']);
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
      monthlyFen,
      person.office,
      ...(missing ? ['', '', ''] : [bankCode, account, holder]),
    ];
  });
  const months = ['4', '5', city.firstMonth, monthlyFen, city.offices[0], '', '', ''];
  return [...rows, ['K900001', personNumber(0), ...months]];
}

export function openingUnpaidRows(city: City): Rows {
  const rows = openingUnpaidOf(city).map(({ index, month, reason }) => [
    openingClaim(index),
    personNumber(index),
    month,
    'benefit',
    monthlyFen,
    reason,
  ]);
  const before = monthAfter(city.firstMonth, -1);
  return [...rows, ['K900002', personNumber(0), before, 'benefit', monthlyFen, 'failed']];
}
