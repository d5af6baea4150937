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
const version = idText.readUInt8(versionAt);
const variantAt = 19;
/** The variant's two bits stand before the two that are kept. */
const variants = Buffer.from('89ab89ab89ab89ab');
/** Where each digit of a hash stands in an id. */
const digitPlaces = [...idText.keys()].filter((at) => idText.readUInt8(at) !== 0x2d);

/**
 * The same parts give the same id: an event of a retried command, a command of a repeated reaction.
 */
export function derivedId(...parts: readonly (string | number)[]): string {
  const hex = hash('sha1', withNamespace(parts.join('\u0000')), 'hex');
  for (let at = 0; at < digitPlaces.length; at += 1)
    idText[digitPlaces[at] ?? 0] = hex.charCodeAt(at);
  idText[versionAt] = version;
  idText[variantAt] = variants[Number.parseInt(hex.charAt(16), 16)] ?? 0;
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

function withNamespace(text: string): Buffer {
  if (text.length > longestInRoom) return Buffer.concat([namespace, Buffer.from(text)]);
  const length = uniqueBytes + room.write(text, uniqueBytes);
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
