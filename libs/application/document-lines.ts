import type { Proposal } from '#domain/verification/verification.events.js';
import type { BroughtReason, PayeeAccount } from '#domain/award/award.events.js';
import type { UnpaidReason } from '#domain/month/month.events.js';
import { day, month, type Day, type Month } from '#domain/values/calendar.js';
import { fenFromText, type Fen } from '#domain/values/fen.js';
import type { Totals } from '#domain/values/totals.js';
import { lineShape } from '#projections/line-shape.js';
import { LineCutter, Repeated, repeatedAmount } from './line-cutter.js';

/** A line of a roll: what falls due for one benefit month. */
export type RollLine = Readonly<{
  award: string;
  person: string;
  line: string;
  item: string;
  month: Month;
  rollMonth: Month;
  no: number;
  amountFen: Fen;
}>;

/** A line of a batch: one instruction, which pays one or more due lines of one payee. */
export type BatchLine = Readonly<{
  seq: number;
  instruction: string;
  award: string;
  person: string;
  lines: readonly string[];
  amountFen: Fen;
  accountRef: string;
  sealedSha256: string;
  /** Left out when every due line is of the one item that most are. */
  shares?: readonly ItemShare[];
}>;

/** What of a payment belongs to one benefit item; `amount` is decimal text, in fen. */
export type ItemShare = Readonly<{ item: string; lines: number; amount: string }>;

/** The item of a line that names none. */
export const usualItem = 'benefit';

/** A payment's lines and money by item, as sheets are counted. */
export function sharesOf(
  payment: Readonly<{ amountFen: Fen; lines: number; shares?: readonly ItemShare[] }>,
): readonly Readonly<{ item: string; totals: Totals }>[] {
  const { amountFen, lines, shares } = payment;
  if (shares === undefined)
    return [{ item: usualItem, totals: { lines, personMonths: lines, amountFen } }];
  return shares.map(({ item, lines: count, amount }) => ({
    item,
    totals: { lines: count, personMonths: count, amountFen: fenFromText(amount) },
  }));
}

/** A line of a receipt as it was judged: what it will change, or why it waits in suspense. */
export type ReceiptDocumentLine = Readonly<{
  no: number;
  batch: string;
  instruction: string;
  award: string;
  amountFen: Fen;
  lines: number;
  result: 'success' | 'failed' | 'returned';
  reason: string;
  valueDate: Day;
  serial: string;
  post: 'paid' | 'failed' | 'returned' | 'suspense';
  why?: string;
  shares?: readonly ItemShare[];
}>;

/** A line of the opening list: an award in force, or a line that the old system left unpaid. */
export type OpeningLine =
  | Readonly<{
      kind: 'award';
      award: string;
      person: string;
      office: string;
      jurisdiction: string;
      monthsAwarded: number;
      monthsDrawn: number;
      firstMonth: Month;
      nextMonth: Month;
      /** null: as the law gives it for each month. */
      monthlyFen: Fen | null;
      account: PayeeAccount | null;
    }>
  | Readonly<{
      kind: 'line';
      award: string;
      person: string;
      line: string;
      item: string;
      month: Month;
      rollMonth: Month;
      amountFen: Fen;
      reason: BroughtReason;
    }>;

/** A line of the sign-ins' judgement; `missed` proposes what so many months in a row mean. */
export type JudgementLine = Readonly<{
  award: string;
  person: string;
  line: string;
  act: 'hold' | 'release' | 'missed-twice' | 'missed';
  /** Months missed in a row, the judged one included; two where the act says so. */
  months?: number;
}>;

/** A line that is open at a month's close, with its typed reason and its age in months. */
export type ClosingLine = Readonly<{
  award: string;
  line: string;
  item: string;
  month: Month;
  rollMonth: Month;
  amountFen: Fen;
  reason: UnpaidReason;
  age: number;
  instruction?: string;
}>;

/** A declared contribution of one person in one month. */
export type DeclarationLine = Readonly<{
  person: string;
  wageFen: Fen;
  baseFen: Fen;
  employerFen: Fen;
  personFen: Fen;
}>;

export type SignInLine = Readonly<{ person: string; signedOn: Day }>;

const signInShape = lineShape('{"person":"~","signedOn":"~"}');

export function signInLine(text: string): SignInLine {
  const found = signInShape.exec(text);
  if (found === null) return JSON.parse(text) as SignInLine;
  const [, person = '', signedOn] = found;
  return { person, signedOn: signedOn as Day };
}

export type ExtractLine = Readonly<{ person: string; event: string; on: Day; source: string }>;
export type ProposalLine = Proposal;

/** Lines printed one by one, as whoever keeps them asks for the next. */
export function* documentLines(lines: readonly object[]): Iterable<string> {
  for (const line of lines) yield documentLine(line);
}

/** Lines that were handed on as one text; of none it is empty. */
export function linesOfText(text: string): readonly string[] {
  return text === '' ? [] : text.split('\n');
}

