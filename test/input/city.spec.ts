import { describe, expect, it } from '@jest/globals';
import type { LineAnswer } from '#apps/cli/bank/bank.js';
import { generateCity } from '#apps/cli/city/generate.js';
import type { BankScript } from '#apps/cli/city/script.js';
import { Law } from '#application/law.js';
import { readAndCheck, type CheckedFile } from '#input/check.js';
import { kinds, type Kind } from '#input/kinds.js';
import type { Contribution } from '#input/rules.js';
import { demonstrationPolicies } from '#law/shipped.js';
import { halfPercent, MemoryRegisters } from './memory-registers.js';

function kindOf(name: string): Kind {
  const stem = name.replace(/(?:-\d{4}-\d{2})?(?:-part\d+)?\.csv$/, '');
  const kind = kinds.find((one) => one === stem);
  if (kind === undefined) throw new Error(`no kind for ${name}`);
  return kind;
}

function take(
  files: ReadonlyMap<string, Uint8Array>,
  registers = new MemoryRegisters(),
  contribution: Contribution = halfPercent,
) {
  const checked: CheckedFile<Kind>[] = [];
  for (const [name, bytes] of files) {
    if (name === 'bank.json') continue;
    const one = readAndCheck(kindOf(name), name, bytes, registers, { contribution });
    registers.take(one);
    checked.push(one);
  }
  return checked;
}

const scriptOf = (files: ReadonlyMap<string, Uint8Array>) =>
  JSON.parse(Buffer.from(files.get('bank.json') ?? []).toString('utf8')) as BankScript;

function rowsOf<K extends Kind>(checked: readonly CheckedFile<Kind>[], kind: K, part = '') {
  return checked
    .filter((one): one is CheckedFile<K> => one.kind === kind && one.file.includes(part))
    .flatMap(({ rows }) => rows.map(({ row }) => row));
}

const oddInAMonth = [
  'declarations: amount-negative',
  'declarations: amount-not-base-times-rate',
  'declarations: amount-not-whole',
  'declarations: employer-unknown',
  'declarations: month-before-enrolment',
  'declarations: person-month-duplicate',
  'declarations: person-unknown',
  'collections: amount-negative',
  'collections: employer-unknown',
  'registrations: person-unknown',
  'claims: person-unknown',
  'sign-ins: person-unknown',
  'extracts: person-unknown',
];
const oddInRegisters = [
  'persons: id-invalid',
  'persons: id-invalid',
  'persons: id-taken',
  'persons: number-taken',
  'persons: value-missing',
  'history: person-unknown',
  'opening: months-drawn-too-many',
  'opening-unpaid: claim-unknown',
];

describe('a generated city', () => {
  const options = { persons: 600, months: 4, seed: 7 };
  const files = generateCity(options);
  const checked = take(files);

  it('is the same for the same seed, and another for another', () => {
    expect(generateCity(options)).toEqual(files);
    expect(generateCity({ ...options, seed: 8 }).get('persons.csv')).not.toEqual(
      files.get('persons.csv'),
    );
  });

  it('has files of every kind, in both encodings', () => {
    expect(new Set(checked.map(({ kind }) => kind))).toEqual(new Set(kinds));
    expect(new Set(checked.map(({ encoding }) => encoding))).toEqual(new Set(['gb18030', 'utf-8']));
  });

  it('loses the rows that were made wrong and no others', () => {
    const found = checked.flatMap((one) =>
      one.problems.map(({ reason }) => `${one.kind}: ${reason}`),
    );
    const expected = [...oddInRegisters, ...Array.from({ length: 4 }, () => oddInAMonth).flat()];
    expect(found.sort()).toEqual(expected.sort());
    const warned = checked.flatMap(({ warnings }) => warnings.map(({ reason }) => reason));
    expect(new Set(warned)).toEqual(new Set(['credit-code-check', 'id-15-digits']));
  });

  it('has two claims on one account', () => {
    const accounts = rowsOf(checked, 'claims', '2026-09').map(({ account }) => account);
    expect(accounts.length - new Set(accounts).size).toBe(1);
  });

  it('pays what it declares, but for the late, the short and the unnamed', () => {
    for (const month of ['2026-09', '2026-10', '2026-11']) {
      const declared = new Map<string, bigint>();
      for (const row of rowsOf(checked, 'declarations'))
        if (row.month === month)
          declared.set(
            row.employer,
            (declared.get(row.employer) ?? 0n) + row.employerFen + row.employeeFen,
          );
      const received = rowsOf(checked, 'collections').filter((row) => row.month === month);
      const named = received.filter(({ employer }) => employer !== '');
      expect(received.length - named.length).toBe(1);
      const short = named.filter((row) => declared.get(row.employer) !== row.amountFen);
      expect(short.length).toBeGreaterThan(0);
      expect(named.some(({ receivedOn }) => !receivedOn.startsWith(month))).toBe(true);
      expect(named).toHaveLength(declared.size);
    }
  });

  it('refuses sizes out of bounds', () => {
    expect(() => generateCity({ ...options, persons: 49 })).toThrow(RangeError);
    expect(() => generateCity({ ...options, months: 0 })).toThrow(RangeError);
  });
});

