import { awardCodecs, type AwardEvent, type DueLine } from '#domain/award/award.events.js';
import { fenFromText } from '#domain/values/fen.js';
import type { BareEvent } from '#event-store/port.js';
import { jsonText } from '#projections/rows.js';
import type { ClosingLine } from './document-lines.js';

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

/** An open line; what its opening said is taken apart only if it is still open at the end. */
type Owed = { readonly line: string; readonly said: string; instruction: string | undefined };

/** An event's data as text. */
type Said = Readonly<{ lineId: string; instructionId: string; lineIds: readonly string[] }>;

const awardPrefix = 'award-';

/** The auditor's own fold: it knows that a line opens, is paid, comes back, and nothing of why. */
export class OpenLines {
  private readonly byAward = new Map<string, Owed[]>();
  /** Awards to which a payment came back: what it had paid stands in their streams. */
  readonly returned = new Set<string>();

  carry({ award, line, item, month, rollMonth, amountFen, instruction }: ClosingLine): void {
    this.open(award, { lineId: line, item, month, rollMonth, amountFen });
    const carried = this.byAward.get(award)?.at(-1);
    if (carried !== undefined) carried.instruction = instruction;
  }

  open(award: string, { lineId, item, month, rollMonth, amountFen }: DueLine): void {
    this.add(award, lineId, jsonText({ lineId, item, month, rollMonth, amountFen }));
  }

  has(award: string, lineId: string): boolean {
    return this.byAward.get(award)?.some(({ line }) => line === lineId) ?? false;
  }

  /** In the order of awards and lines. */
  all(): readonly Open[] {
    return [...this.byAward]
      .flatMap(([award, owed]) => owed.map((one) => openOf(award, one)))
      .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  }

  fold(event: BareEvent): void {
    const { stream, type } = event;
    if (!stream.startsWith(awardPrefix)) return;
    const award = stream.slice(awardPrefix.length);
    const data = today(event);
    switch (type) {
      case 'LineBroughtIn':
      case 'LineDue':
      case 'LineAdded':
        return this.add(award, lineIdOf(data), data);
      case 'LineWithdrawn':
      case 'LineCancelled': {
        const lineId = lineIdOf(data);
        return this.close(award, ({ line }) => line === lineId);
      }
      case 'PaymentInstructed':
        return this.instruct(award, data);
      case 'PaymentRecalled':
      case 'PaymentFailed': {
        const instructionId = instructionIdOf(data);
        for (const line of this.byAward.get(award) ?? [])
          if (line.instruction === instructionId) line.instruction = undefined;
        return;
      }
      case 'PaymentBooked': {
        const instructionId = instructionIdOf(data);
        return this.close(award, ({ instruction }) => instruction === instructionId);
      }
      case 'PaymentReturned':
        this.returned.add(award);
        return;
      default:
        throw new Error(`${type} moves no line`);
    }
  }

  private add(award: string, line: string, said: string): void {
    const mine = this.byAward.get(award);
    const owed: Owed = { line, said, instruction: undefined };
    if (mine === undefined) this.byAward.set(award, [owed]);
    else mine.push(owed);
  }

  private instruct(award: string, data: string): void {
    const mine = this.byAward.get(award);
    if (mine === undefined) return;
    const lineId = onlyLineOf(data);
    const lineIds = lineId === undefined ? (JSON.parse(data) as Said).lineIds : [lineId];
    const instruction = copyOf(instructionIdOf(data));
    for (const line of mine) if (lineIds.includes(line.line)) line.instruction = instruction;
  }

  private close(award: string, isClosed: (line: Owed) => boolean): void {
    const mine = this.byAward.get(award);
    if (mine === undefined) return;
    const left = mine.filter((line) => !isClosed(line));
    if (left.length > 0) this.byAward.set(award, left);
    else this.byAward.delete(award);
  }
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

/** The line of a payment that pays one. */
function onlyLineOf(data: string): string | undefined {
  const lineId = printed(data, '"lineIds":["', '"]');
  return lineId?.includes('"') === true ? undefined : lineId;
}

/**
 * What stands between the two in data as it is printed: parsing the whole takes several times as
 * long. Where nothing is escaped and nothing nested, a quoted name before a colon is a field's and
 * can be no part of a text; everything else is left to be parsed.
 */
export function printed(data: string, before: string, after: string): string | undefined {
  if (data.includes('\\') || data.includes('{', 1)) return undefined;
  const found = data.indexOf(before);
  if (found < 0) return undefined;
  const start = found + before.length;
  const end = data.indexOf(after, start);
  return end < 0 ? undefined : data.slice(start, end);
}

/** What is cut out of a text keeps the whole of it in memory, and a copy does not. */
function copyOf(text: string): string {
  return Buffer.from(text).toString();
}

function openOf(award: string, { said, line, instruction }: Owed): Open {
  const { item, month, rollMonth, amountFen } = JSON.parse(said) as Omit<Open, 'amountFen'> &
    Readonly<{ amountFen: string }>;
  const open = { award, line, item, month, rollMonth, amountFen: fenFromText(amountFen) };
  return instruction === undefined ? open : { ...open, instruction };
}

function keyOf({ award, line }: Open): string {
  return `${award}|${line}`;
}
