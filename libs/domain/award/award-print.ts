import { isPlain } from '../values/json-text.js';

type Given<Name extends string> = Readonly<Record<Name, unknown>>;

const dueFields = [
  ...(['lineId', 'item', 'month', 'rollMonth', 'amountFen'] as const),
  ...(['documentId', 'bookedMonth', 'no'] as const),
];
type Due = Given<(typeof dueFields)[number]>;

/**
 * This and the next two are the events that a month writes for every award, as JSON has them, in
 * less than half of its time. Each prints only what the decisions build: its fields in their order,
 * an amount in fen, and texts that stand as they are. Lines of one document differ in little: what
 * an event has in common with the one before it is printed once.
 *
 * @returns undefined for anything else, which the codec writes whole
 */
export function printDue(data: object): string | undefined {
  if (!hasFields(data, dueFields)) return undefined;
  const { no } = data;
  if (!isWhole(no)) return undefined;
  if (lastDue === undefined || !isAlikeDue(data, lastDue)) {
    const text = commonOfDue(data);
    if (text === undefined) return undefined;
    lastDue = data;
    lastDueText = text;
  }
  return `${lastDueText}${no}}`;
}

let lastDue: Due | undefined;
let lastDueText = '';

function isAlikeDue(data: Due, last: Due): boolean {
  return (
    data.lineId === last.lineId &&
    data.item === last.item &&
    data.month === last.month &&
    data.rollMonth === last.rollMonth &&
    data.amountFen === last.amountFen &&
    data.documentId === last.documentId &&
    data.bookedMonth === last.bookedMonth
  );
}

function commonOfDue(data: Due): string | undefined {
  const { lineId, item, month, rollMonth, amountFen, documentId, bookedMonth } = data;
  if (!isPlain(lineId) || !isPlain(item) || !isPlain(month) || !isPlain(rollMonth))
    return undefined;
  if (!isPlain(documentId) || !isPlain(bookedMonth)) return undefined;
  if (typeof amountFen !== 'bigint') return undefined;
  return (
    `{"lineId":"${lineId}","item":"${item}","month":"${month}","rollMonth":"${rollMonth}",` +
    `"amountFen":"${amountFen}","documentId":"${documentId}","bookedMonth":"${bookedMonth}",` +
    `"no":`
  );
}

const instructedFields = [
  ...(['instructionId', 'lineIds', 'bookedMonth', 'batchId', 'amountFen'] as const),
  ...(['accountRef', 'sealedSha256'] as const),
];
type Instructed = Given<(typeof instructedFields)[number]>;

export function printInstructed(data: object): string | undefined {
  if (!hasFields(data, instructedFields)) return undefined;
  const { instructionId, lineIds, accountRef, sealedSha256 } = data;
  if (!isPlain(instructionId) || !isPlain(accountRef) || !isPlain(sealedSha256)) return undefined;
  if (!arePlain(lineIds)) return undefined;
  const ids = lineIds.length === 1 ? lineIds[0] : lineIds.join('","');
  if (lastInstructed === undefined || ids !== lastIds || !isAlikeIntent(data, lastInstructed)) {
    const text = commonOfInstructed(data, ids);
    if (text === undefined) return undefined;
    lastInstructed = data;
    lastIds = ids;
    lastInstructedText = text;
  }
  return (
    `{"instructionId":"${instructionId}${lastInstructedText}${accountRef}",` +
    `"sealedSha256":"${sealedSha256}"}`
  );
}

let lastInstructed: Instructed | undefined;
let lastIds: string | undefined;
let lastInstructedText = '';

function isAlikeIntent(data: Instructed, last: Instructed): boolean {
  return (
    data.bookedMonth === last.bookedMonth &&
    data.batchId === last.batchId &&
    data.amountFen === last.amountFen
  );
}

function commonOfInstructed(data: Instructed, ids = ''): string | undefined {
  const { bookedMonth, batchId, amountFen } = data;
  if (!isPlain(bookedMonth) || !isPlain(batchId)) return undefined;
  if (typeof amountFen !== 'bigint') return undefined;
  return (
    `","lineIds":["${ids}"],"bookedMonth":"${bookedMonth}","batchId":"${batchId}",` +
    `"amountFen":"${amountFen}","accountRef":"`
  );
}

const bookedFields = [
  ...(['documentId', 'bookedMonth', 'amountFen', 'valueDate'] as const),
  ...(['lineNo', 'bankSerial', 'instructionId'] as const),
];
type Booked = Given<(typeof bookedFields)[number]>;

export function printBooked(data: object): string | undefined {
  if (!hasFields(data, bookedFields)) return undefined;
  const { lineNo, bankSerial, instructionId } = data;
  if (!isPlain(bankSerial) || !isPlain(instructionId) || !isWhole(lineNo)) return undefined;
  if (lastBooked === undefined || !isAlikeBooked(data, lastBooked)) {
    const text = commonOfBooked(data);
    if (text === undefined) return undefined;
    lastBooked = data;
    lastBookedText = text;
  }
  return (
    `${lastBookedText}${lineNo},"bankSerial":"${bankSerial}",` +
    `"instructionId":"${instructionId}"}`
  );
}

let lastBooked: Booked | undefined;
let lastBookedText = '';

function isAlikeBooked(data: Booked, last: Booked): boolean {
  return (
    data.documentId === last.documentId &&
    data.bookedMonth === last.bookedMonth &&
    data.amountFen === last.amountFen &&
    data.valueDate === last.valueDate
  );
}

function commonOfBooked(data: Booked): string | undefined {
  const { documentId, bookedMonth, amountFen, valueDate } = data;
  if (!isPlain(documentId) || !isPlain(bookedMonth) || !isPlain(valueDate)) return undefined;
  if (typeof amountFen !== 'bigint') return undefined;
  return (
    `{"documentId":"${documentId}","bookedMonth":"${bookedMonth}","amountFen":"${amountFen}",` +
    `"valueDate":"${valueDate}","lineNo":`
  );
}

/** These fields, in this order, and no other. */
function hasFields<Name extends string>(
  data: object,
  fields: readonly Name[],
): data is Given<Name> {
  let at = 0;
  // Unlike the list of its keys this needs no room.
  for (const key in data) {
    if (key !== fields[at]) return false;
    at += 1;
  }
  return at === fields.length;
}

function arePlain(texts: unknown): texts is readonly string[] {
  if (!Array.isArray(texts) || texts.length === 0) return false;
  for (const text of texts) if (!isPlain(text)) return false;
  return true;
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value);
}