/** A line as its document keeps it: JSON with amounts as decimal text. */
export function documentLine(line: object): string {
  const fields = line as Readonly<Record<string, unknown>>;
  const text: Record<string, unknown> = {};
  // Amounts stand at the top of every line; a function that looks at each value costs far more.
  for (const key in fields) {
    const value = fields[key];
    text[key] = typeof value === 'bigint' ? String(value) : value;
  }
  return JSON.stringify(text);
}

/** {@link documentLine} for a roll: there are as many of its lines as recipients. */
export function rollText(line: RollLine): string {
  const { award, person, item, no, amountFen, line: lineId, month: of, rollMonth } = line;
  return (
    `{"award":${JSON.stringify(award)},"person":${JSON.stringify(person)},` +
    `"item":${JSON.stringify(item)},"no":${no},"amountFen":"${amountFen}",` +
    `"line":${JSON.stringify(lineId)},"month":"${of}","rollMonth":"${rollMonth}"}`
  );
}

/** A line of a batch before it is written. */
export type PayableLine = Omit<BatchLine, 'shares'> &
  Readonly<{ shares: readonly ItemShare[] | undefined }>;

/** A line of a batch that does not know yet which one of its batch it is. */
export type UnnumberedLine = Omit<PayableLine, 'seq' | 'instruction'>;

/** Where its instruction will stand: printed text holds no such sign, it would be escaped. */
const instructionPlace = '\t';

/** {@link documentLine} for a batch, without what {@link numberedText} adds. */
export function unnumberedText(line: UnnumberedLine): string {
  const { award, person, amountFen, lines, accountRef, shares } = line;
  const said =
    `"award":${JSON.stringify(award)},"person":${JSON.stringify(person)},` +
    `"amountFen":"${amountFen}","instruction":"${instructionPlace}",` +
    `"lines":${JSON.stringify(lines)},"accountRef":${JSON.stringify(accountRef)},` +
    `"sealedSha256":${JSON.stringify(line.sealedSha256)}`;
  return shares === undefined ? `${said}}` : `${said},"shares":${JSON.stringify(shares)}}`;
}

/** @param instruction digits alone */
export function numberedText(unnumbered: string, seq: number, instruction: string): string {
  const at = unnumbered.indexOf(instructionPlace);
  const [before, behind] = [unnumbered.slice(0, at), unnumbered.slice(at + 1)];
  return `{"seq":${seq},${before}${instruction}${behind}`;
}

/** {@link documentLine} for the judgement of a month's sign-ins. */
export function judgementText({ award, person, line, act, months }: JudgementLine): string {
  const said =
    `{"award":${JSON.stringify(award)},"person":${JSON.stringify(person)},` +
    `"line":${JSON.stringify(line)},"act":"${act}"`;
  return months === undefined ? `${said}}` : `${said},"months":${months}}`;
}

/** A line of a receipt before it is written. */
export type JudgedLine = Omit<ReceiptDocumentLine, 'shares' | 'why'> &
  Readonly<{ shares: readonly ItemShare[] | undefined; why: string | undefined }>;

/** {@link documentLine} for a receipt: there are as many of its lines as payments. */
export function receiptText(line: JudgedLine): string {
  const { no, instruction, amountFen, result, valueDate, post, batch, award } = line;
  const { lines, reason, serial, shares, why } = line;
  const said =
    `{"no":${no},"instruction":${JSON.stringify(instruction)},"amountFen":"${amountFen}",` +
    `"result":"${result}","valueDate":"${valueDate}","post":"${post}",` +
    `"batch":${JSON.stringify(batch)},"award":${JSON.stringify(award)},"lines":${lines},` +
    `"reason":${JSON.stringify(reason)},"serial":${JSON.stringify(serial)}`;
  const parts = shares === undefined ? '' : `,"shares":${JSON.stringify(shares)}`;
  return `${said}${parts}${why === undefined ? '' : `,"why":${JSON.stringify(why)}`}}`;
}

/** What a count asks of a receipt's line. */
export type ReceiptAnswer = Pick<ReceiptDocumentLine, 'no' | 'post' | 'lines' | 'amountFen'>;

/** Cut out where the line has the usual shape: parsing it would take several times as long. */
export function receiptAnswer(text: string): ReceiptAnswer {
  const cutter = new LineCutter(text);
  cutter.pass('{"no":');
  const no = cutter.number();
  cutter.pass(',"instruction":"');
  cutter.skip();
  const amountFen = amountOfReceipt.cut(cutter);
  const { post } = answerOfReceipt.cut(cutter);
  cutter.skip();
  const { lines } = linesOfReceipt.cut(cutter);
  cutter.skip();
  cutter.pass('"}');
  if (!cutter.isWhole) return receiptLine(text);
  return { no, post, lines, amountFen };
}

/** What is parsed is completed in place: a month reads its lines several times. */
function withAmount<Line extends Readonly<{ amountFen: Fen }>>(text: string): Line {
  const raw = JSON.parse(text) as { amountFen: string | Fen };
  raw.amountFen = fenFromText(String(raw.amountFen));
  return raw as Line;
}

