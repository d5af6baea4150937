import { isPlain } from '../values/json-text.js';

type Given = Readonly<Record<string, unknown>>;

const dueFields = [
  ...['lineId', 'item', 'month', 'rollMonth', 'amountFen'],
  ...['documentId', 'bookedMonth', 'no'],
];

/**
 * This and the next two are the events that a month writes for every award, as JSON has them, in
 * less than half of its time. Each prints only what the decisions build: its fields in their order,
 * an amount in fen, and texts that stand as they are.
 *
 * @returns undefined for anything else, which the codec writes whole
 */
export function printDue(data: object): string | undefined {
  if (!hasFields(data, dueFields)) return undefined;
  const { lineId, item, month, rollMonth, amountFen, documentId, bookedMonth, no } = data;
  if (!isPlain(lineId) || !isPlain(item) || !isPlain(month) || !isPlain(rollMonth))
    return undefined;
  if (!isPlain(documentId) || !isPlain(bookedMonth)) return undefined;
  if (typeof amountFen !== 'bigint' || !isWhole(no)) return undefined;
  return (
    `{"lineId":"${lineId}","item":"${item}","month":"${month}","rollMonth":"${rollMonth}",` +
    `"amountFen":"${amountFen}","documentId":"${documentId}","bookedMonth":"${bookedMonth}",` +
    `"no":${no}}`
  );
}

const instructedFields = [
  ...['instructionId', 'lineIds', 'bookedMonth', 'batchId', 'amountFen'],
  ...['accountRef', 'sealedSha256'],
];

export function printInstructed(data: object): string | undefined {
  if (!hasFields(data, instructedFields)) return undefined;
  const { instructionId, lineIds, bookedMonth, batchId, amountFen } = data;
  const { accountRef, sealedSha256 } = data;
  if (!isPlain(instructionId) || !isPlain(bookedMonth) || !isPlain(batchId)) return undefined;
  if (!isPlain(accountRef) || !isPlain(sealedSha256)) return undefined;
  if (typeof amountFen !== 'bigint' || !arePlain(lineIds)) return undefined;
  return (
    `{"instructionId":"${instructionId}","lineIds":["${lineIds.join('","')}"],` +
    `"bookedMonth":"${bookedMonth}","batchId":"${batchId}","amountFen":"${amountFen}",` +
    `"accountRef":"${accountRef}","sealedSha256":"${sealedSha256}"}`
  );
}

const bookedFields = [
  ...['documentId', 'bookedMonth', 'amountFen', 'valueDate'],
  ...['lineNo', 'bankSerial', 'instructionId'],
];

export function printBooked(data: object): string | undefined {
  if (!hasFields(data, bookedFields)) return undefined;
  const { documentId, bookedMonth, amountFen, valueDate, lineNo } = data;
  const { bankSerial, instructionId } = data;
  if (!isPlain(documentId) || !isPlain(bookedMonth) || !isPlain(valueDate)) return undefined;
  if (!isPlain(bankSerial) || !isPlain(instructionId)) return undefined;
  if (typeof amountFen !== 'bigint' || !isWhole(lineNo)) return undefined;
  return (
    `{"documentId":"${documentId}","bookedMonth":"${bookedMonth}","amountFen":"${amountFen}",` +
    `"valueDate":"${valueDate}","lineNo":${lineNo},"bankSerial":"${bankSerial}",` +
    `"instructionId":"${instructionId}"}`
  );
}

/** These fields, in this order, and no other. */
function hasFields(data: object, fields: readonly string[]): data is Given {
  const keys = Object.keys(data);
  if (keys.length !== fields.length) return false;
  for (let at = 0; at < keys.length; at += 1) if (keys[at] !== fields[at]) return false;
  return true;
}

function arePlain(texts: unknown): texts is readonly string[] {
  if (!Array.isArray(texts) || texts.length === 0) return false;
  for (const text of texts) if (!isPlain(text)) return false;
  return true;
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value);
}
