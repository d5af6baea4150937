import type { PoolClient } from 'pg';
import type { ClaimEvent } from '#domain/claim/claim.events.js';
import type { DeclarationEvent } from '#domain/declaration/declaration.events.js';
import type { FundAccountEvent } from '#domain/fund-account/fund-account.events.js';
import type { PersonEvent } from '#domain/person/person.events.js';
import { month, monthOf, type Month } from '#domain/values/calendar.js';
import { addFen, fen, noFen, type Fen } from '#domain/values/fen.js';
import type { FoldedEvent, Sources } from './projection.js';
import { factOf, insert, rowsByKey, upsert, type Table } from './rows.js';

type SpanRow = Readonly<{ personRef: string; fromMonth: Month; toMonth: Month; used: boolean }>;

type LineRow = Readonly<{
  personRef: string;
  month: Month;
  employerNo: string;
  part: string;
  baseFen: Fen;
  employerFen: Fen;
  personFen: Fen;
}>;

type PartRow = Readonly<{
  employerNo: string;
  month: Month;
  part: string;
  office: string;
  lines: number;
  declaredFen: Fen;
  billedFen: Fen;
  posted: boolean;
}>;

type ReceiptRow = Readonly<{
  employerNo: string;
  month: Month;
  receiptNo: string;
  office: string;
  amountFen: Fen;
}>;

type UnnamedRow = Readonly<{ pool: string; receiptNo: string; month: Month; amountFen: Fen }>;
type MergeRow = Readonly<{ personRef: string; keptRef: string }>;
type UseRow = Readonly<{ claimNo: string; personRef: string; month: Month; granted: boolean }>;

const span: Table<SpanRow> = {
  name: 'history_span',
  key: ['personRef'],
  columns: { personRef: 'text', fromMonth: 'text', toMonth: 'text', used: 'boolean' },
};

const line: Table<LineRow> = {
  name: 'contribution',
  key: ['personRef'],
  columns: {
    personRef: 'text',
    month: 'text',
    employerNo: 'text',
    part: 'text',
    baseFen: 'bigint',
    employerFen: 'bigint',
    personFen: 'bigint',
  },
};

const part: Table<PartRow> = {
  name: 'declaration_part',
  key: ['employerNo', 'month', 'part'],
  columns: {
    employerNo: 'text',
    month: 'text',
    part: 'text',
    office: 'text',
    lines: 'int',
    declaredFen: 'bigint',
    billedFen: 'bigint',
    posted: 'boolean',
  },
};

const receipt: Table<ReceiptRow> = {
  name: 'contribution_receipt',
  key: ['employerNo', 'month', 'receiptNo'],
  columns: {
    employerNo: 'text',
    month: 'text',
    receiptNo: 'text',
    office: 'text',
    amountFen: 'bigint',
  },
};

const unnamed: Table<UnnamedRow> = {
  name: 'unnamed_receipt',
  key: ['pool', 'receiptNo'],
  columns: { pool: 'text', receiptNo: 'text', month: 'text', amountFen: 'bigint' },
};

const merge: Table<MergeRow> = {
  name: 'contribution_merge',
  key: ['personRef'],
  columns: { personRef: 'text', keptRef: 'text' },
};

const use: Table<UseRow> = {
  name: 'contribution_use',
  key: ['claimNo'],
  columns: { claimNo: 'text', personRef: 'text', month: 'text', granted: 'boolean' },
};

/** Lines are written once: what is posted later is the part, and a line is posted with its part. */
export async function foldContributions(
  events: readonly FoldedEvent[],
  db: PoolClient,
  sources: Sources,
): Promise<void> {
  await insert(db, span, events.flatMap(spansOf));
  await foldParts(events, db);
  await insert(db, receipt, events.flatMap(receiptsOf));
  await insert(db, unnamed, events.flatMap(unnamedOf));
  await insert(db, merge, events.flatMap(mergesOf));
  await foldUses(events, db);
  await foldLines(events, db, sources);
}

function spansOf(event: FoldedEvent): readonly SpanRow[] {
  const fact = factOf<PersonEvent>(event);
  if (fact.type !== 'HistoryBrought') return [];
  const personRef = event.stream.slice('person-'.length);
  return fact.data.spans.map(({ from, to, used }) => ({
    personRef,
    fromMonth: from,
    toMonth: to,
    used,
  }));
}

/** The stream's name holds what its events do not repeat: the employer's number and the month. */
function declarationOf({ stream }: FoldedEvent): Readonly<{ employerNo: string; month: Month }> {
  const name = stream.slice('declaration-'.length);
  return { employerNo: name.slice(0, -8), month: month(name.slice(-7)) };
}

