import { hash } from 'node:crypto';

/** Namespace of every identifier that this system derives from a cause (RFC 9562 version 5). */
const namespace = Buffer.from('7e1f3b0c6b5a4c1d9a550b3f2a6e48c1', 'hex');
const uniqueBytes = 16;
/** Bulk work derives several ids an item: the short ones, nearly all, share this room. */
const room = Buffer.alloc(1_024);
namespace.copy(room);
const longestInRoom = (room.length - uniqueBytes) / 3;
/** The room's beginnings by their length, each made once. */
const beginnings: (Buffer | undefined)[] = [];

/** An id is put together here, so that it becomes one text at once and not of many pieces. */
const idText = Buffer.from('00000000-0000-5000-8000-000000000000');
const versionAt = 14;
const variantAt = 19;
/** Runs of digits of a hash that stand together in an id, and how far behind their own places. */
const runs = [
  { from: 0, to: 8, shift: 0 },
  { from: 8, to: 12, shift: 1 },
  { from: 13, to: 16, shift: 2 },
  { from: 17, to: 20, shift: 3 },
  { from: 20, to: 32, shift: 4 },
] as const;
/** The variant's two bits stand before the two that are kept. */
const variants = Buffer.from('89ab89ab89ab89ab');
const variantDigitAt = 16;

/** The first of two parts that stands in the room: ids of a document's lines all begin with it. */
let firstInRoom: string | undefined;
let firstEnds = uniqueBytes;

/**
 * The same parts give the same id: an event of a retried command, a command of a repeated reaction.
 */
export function derivedId(...parts: readonly (string | number)[]): string {
  const hex = hash('sha1', withNamespace(parts), 'hex');
  for (const { from, to, shift } of runs)
    for (let at = from; at < to; at += 1) idText[at + shift] = hex.charCodeAt(at);
  idText[variantAt] = variants[Number.parseInt(hex.charAt(variantDigitAt), 16)] ?? 0;
  return idText.toString('latin1');
}

const versionOfEvents = '8';

/**
 * The id of an event of a command that went to one stream alone: the first has the command's own,
 * which is a {@link derivedId}, with the version that leaves it to us what an id is made of
 * (RFC 9562 section 5.8). Nothing is hashed for it.
 */
export function eventIdOf(commandId: string, ordinal: number): string {
  if (ordinal > 0) return derivedId(commandId, ordinal);
  return commandId.slice(0, versionAt) + versionOfEvents + commandId.slice(versionAt + 1);
}

function withNamespace(parts: readonly (string | number)[]): Buffer {
  const [first, second] = parts;
  const isPair = parts.length === 2 && typeof first === 'string' && typeof second === 'string';
  if (isPair && first.length + 1 + second.length <= longestInRoom) {
    if (first !== firstInRoom) {
      firstEnds = uniqueBytes + room.write(`${first}\u0000`, uniqueBytes);
      firstInRoom = first;
    }
    return beginningOf(firstEnds + room.write(second, firstEnds));
  }
  const text = parts.join('\u0000');
  if (text.length > longestInRoom) return Buffer.concat([namespace, Buffer.from(text)]);
  firstInRoom = undefined;
  return beginningOf(uniqueBytes + room.write(text, uniqueBytes));
}

function beginningOf(length: number): Buffer {
  return (beginnings[length] ??= room.subarray(0, length));
}

export function sha256Hex(data: string | Uint8Array): string {
  return hash('sha256', data, 'hex');
}

/**
 * A command's body as one text, with amounts as decimal text and keys in order: same body, same
 * hash.
 */
export function bodyHash(body: unknown): string {
  return sha256Hex(canonicalText(body));
}

export function canonicalText(value: unknown): string {
  if (typeof value === 'bigint') return `"${value}"`;
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    let fields = '';
    for (const key of Object.keys(value).sort()) {
      const held = (value as Readonly<Record<string, unknown>>)[key];
      if (held === undefined) continue;
      fields += `${fields === '' ? '' : ','}${JSON.stringify(key)}:${canonicalText(held)}`;
    }
    return `{${fields}}`;
  }
  return JSON.stringify(value) ?? 'null';
}
