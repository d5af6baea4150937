import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { readAndCheck } from '#input/check.js';
import type { Kind } from '#input/kinds.js';
import { halfPercent, MemoryRegisters } from './memory-registers.js';

const folder = new URL('../fixtures/city-a/', import.meta.url);
const names = readdirSync(folder);

/** The order in which an office takes a city over. */
const order: readonly (readonly [prefix: string, kind: Kind])[] = [
  ['单位', 'employers'],
  ['个人', 'persons'],
  ['缴费历史', 'history'],
  ['期初待遇', 'opening'],
  ['期初未发', 'opening-unpaid'],
  ['申报-', 'declarations'],
  ['到账-', 'collections'],
  ['失业登记', 'registrations'],
  ['申领', 'claims'],
  ['审验-', 'sign-ins'],
  ['比对-', 'extracts'],
  ['账户变更-', 'accounts'],
];

type Place = { file: string; line: number; reason: string };
type Oracle = {
  rejected: Place[];
  warned: Place[];
  contributions: Record<string, { declaredFen: number; receivedFen: number; unnamedFen: number }>;
};
const oracle = JSON.parse(readFileSync(new URL('oracle.json', folder), 'utf8')) as Oracle;

function takeCity(registers: MemoryRegisters) {
  return order.flatMap(([prefix, kind]) =>
    names
      .filter((name) => name.startsWith(prefix))
      .sort()
      .map((name) => {
        const bytes = readFileSync(new URL(name, folder));
        const checked = readAndCheck(kind, name, bytes, registers, { contribution: halfPercent });
        registers.take(checked);
        return checked;
      }),
  );
}

const place = ({ file, line, reason }: Place) => `${file}:${line} ${reason}`;

describe('the export of a city', () => {
  const registers = new MemoryRegisters();
  const first = takeCity(registers);

  it('is read in GB18030 to the last file, header-only files included', () => {
    expect(first).toHaveLength(22);
    expect(new Set(first.map(({ encoding }) => encoding))).toEqual(new Set(['gb18030']));
  });

  it('loses exactly the rows that are wrong, each for its one reason', () => {
    const problems = first.flatMap((one) => one.problems);
    expect(problems.map(place).sort()).toEqual(oracle.rejected.map(place).sort());
  });

  it('warns of exactly the rows that deserve a second look', () => {
    const warnings = first.flatMap((one) => one.warnings);
    expect(warnings.map(place).sort()).toEqual(oracle.warned.map(place).sort());
  });

  it('keeps every fen that was declared and received', () => {
    for (const [month, expected] of Object.entries(oracle.contributions)) {
      let declared = 0n;
      let received = 0n;
      let unnamed = 0n;
      for (const { kind, rows } of first) {
        if (kind !== 'declarations' && kind !== 'collections') continue;
        for (const { row } of rows) {
          if (!('month' in row) || row.month !== month) continue;
          if ('employeeFen' in row) declared += row.employerFen + row.employeeFen;
          if (!('receipt' in row)) continue;
          if (row.employer === '') unnamed += row.amountFen;
          else received += row.amountFen;
        }
      }
      expect([declared, received, unnamed]).toEqual(
        [expected.declaredFen, expected.receivedFen, expected.unnamedFen].map(BigInt),
      );
    }
  });

  it('changes nothing when it is handed in twice', () => {
    const second = takeCity(registers);
    expect(second.flatMap((one) => one.rows).filter((row) => !row.known)).toEqual([]);
    expect(second.map(({ rows }) => rows.length)).toEqual(first.map(({ rows }) => rows.length));
    expect(second.map(({ problems }) => problems)).toEqual(first.map(({ problems }) => problems));
  });

  it('never repeats an identity number, a name or an account in a message', () => {
    const messages = JSON.stringify(first.flatMap((one) => [...one.problems, ...one.warnings]));
    expect(messages).not.toMatch(/\d{8}/);
    expect(messages).not.toContain('同号人');
  });
});
