import { hash } from 'node:crypto';

/** Namespace of every identifier that this system derives from a cause (RFC 9562 version 5). */
const namespace = Buffer.from('7e1f3b0c6b5a4c1d9a550b3f2a6e48c1', 'hex');
const uniqueBytes = 16;
/** Bulk work derives several ids an item: the short ones, nearly all, share this room. */
const room = Buffer.alloc(4_096);
namespace.copy(room);
const longestInRoom = (room.length - uniqueBytes) / 3;
/** The variant's two bits stand before the two that are kept. */
const variantDigits = ['8', '9', 'a', 'b'] as const;

/**
 * The same parts give the same id: an event of a retried command, a command of a repeated reaction.
 */
export function derivedId(...parts: readonly (string | number)[]): string {
  const text = parts.join('\u0000');
  const hex = hash('sha1', withNamespace(text), 'hex');
  const variant = variantDigits[Number.parseInt(hex.charAt(16), 16) & 3] ?? '8';
  const tail = `${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${tail}`;
}

function withNamespace(text: string): Buffer {
  if (text.length > longestInRoom) return Buffer.concat([namespace, Buffer.from(text)]);
  return room.subarray(0, uniqueBytes + room.write(text, uniqueBytes));
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
