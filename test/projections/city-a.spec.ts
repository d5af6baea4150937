import { readFileSync, readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DeclarationEvent } from '#domain/declaration/declaration.events.js';
import { declarationDecider, type DeclarationCommand } from '#domain/declaration/declaration.js';
import { addMonths, day, month, monthOf, type Month } from '#domain/values/calendar.js';
import { sumFen } from '#domain/values/fen.js';
import { readAndCheck } from '#input/check.js';
import type { CollectionRow, DeclarationRow, Kind, RowOf } from '#input/kinds.js';
import { contributionMonth, paidMonthsBefore } from '#projections/contribution-ledger.js';
import { halfPercent, MemoryRegisters } from '../input/memory-registers.js';
import { openOffice, tell, type Office, type Told } from './harness.js';

const folder = new URL('../fixtures/city-a/', import.meta.url);

type Oracle = Readonly<{
  contributions: Readonly<Record<string, object>>;
  decisions: readonly Readonly<{ person: string; applied: string; paidMonths?: number }>[];
}>;
const oracle = JSON.parse(readFileSync(new URL('oracle.json', folder), 'utf8')) as Oracle;

const registers = new MemoryRegisters();

/** The good rows of every file with that beginning, in the order of the files. */
function rowsOf<K extends Kind>(prefix: string, kind: K): readonly RowOf[K][] {
  const names = readdirSync(folder).filter((name) => name.startsWith(prefix));
  return names.sort().flatMap((name) => {
    const bytes = readFileSync(new URL(name, folder));
    const checked = readAndCheck(kind, name, bytes, registers, { contribution: halfPercent });
    registers.take(checked);
    return checked.rows.map(({ row }) => row);
  });
}

/** An employer's month as its decider tells it: all lines in one document, then each receipt. */
function declarationOf(
  employer: string,
  lines: readonly DeclarationRow[],
  receipts: readonly CollectionRow[],
  papers: Record<string, readonly string[]>,
): readonly Told[] {
  const of = lines[0]?.month ?? receipts[0]?.month ?? month('2026-09');
  const document = `${employer}-${of}`;
  papers[document] = lines.map(({ person, wageFen, baseFen, employerFen, employeeFen }) =>
    JSON.stringify({
      ...{ person, wageFen: `${wageFen}`, baseFen: `${baseFen}` },
      ...{ employerFen: `${employerFen}`, personFen: `${employeeFen}` },
    }),
  );
  const sums = {
    lines: lines.length,
    employerFen: sumFen(lines.map(({ employerFen }) => employerFen)),
    employeeFen: sumFen(lines.map(({ employeeFen }) => employeeFen)),
  };
  const on = day(`${of}-15`);
  const part = 'first';
  const declaring: readonly DeclarationCommand[] = [
    { type: 'AddDeclarationLines', part, chunk: 0, document, ...sums },
    { type: 'CompleteDeclaration', part, digest: document, on, ...sums },
  ];
  const receiving = receipts.map(({ receipt, amountFen, receivedOn }): DeclarationCommand => {
    const money = { receiptNo: receipt, amountFen, valueDate: receivedOn, fileSha256: 'f' };
    return { type: 'ReceiveContribution', on: receivedOn, ...money };
  });
  const history: DeclarationEvent[] = [];
  for (const command of [...(lines.length === 0 ? [] : declaring), ...receiving]) {
    const state = history.reduce(declarationDecider.evolve, declarationDecider.initial);
    history.push(...declarationDecider.decide(command, state));
  }
  const stream = `declaration-${employer}-${of}`;
  return history.map(({ type, data }) => ({ stream, type, data }));
}

function city(papers: Record<string, readonly string[]>): readonly Told[] {
  rowsOf('单位', 'employers');
  rowsOf('个人', 'persons');
  const spans = rowsOf('缴费历史', 'history').map(({ person, from, to, used }) => ({
    stream: `person-${person}`,
    type: 'HistoryBrought',
    data: { fileSha256: 'f', spans: [{ from, to, used }] },
  }));
  const lines = Object.entries(grouped(rowsOf('申报-', 'declarations')));
  const receipts = rowsOf('到账-', 'collections');
  const declarations = lines.flatMap(([key, mine]) => {
    const money = receipts.filter((one) => `${one.employer} ${one.month}` === key);
    return declarationOf(mine[0]?.employer ?? '', mine, money, papers);
  });
  const unnamed = receipts
    .filter(({ employer }) => employer === '')
    .map(({ receipt, month: of, amountFen, receivedOn }) => ({
      stream: 'fund-account-440100-suspense',
      type: 'UnidentifiedReceived',
      data: { receiptNo: receipt, month: of, amountFen, valueDate: receivedOn, fileSha256: 'f' },
    }));
  return [...spans, ...declarations, ...unnamed];
}

function grouped(rows: readonly DeclarationRow[]): Record<string, DeclarationRow[]> {
  const found: Record<string, DeclarationRow[]> = {};
  for (const row of rows) (found[`${row.employer} ${row.month}`] ??= []).push(row);
  return found;
}

describe('the contributions of a city', () => {
  let town: Office;
  beforeAll(async () => {
    const papers: Record<string, readonly string[]> = {};
    const events = city(papers);
    town = await openOffice(papers);
    await tell(town.store, events);
    await town.runner().catchUp();
    expect(town.stops).toEqual([]);
  });
  afterAll(() => town.database.close());

  it('are what the city’s own figures say, month by month', async () => {
    const found: Record<string, object> = {};
    for (const of of Object.keys(oracle.contributions)) {
      const counted = await contributionMonth(town.database.app, month(of));
      found[of] = {
        declaredLines: counted.declaredLines,
        declaredFen: Number(counted.declaredFen),
        receivedFen: Number(counted.receivedFen),
        unnamedFen: Number(counted.unnamedFen),
        employersFullyReceived: counted.employersFullyReceived,
        employersDeclaring: counted.employersDeclaring,
        linesOfEmployersFullyReceived: counted.linesOfEmployersFullyReceived,
      };
    }
    expect(found).toEqual(oracle.contributions);
  });

  it('give each claimant the months that the decision counts', async () => {
    const told = oracle.decisions.filter(({ paidMonths }) => paidMonths !== undefined);
    expect(told.length).toBeGreaterThan(70);
    const counted: typeof told = await Promise.all(
      told.map(async (decision) => ({
        ...decision,
        paidMonths: await countedBefore(decision.person, monthOf(day(decision.applied))),
      })),
    );
    expect(counted).toEqual(told);
  });

  async function countedBefore(person: string, before: Month): Promise<number> {
    return (await paidMonthsBefore(town.database.app, person, before)).counted;
  }

  it('post no line whose employer’s money did not come in full', async () => {
    const of = month('2026-10');
    const { postedLines, realLines } = await contributionMonth(town.database.app, of);
    expect(postedLines).toBe(1_002);
    expect(realLines).toEqual({ of: 1_002n, per: 1_018n });
    const later = await contributionMonth(town.database.app, addMonths(of, 4));
    expect(later.declaredLines).toBe(0);
  });
});