describe('a city of Liaoning in 2010', () => {
  const law = new Law(demonstrationPolicies, { off: [], work: [] });
  const files = generateCity({ persons: 300, months: 2, seed: 7, jurisdiction: '210000' });
  const checked = take(files, new MemoryRegisters(['210103', '210106']), (month, baseFen, of) =>
    law.contribution('210000', { month, baseFen, household: of }),
  );

  it('has nobody of the countryside draw, who got one sum under the law of 1999', () => {
    const found = checked.flatMap((one) =>
      one.problems.map(({ reason }) => `${one.kind}: ${reason}`),
    );
    const expected = [...oddInRegisters, ...oddInAMonth, ...oddInAMonth];
    expect(found.sort()).toEqual(expected.sort());
    const shares = rowsOf(checked, 'declarations').map(({ baseFen, employeeFen }) =>
      employeeFen === 0n ? 0n : (baseFen + employeeFen / 2n) / employeeFen,
    );
    expect(new Set(shares)).toEqual(new Set([0n, 100n]));
  });

  it('is of its time: organisation codes, its districts, nobody born or enrolled after it', () => {
    const employers = rowsOf(checked, 'employers');
    for (const { creditCode, office, enrolledOn } of employers) {
      expect(creditCode).toMatch(/^\d{8}[\dX]$/);
      expect(['210103', '210106']).toContain(office);
      expect(enrolledOn < '2010-01-01').toBe(true);
    }
    for (const { id, enrolledOn } of rowsOf(checked, 'persons')) {
      expect(Number(id.slice(6, 10))).toBeGreaterThanOrEqual(1960);
      expect(Number(id.slice(6, 10))).toBeLessThanOrEqual(1987);
      expect(enrolledOn <= '2010-01-01').toBe(true);
    }
    expect(rowsOf(checked, 'claims').every(({ claimedOn }) => claimedOn < '2010-03')).toBe(true);
  });

  it('has nobody of the countryside draw, who get one sum under the Regulation of 1999', () => {
    const drawing = new Set(
      [...rowsOf(checked, 'opening'), ...rowsOf(checked, 'claims')].map(({ person }) => person),
    );
    const persons = rowsOf(checked, 'persons');
    const households = (draws: boolean) =>
      new Set(
        persons.filter(({ number }) => drawing.has(number) === draws).map((one) => one.household),
      );
    expect(households(true)).toEqual(new Set(['urban']));
    expect(households(false)).toEqual(new Set(['urban', 'rural']));
  });

  it('begins in another month when it is asked to', () => {
    const [later = ''] = [
      ...generateCity({
        ...{ persons: 60, months: 1, seed: 7 },
        ...{ jurisdiction: '210000', firstMonth: '2010-07' },
      }).keys(),
    ].filter((name) => name.startsWith('claims'));
    expect(later).toBe('claims-2010-07.csv');
  });
});

describe('every month of a city of 500 persons or more', () => {
  const cities = [
    { persons: 500, months: 12, seed: 1 },
    { persons: 500, months: 24, seed: 'two' },
    { persons: 2_000, months: 6, seed: 3 },
  ];
  it.each(cities)('holds all that a month can bring: %j', (options) => {
    const files = generateCity(options);
    const script = scriptOf(files);
    const checked = take(files);
    const months = Object.keys(script);
    expect(months).toHaveLength(options.months);
    const opening = new Set(rowsOf(checked, 'opening').map(({ person }) => person));
    // Recipients whose first month due is before the month that is looked at.
    const known = new Set(opening);
    let before: string | undefined;
    for (const month of months) {
      const answers: readonly LineAnswer[] = Object.values(script[month] ?? {});
      expect(answers.some(({ result }) => result === 'failed')).toBe(true);
      expect(answers.some(({ returnedOn }) => returnedOn !== undefined)).toBe(true);
      expect(answers.some(({ delivery }) => delivery === 'late')).toBe(true);
      expect(answers.some(({ delivery }) => delivery === 'double')).toBe(true);
      expect(answers.some(({ unknownAfter }) => unknownAfter === true)).toBe(true);
      expect(rowsOf(checked, 'extracts', month).length).toBeGreaterThan(0);
      const corrected = rowsOf(checked, 'accounts', month).map(({ person }) => person);
      const signed = new Set(rowsOf(checked, 'sign-ins', month).map(({ person }) => person));
      if (before === undefined) {
        expect(corrected.some((person) => opening.has(person))).toBe(true);
      } else {
        const failedBefore = Object.entries(script[before] ?? {}).filter(
          ([, { result }]) => result === 'failed',
        );
        for (const [person] of failedBefore) expect(corrected).toContain(person);
        const absent = new Set(known);
        for (const { person } of rowsOf(checked, 'sign-ins', before)) absent.delete(person);
        expect([...absent].some((person) => signed.has(person))).toBe(true);
        for (const { person } of rowsOf(checked, 'claims', before)) known.add(person);
      }
      // Whoever the bank is to answer for has signed in, so that the line is in the batch.
      for (const person of Object.keys(script[month] ?? {})) expect(signed).toContain(person);
      before = month;
    }
  });
});
