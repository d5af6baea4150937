import { awardCodecs, type AwardEvent, type DueLine } from '#domain/award/award.events.js';
import { fenFromText } from '#domain/values/fen.js';
import type { BareEvent } from '#event-store/port.js';
import { jsonText } from '#projections/rows.js';
import type { ClosingLine } from './document-lines.js';
import { InTurn } from './in-turn.js';

export type Open = Omit<ClosingLine, 'reason' | 'age'>;

/** Types that a count asks for of its own office: from there on the award is of that office. */
export const openingTypes = ['LineBroughtIn', 'LineDue', 'LineAdded', 'PaymentReturned'];

/** The types that move a line. */
export const lineTypes = [
  ...openingTypes,
  'LineWithdrawn',
  'LineCancelled',
  'PaymentInstructed',
  'PaymentRecalled',
  'PaymentFailed',
  'PaymentBooked',
];

/** What opened a line: taken apart only if the line is still open at the end. */
type Due = Readonly<{ line: string; said: string }>;
/** An open line. */
type Owed = { readonly due: Due; instruction: string | undefined };

/** An event's data as text. */
type Said = Readonly<{ lineId: string; instructionId: string; lineIds: readonly string[] }>;

const awardPrefix = 'award-';

/** As a line is opened but for what follows the amount, with nothing in it escaped. */
const usualOpening = new RegExp(
  String.raw`^\{"lineId":"([^"\\]*)","item":"[^"\\]*","month":"[^"\\]*",` +
    String.raw`"rollMonth":"[^"\\]*","amountFen":"\d+"`,
);

/** The auditor's own fold: it knows that a line opens, is paid, comes back, and nothing of why. */
export class OpenLines {
  /** Awards to which a payment came back: what it had paid stands in their streams. */
  readonly returned = new Set<string>();

  /** How the last line was opened, and most are: its text up to the amount, and what that says. */
  private usual: Readonly<{ head: string; due: Due }> | undefined;

  /** @param byStream each award's open lines, in the order in which the awards came */
  constructor(private readonly byStream = new InTurn<Owed[]>()) {}

  carry({ award, line, item, month, rollMonth, amountFen, instruction }: ClosingLine): void {
    this.open(award, { lineId: line, item, month, rollMonth, amountFen });
    const carried = this.byStream.get(awardPrefix + award)?.at(-1);
    if (carried !== undefined) carried.instruction = instruction;
  }

  open(award: string, { lineId, item, month, rollMonth, amountFen }: DueLine): void {
    const stream = awardPrefix + award;
    const said = jsonText({ lineId, item, month, rollMonth, amountFen });
    this.add(stream, this.byStream.get(stream), { line: lineId, said });
  }

  has(award: string, lineId: string): boolean {
    return this.byStream.get(awardPrefix + award)?.some(({ due }) => due.line === lineId) ?? false;
  }

  /** In the order of awards and lines. */
  all(): readonly Open[] {
    const open: Open[] = [];
    for (const [stream, owed] of this.byStream.entries())
      for (const one of owed) open.push(openOf(stream.slice(awardPrefix.length), one));
    return open.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  }

  fold(event: BareEvent): void {
    const { stream, type } = event;
    const mine = this.byStream.get(stream);
    if (mine === undefined && !isAward(stream)) return;
    const data = today(event);
    switch (type) {
      case 'LineBroughtIn':
      case 'LineDue':
      case 'LineAdded':
        return this.add(stream, mine, this.dueOf(data));
      case 'LineWithdrawn':
      case 'LineCancelled': {
        const lineId = lineIdOf(data);
        return closeThose(mine, ({ due }) => due.line === lineId);
      }
      case 'PaymentInstructed':
        return instruct(mine, data);
      case 'PaymentRecalled':
      case 'PaymentFailed': {
        const instructionId = instructionIdOf(data);
        for (const line of mine ?? [])
          if (line.instruction === instructionId) line.instruction = undefined;
        return;
      }
      case 'PaymentBooked': {
        const instructionId = instructionIdOf(data);
        return closeThose(mine, ({ instruction }) => instruction === instructionId);
      }
      case 'PaymentReturned':
        this.returned.add(stream.slice(awardPrefix.length));
        return;
      default:
        throw new Error(`${type} moves no line`);
    }
  }

