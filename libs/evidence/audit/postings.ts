import { hash } from 'node:crypto';
import type { Place } from './findings.js';
import { amount, count, part, text, texts, type Fact, type Json } from './raw.js';

/** The documents whose lines and whose postings must be one set. */
export type PostedKind = 'roll' | 'opening' | 'batch' | 'receipt';

/**
 * A set of postings as its size and the sum of their hashes: two logs of a million lines are
 * compared without holding either. Only where the sums differ are the lines looked at.
 */
export class PostedSet {
  lines = 0;
  private sum = 0n;

  add(key: string): void {
    this.lines += 1;
    this.sum += BigInt(`0x${hash('sha256', key)}`);
  }

  equals(other: PostedSet): boolean {
    return this.lines === other.lines && this.sum === other.sum;
  }
}

/** Which document's line an event says it is, and as which line; undefined for other events. */
export type Posting = Readonly<{ kind: PostedKind; documentId: string; key: string }>;

const answers: Readonly<Record<string, string>> = {
  PaymentBooked: 'paid',
  PaymentFailed: 'failed',
  PaymentReturned: 'returned',
};

/** @throws Unreadable */
export function postingOf({ stream, type, data }: Fact): Posting | undefined {
  if (!stream.startsWith('award-')) return undefined;
  const award = stream.slice('award-'.length);
  switch (type) {
    case 'LineDue':
      return { kind: 'roll', documentId: text(data, 'documentId'), key: dueKey(award, data) };
    case 'AwardBroughtIn':
    case 'LineBroughtIn': {
      const key = type === 'LineBroughtIn' ? broughtKey(award, data) : termsKey(award, data);
      return { kind: 'opening', documentId: text(data, 'documentId'), key };
    }
    case 'PaymentInstructed': {
      const [instruction, lines] = [text(data, 'instructionId'), texts(data, 'lineIds')];
      const key = instructionKey(award, { instruction, lines }, data);
      return { kind: 'batch', documentId: text(data, 'batchId'), key };
    }
    case 'PaymentBooked':
    case 'PaymentFailed':
    case 'PaymentReturned': {
      const [post, no] = [answers[type] ?? '', count(data, 'lineNo')];
      const names = { instruction: text(data, 'instructionId'), serial: text(data, 'bankSerial') };
      const key = answerKey(award, { no, post, ...names }, data);
      return { kind: 'receipt', documentId: text(data, 'documentId'), key };
    }
    default:
      return undefined;
  }
}

/** The same key from a document's line; undefined for a line that posts nothing (suspense). */
export function keyOfLine(kind: PostedKind, line: Json): string | undefined {
  const award = text(line, 'award');
  switch (kind) {
    case 'roll':
      return dueKey(award, { ...line, lineId: text(line, 'line') });
    case 'opening': {
      if (text(line, 'kind') === 'award') return termsKey(award, line);
      return broughtKey(award, { ...line, lineId: text(line, 'line') });
    }
    case 'batch': {
      const names = { instruction: text(line, 'instruction'), lines: texts(line, 'lines') };
      return instructionKey(award, names, line);
    }
    case 'receipt': {
      const post = text(line, 'post');
      if (post === 'suspense') return undefined;
      const names = { instruction: text(line, 'instruction'), serial: text(line, 'serial') };
      return answerKey(award, { no: count(line, 'no'), post, ...names }, line);
    }
  }
}

/** How a discharge names a line of the document that its award refused. */
export function nameOfLine(kind: PostedKind, line: Json): string {
  switch (kind) {
    case 'roll':
      return `${text(line, 'award')}/${text(line, 'line')}`;
    case 'opening':
      return line['line'] === undefined
        ? text(line, 'award')
        : `${text(line, 'award')}/${text(line, 'line')}`;
    case 'batch':
      return text(line, 'instruction');
    case 'receipt':
      return String(count(line, 'no'));
  }
}

/** What a document's line adds to the amount that was signed for the whole. */
export function signedAmount(kind: PostedKind, line: Json): bigint {
  return kind === 'roll' || kind === 'batch' ? amount(line, 'amountFen') : 0n;
}

/** Lines of suspicious documents, each with the event that posted it, for a look one by one. */
export class PostedLines {
  private readonly places = new Map<string, Place>();

  add(key: string, { position, stream }: Place): void {
    this.places.set(key, { position, stream });
  }

  take(key: string): boolean {
    return this.places.delete(key);
  }

  /** The first posting that no line of the document stands behind. */
  first(): Place | undefined {
    return this.places.values().next().value;
  }
}

function dueKey(award: string, data: Json): string {
  const months = [text(data, 'month'), text(data, 'rollMonth'), count(data, 'no')];
  return joined(award, text(data, 'lineId'), text(data, 'item'), ...months, fen(data, 'amountFen'));
}

function broughtKey(award: string, data: Json): string {
  const months = [text(data, 'month'), text(data, 'rollMonth'), text(data, 'reason')];
  return joined(award, text(data, 'lineId'), text(data, 'item'), ...months, fen(data, 'amountFen'));
}

function termsKey(award: string, data: Json): string {
  const months = [count(data, 'monthsAwarded'), count(data, 'monthsDrawn')];
  const dates = [text(data, 'firstMonth'), text(data, 'nextMonth')];
  const account = data['account'] === undefined || data['account'] === null;
  const ref = account ? '' : text(part(data, 'account'), 'accountRef');
  const given = data['monthlyFen'] ?? null;
  const monthly = given === null ? 'by law' : fen(data, 'monthlyFen');
  return joined(award, text(data, 'office'), ...months, ...dates, monthly, ref);
}

function instructionKey(
  award: string,
  { instruction, lines }: Readonly<{ instruction: string; lines: readonly string[] }>,
  data: Json,
): string {
  const account = [text(data, 'accountRef'), text(data, 'sealedSha256')];
  return joined(award, instruction, ...lines, fen(data, 'amountFen'), ...account);
}

function answerKey(
  award: string,
  line: Readonly<{ no: number; post: string; instruction: string; serial: string }>,
  data: Json,
): string {
  const { no, post, instruction, serial } = line;
  const bank = [fen(data, 'amountFen'), text(data, 'valueDate'), serial];
  return joined(award, no, post, instruction, ...bank);
}

function fen(data: Json, field: string): string {
  return String(amount(data, field));
}

/** No value holds a line break, so the parts cannot run into one another. */
function joined(...values: readonly (string | number)[]): string {
  return values.join('\n');
}