const itemOfRoll = new Repeated((cutter) => {
  cutter.pass('","item":"');
  const item = cutter.word();
  cutter.pass('","no":');
  return item;
});
const amountOfRoll = repeatedAmount('', '","line":"');
const dueOfRoll = new Repeated((cutter) => {
  const line = cutter.word();
  cutter.pass('","month":"');
  const of = cutter.word() as Month;
  cutter.pass('","rollMonth":"');
  const rollMonth = cutter.word() as Month;
  cutter.pass('"}');
  return { line, month: of, rollMonth };
});

/** Cut where it is as {@link rollText} prints it, with nothing in it escaped. */
export function rollLine(text: string): RollLine {
  const cutter = new LineCutter(text);
  cutter.pass('{"award":"');
  const award = cutter.word();
  cutter.pass('","person":"');
  const person = cutter.word();
  const item = itemOfRoll.cut(cutter);
  const no = cutter.number();
  const amountFen = amountOfRoll.cut(cutter);
  const { line, month: of, rollMonth } = dueOfRoll.cut(cutter);
  if (!cutter.isWhole) return withAmount(text);
  return { award, person, item, no, amountFen, line, month: of, rollMonth };
}

/** Whom a line of a roll or of an opening list makes payable. */
export function personOfLine(text: string): string {
  return (JSON.parse(text) as Pick<RollLine, 'person'>).person;
}

const amountOfBatch = repeatedAmount('"', '","instruction":"');
const linesOfBatch = new Repeated((cutter) => {
  cutter.pass('","lines":["');
  const line = cutter.word();
  cutter.pass('"],"accountRef":"');
  return [line];
});

/** Cut where it is as {@link numberedText} prints it for one due line. */
export function batchLine(text: string): BatchLine {
  const cutter = new LineCutter(text);
  cutter.pass('{"seq":');
  const seq = cutter.number();
  cutter.pass(',"award":"');
  const award = cutter.word();
  cutter.pass('","person":"');
  const person = cutter.word();
  const amountFen = amountOfBatch.cut(cutter);
  const instruction = cutter.word();
  const lines = linesOfBatch.cut(cutter);
  const accountRef = cutter.word();
  cutter.pass('","sealedSha256":"');
  const sealedSha256 = cutter.word();
  cutter.pass('"}');
  if (!cutter.isWhole) return withAmount(text);
  return { seq, award, person, amountFen, instruction, lines, accountRef, sealedSha256 };
}

const amountOfReceipt = repeatedAmount('"', '","result":"');
const answerOfReceipt = new Repeated((cutter) => {
  const result = cutter.word() as ReceiptDocumentLine['result'];
  cutter.pass('","valueDate":"');
  const valueDate = cutter.word() as Day;
  cutter.pass('","post":"');
  const post = cutter.word() as ReceiptDocumentLine['post'];
  cutter.pass('","batch":"');
  const batch = cutter.word();
  cutter.pass('","award":"');
  return { result, valueDate, post, batch };
});
const linesOfReceipt = new Repeated((cutter) => {
  cutter.pass('","lines":');
  const lines = cutter.number();
  cutter.pass(',"reason":"');
  const reason = cutter.word();
  cutter.pass('","serial":"');
  return { lines, reason };
});

/** The last one that was found to be one: a receipt has few. */
let lastDay: Day | undefined;

export function receiptLine(text: string): ReceiptDocumentLine {
  const line = usualReceipt(text) ?? withAmount<ReceiptDocumentLine>(text);
  if (line.valueDate !== lastDay) lastDay = day(line.valueDate);
  return line;
}

/** Where it is as {@link receiptText} prints most of them. */
function usualReceipt(text: string): ReceiptDocumentLine | undefined {
  const cutter = new LineCutter(text);
  cutter.pass('{"no":');
  const no = cutter.number();
  cutter.pass(',"instruction":"');
  const instruction = cutter.word();
  const amountFen = amountOfReceipt.cut(cutter);
  const { result, valueDate, post, batch } = answerOfReceipt.cut(cutter);
  const award = cutter.word();
  const { lines, reason } = linesOfReceipt.cut(cutter);
  const serial = cutter.word();
  cutter.pass('"}');
  if (!cutter.isWhole) return undefined;
  return {
    no,
    instruction,
    amountFen,
    result,
    valueDate,
    post,
    batch,
    award,
    lines,
    reason,
    serial,
  };
}

export function closingLine(text: string): ClosingLine {
  return withAmount(text);
}

export function openingLine(text: string): OpeningLine {
  const raw = JSON.parse(text) as Readonly<{ kind: string; [key: string]: unknown }>;
  if (raw.kind === 'award') {
    const given = raw['monthlyFen'];
    const monthlyFen = given === null ? null : fenFromText(String(given));
    return { ...raw, monthlyFen } as OpeningLine;
  }
  return {
    ...raw,
    month: month(String(raw['month'])),
    amountFen: fenFromText(String(raw['amountFen'])),
  } as OpeningLine;
}