async function foldParts(events: readonly FoldedEvent[], db: PoolClient): Promise<void> {
  const mine = events.flatMap((event) => {
    const fact = factOf<DeclarationEvent>(event);
    if (!isOfPart(fact)) return [];
    const empty = { ...declarationOf(event), part: fact.data.part, office: event.metadata.office };
    return [{ fact, empty, key: [empty.employerNo, empty.month, empty.part] }];
  });
  const keys = new Map(mine.map(({ key }) => [key.join('\n'), key]));
  const rows = await rowsByKey(db, part, [...keys.values()]);
  for (const { fact, empty, key } of mine) {
    const before = rows.get(key.join('\n'));
    rows.set(key.join('\n'), partAfter(before ?? { ...empty, ...nothing }, fact));
  }
  await upsert(db, part, [...rows.values()]);
}

type PartEvent = Extract<
  DeclarationEvent,
  { type: 'DeclarationLinesAdded' | 'DeclarationBilled' | 'DeclarationPosted' }
>;

const nothing = { lines: 0, declaredFen: noFen, billedFen: noFen, posted: false };

function isOfPart(fact: DeclarationEvent): fact is PartEvent {
  return (
    fact.type === 'DeclarationLinesAdded' ||
    fact.type === 'DeclarationBilled' ||
    fact.type === 'DeclarationPosted'
  );
}

function partAfter(row: PartRow, fact: PartEvent): PartRow {
  switch (fact.type) {
    case 'DeclarationLinesAdded': {
      const { lines, employerFen, employeeFen } = fact.data;
      const declaredFen = addFen(row.declaredFen, addFen(employerFen, employeeFen));
      return { ...row, lines: row.lines + lines, declaredFen };
    }
    case 'DeclarationBilled':
      return { ...row, billedFen: fact.data.amountFen };
    case 'DeclarationPosted':
      return { ...row, posted: true };
  }
}

function receiptsOf(event: FoldedEvent): readonly ReceiptRow[] {
  const fact = factOf<DeclarationEvent>(event);
  if (fact.type !== 'ContributionReceived') return [];
  const { receiptNo, amountFen } = fact.data;
  const { office } = event.metadata;
  return [{ ...declarationOf(event), receiptNo, office, amountFen }];
}

function unnamedOf(event: FoldedEvent): readonly UnnamedRow[] {
  const fact = factOf<FundAccountEvent>(event);
  if (fact.type !== 'UnidentifiedReceived') return [];
  const { receiptNo, month: of, amountFen } = fact.data;
  const account = event.stream.slice('fund-account-'.length);
  return [{ pool: account.slice(0, account.lastIndexOf('-')), receiptNo, month: of, amountFen }];
}

function mergesOf(event: FoldedEvent): readonly MergeRow[] {
  const fact = factOf<PersonEvent>(event);
  if (fact.type !== 'PersonMerged') return [];
  return [{ personRef: event.stream.slice('person-'.length), keptRef: fact.data.into }];
}

/** A granted claim has used the months before its own: they do not count for a later one. */
async function foldUses(events: readonly FoldedEvent[], db: PoolClient): Promise<void> {
  const mine = events.map((event) => factOf<ClaimEvent>(event));
  const filed = mine.flatMap((fact): readonly UseRow[] => {
    if (fact.type !== 'ClaimFiled') return [];
    const { claimNo, personRef, filedOn } = fact.data;
    return [{ claimNo, personRef, month: monthOf(filedOn), granted: false }];
  });
  await insert(db, use, filed);
  const granted = mine.flatMap((fact, index) => {
    if (fact.type !== 'ClaimDecided' || fact.data.outcome !== 'grant') return [];
    return [events[index]?.stream.slice('claim-'.length) ?? ''];
  });
  if (granted.length === 0) return;
  await db.query(
    `update contribution_use set granted = true where claim_no = any(string_to_array($1, E'\\n'))`,
    [granted.join('\n')],
  );
}

/** As a declaration's document keeps it: amounts are decimal text, in fen. */
type DocumentLine = Readonly<{
  person: string;
  baseFen: string;
  employerFen: string;
  personFen: string;
}>;

const linesAtOnce = 5_000;

/** The lines stand in documents: they are read as they are written, a few thousand at a time. */
async function foldLines(
  events: readonly FoldedEvent[],
  db: PoolClient,
  { documentLines }: Sources,
): Promise<void> {
  let pending: LineRow[] = [];
  for (const event of events) {
    const fact = factOf<DeclarationEvent>(event);
    if (fact.type !== 'DeclarationLinesAdded') continue;
    const common = { ...declarationOf(event), part: fact.data.part };
    for await (const texts of documentLines(fact.data.document)) {
      for (const text of texts) pending.push({ ...common, ...lineOf(text) });
      if (pending.length < linesAtOnce) continue;
      await insert(db, line, pending);
      pending = [];
    }
  }
  await insert(db, line, pending);
}

function lineOf(text: string) {
  const { person, baseFen, employerFen, personFen } = JSON.parse(text) as DocumentLine;
  return {
    personRef: person,
    baseFen: fen(BigInt(baseFen)),
    employerFen: fen(BigInt(employerFen)),
    personFen: fen(BigInt(personFen)),
  };
}
