import { columns, type FileKind } from './columns.js';
import {
  accountRows,
  claimRows,
  collectionRows,
  declarationRows,
  extractRows,
  registrationRows,
  signInRows,
  type LateMoney,
} from './months.js';
import { monthAfter } from './numbers.js';
import { cityOf, personNumber, type City, type CityOptions } from './people.js';
import { monthPlans, type MonthPlan } from './plan.js';
import {
  employerRows,
  historyRows,
  openingRows,
  openingUnpaidRows,
  personRows,
  type Rows,
} from './registers.js';
import type { BankScript, ScriptedAnswer } from './script.js';
import { encodeTable, rowsAFile, type Style } from './write.js';

export type CityFile = readonly [name: string, bytes: Uint8Array];

/** Some files come as a bureau's systems write them, others in our own form. */
const styles: Readonly<Record<FileKind, Style>> = {
  employers: 'bureau',
  persons: 'bureau',
  history: 'bureau',
  opening: 'bureau',
  'opening-unpaid': 'bureau-utf8',
  declarations: 'bureau',
  collections: 'bureau-utf8',
  registrations: 'own',
  claims: 'own',
  'sign-ins': 'own',
  extracts: 'bureau-utf8',
  accounts: 'bureau',
};

/** A person can have two spans of history, so that many fewer persons fill a file of it. */
const personsAFile = rowsAFile / 2;

/**
 * A whole city's files, by name. The same options give the same bytes, on any machine and any day.
 *
 * @throws RangeError when a size is out of bounds
 */
export function generateCity(options: CityOptions): Map<string, Uint8Array> {
  return new Map(cityFiles(options));
}

/** The same files one at a time, in the order in which they are imported; bank.json comes last. */
export function* cityFiles(options: CityOptions): Generator<CityFile> {
  const city = cityOf(options);
  yield* registerFiles(city);
  const script: Record<string, Readonly<Record<string, ScriptedAnswer>>> = {};
  let late: readonly LateMoney[] = [];
  let at = 0;
  for (const plan of monthPlans(city)) {
    late = yield* contributionFiles(city, at, late);
    yield* recipientFiles(city, at, plan);
    const answers = Object.entries(plan.answers);
    script[plan.month] = Object.fromEntries(
      answers.map(([index, answer]) => [personNumber(Number(index)), answer]),
    );
    at += 1;
  }
  const bank: BankScript = script;
  yield ['bank.json', Buffer.from(`${JSON.stringify(bank, null, 1)}\n`, 'utf8')];
}

function* registerFiles(city: City): Generator<CityFile> {
  yield file('employers', '', employerRows(city));
  yield* parts(city, 'persons', '', (from, to) => personRows(city, from, to));
  yield* parts(city, 'history', '', (from, to) => historyRows(city, from, to));
  yield file('opening', '', openingRows(city));
  yield file('opening-unpaid', '', openingUnpaidRows(city));
}

function* contributionFiles(
  city: City,
  at: number,
  lateBefore: readonly LateMoney[],
): Generator<CityFile, readonly LateMoney[]> {
  const suffix = monthSuffix(city, at);
  const owedFen = new BigInt64Array(city.employers);
  yield* parts(city, 'declarations', suffix, (from, to) =>
    declarationRows(city, at, [from, to], owedFen),
  );
  const { rows, late } = collectionRows(city, at, owedFen, lateBefore);
  yield file('collections', suffix, rows);
  return late;
}

function* recipientFiles(city: City, at: number, plan: MonthPlan): Generator<CityFile> {
  const suffix = monthSuffix(city, at);
  yield file('registrations', suffix, registrationRows(city, at));
  yield file('claims', suffix, claimRows(city, at));
  yield file('accounts', suffix, accountRows(city, plan));
  yield file('extracts', suffix, extractRows(city, plan));
  yield file('sign-ins', suffix, signInRows(city, at, plan));
}

/** A kind whose rows follow the persons, cut into files that are not too large. */
function* parts(
  city: City,
  kind: FileKind,
  suffix: string,
  rows: (from: number, to: number) => Rows,
): Generator<CityFile> {
  for (let from = 0; from < city.persons; from += personsAFile) {
    const part = from === 0 ? '' : `-part${from / personsAFile + 1}`;
    yield file(kind, suffix + part, rows(from, Math.min(from + personsAFile, city.persons)));
  }
}

function file(kind: FileKind, suffix: string, rows: Rows): CityFile {
  return [`${kind}${suffix}.csv`, encodeTable(columns[kind], rows, styles[kind])];
}

function monthSuffix(city: City, at: number): string {
  return `-${monthAfter(city.firstMonth, at)}`;
}
