import type { OpenLine, Payment } from '#domain/award/award-state.js';
import type { Fen } from '#domain/values/fen.js';
import { isPlain, quoted } from '#domain/values/json-text.js';

/** The open lines of an award as `movingText` prints them. */
export function linesText(lines: readonly OpenLine[]): string {
  return openPrinted.text(lines);
}

/** Its payments in transit. */
export function paymentsText(payments: readonly Payment[]): string {
  let sent = '';
  for (const payment of payments) {
    if (payment.status !== 'sent') continue;
    sent += sent === '' ? paymentText(payment) : `,${paymentText(payment)}`;
  }
  return sent;
}

/** How the last ones of a list were printed: most awards of a city have the same lines. */
class LinesPrinted {
  private line: OpenLine | undefined;
  private lineText = '';
  private amountFen: Fen | undefined;
  private rest = '';

  text(lines: readonly OpenLine[]): string {
    const [first] = lines;
    if (first === undefined) return '';
    let text = this.textOf(first);
    for (let at = 1; at < lines.length; at += 1) text += `,${lineText(lines[at] as OpenLine)}`;
    return text;
  }

  /** What follows the account of a payment. */
  restOf({ amountFen, lines }: Payment): string {
    const isAlike =
      amountFen === this.amountFen && lines.length === 1 && isSame(lines[0], this.line);
    if (isAlike && this.rest !== '') return this.rest;
    const rest = `","${amountFen}",[${this.text(lines)}]]`;
    // Only a line that is alone there stands for all of them.
    this.amountFen = lines.length === 1 ? amountFen : undefined;
    this.rest = lines.length === 1 ? rest : '';
    return rest;
  }

  private textOf(line: OpenLine): string {
    if (isSame(line, this.line)) return this.lineText;
    this.line = line;
    this.lineText = lineText(line);
    this.rest = '';
    return this.lineText;
  }
}

const openPrinted = new LinesPrinted();
const sentPrinted = new LinesPrinted();

function isSame(line: OpenLine | undefined, other: OpenLine | undefined): boolean {
  if (line === other) return true;
  if (line === undefined || other === undefined) return false;
  return (
    line.lineId === other.lineId &&
    line.item === other.item &&
    line.month === other.month &&
    line.rollMonth === other.rollMonth &&
    line.amountFen === other.amountFen &&
    line.state === other.state &&
    line.hold === other.hold &&
    line.badAccount === other.badAccount
  );
}

function paymentText(payment: Payment): string {
  const { instructionId, accountRef } = payment;
  const rest = sentPrinted.restOf(payment);
  if (isPlain(instructionId) && isPlain(accountRef))
    return `["${instructionId}","${accountRef}${rest}`;
  return `[${quoted(instructionId)},${quoted(accountRef)}${rest.slice(1)}`;
}

function lineText(line: OpenLine): string {
  const { lineId, item, month, rollMonth, amountFen, state } = line;
  const end = lineEnd(line);
  if (isPlain(lineId) && isPlain(item) && isPlain(month) && isPlain(rollMonth))
    return `["${lineId}","${item}","${month}","${rollMonth}","${amountFen}","${state}${end}`;
  const words = [lineId, item, month, rollMonth].map(quoted).join();
  return `[${words},"${amountFen}","${state}${end}`;
}

/** What follows the state. */
function lineEnd({ hold, badAccount }: OpenLine): string {
  if (hold === undefined && badAccount === undefined) return '",null,null]';
  const held = hold === undefined ? 'null' : `"${hold}"`;
  return `",${held},${badAccount === undefined ? 'null' : quoted(badAccount)}]`;
}