  private add(stream: string, mine: Owed[] | undefined, due: Due): void {
    const owed: Owed = { due, instruction: undefined };
    if (mine === undefined) this.byStream.add(stream, [owed]);
    else mine.push(owed);
  }

  /** A month opens nearly all its lines with the same words, and they are kept once. */
  private dueOf(data: string): Due {
    const { usual } = this;
    if (usual !== undefined && data.slice(0, usual.head.length) === usual.head) return usual.due;
    const found = usualOpening.exec(data);
    if (found === null) return { line: lineIdOf(data), said: data };
    const [head, line = ''] = found;
    const due = { line, said: `${head}}` };
    this.usual = { head, due };
    return due;
  }
}

function isAward(stream: string): boolean {
  return stream.slice(0, awardPrefix.length) === awardPrefix;
}

function instruct(mine: Owed[] | undefined, data: string): void {
  if (mine === undefined || mine.length === 0) return;
  const { lineIds, instructionId } = paymentOf(data);
  const instruction = copyOf(instructionId);
  for (const owed of mine) if (lineIds.includes(owed.due.line)) owed.instruction = instruction;
}

/** In place; an award without open lines keeps its turn, so that what follows is found by it. */
function closeThose(mine: Owed[] | undefined, isClosed: (owed: Owed) => boolean): void {
  if (mine === undefined) return;
  let left = 0;
  for (const owed of mine) {
    if (isClosed(owed)) continue;
    mine[left] = owed;
    left += 1;
  }
  mine.length = left;
}

/** As it was written; what an older version of the program wrote is brought to today's shape. */
function today({ type, schema, data }: BareEvent): string {
  const codec = awardCodecs[type as AwardEvent['type']];
  return codec.schema === schema ? data : jsonText(codec.decode(data, schema));
}

function lineIdOf(data: string): string {
  return printed(data, '"lineId":"', '"') ?? (JSON.parse(data) as Said).lineId;
}

function instructionIdOf(data: string): string {
  return printed(data, '"instructionId":"', '"') ?? (JSON.parse(data) as Said).instructionId;
}

/** What a payment says of itself and its lines, cut out where it pays one. */
function paymentOf(data: string): Pick<Said, 'instructionId' | 'lineIds'> {
  if (isFlat(data)) {
    const lineId = cut(data, '"lineIds":["', '"]');
    const instructionId = cut(data, '"instructionId":"', '"');
    if (lineId !== undefined && instructionId !== undefined && !lineId.includes('"'))
      return { instructionId, lineIds: [lineId] };
  }
  return JSON.parse(data) as Said;
}

/**
 * What stands between the two in data as it is printed: parsing the whole takes several times as
 * long. Where nothing is escaped and nothing nested, a quoted name before a colon is a field's and
 * can be no part of a text; everything else is left to be parsed.
 */
export function printed(data: string, before: string, after: string): string | undefined {
  return isFlat(data) ? cut(data, before, after) : undefined;
}

function isFlat(data: string): boolean {
  return !data.includes('\\') && !data.includes('{', 1);
}

function cut(data: string, before: string, after: string): string | undefined {
  const found = data.indexOf(before);
  if (found < 0) return undefined;
  const start = found + before.length;
  const end = data.indexOf(after, start);
  return end < 0 ? undefined : data.slice(start, end);
}

/** What is cut out of a text keeps the whole of it in memory; joined it is a text of its own. */
function copyOf(text: string): string {
  return ` ${text}`.slice(1);
}

function openOf(award: string, { due: { line, said }, instruction }: Owed): Open {
  const { item, month, rollMonth, amountFen } = JSON.parse(said) as Omit<Open, 'amountFen'> &
    Readonly<{ amountFen: string }>;
  const open = { award, line, item, month, rollMonth, amountFen: fenFromText(amountFen) };
  return instruction === undefined ? open : { ...open, instruction };
}

function keyOf({ award, line }: Open): string {
  return `${award}|${line}`;
}
