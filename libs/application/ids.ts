import { createHash } from 'node:crypto';

/** Namespace of every identifier that this system derives from a cause (RFC 9562 version 5). */
const namespace = Buffer.from('7e1f3b0c6b5a4c1d9a550b3f2a6e48c1', 'hex');

/** The same parts give the same id: an event of a retried command, a command of a repeated reaction. */
export function derivedId(...parts: readonly (string | number)[]): string {
  const digest = createHash('sha1').update(namespace).update(parts.join('\u0000')).digest();
  digest[6] = (digest.readUInt8(6) & 0x0f) | 0x50;
  digest[8] = (digest.readUInt8(8) & 0x3f) | 0x80;
  const hex = digest.toString('hex', 0, 16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join('-');
}

export function sha256Hex(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

/** A command's body as one text, with amounts as decimal text and keys in order: same body, same hash. */
export function bodyHash(body: unknown): string {
  return sha256Hex(canonicalText(body));
}

export function canonicalText(value: unknown): string {
  if (typeof value === 'bigint') return `"${value}"`;
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).filter(([, held]) => held !== undefined);
    entries.sort(([left], [right]) => (left < right ? -1 : 1));
    const fields = entries.map(([key, held]) => `${JSON.stringify(key)}:${canonicalText(held)}`);
    return `{${fields.join(',')}}`;
  }
  return JSON.stringify(value) ?? 'null';
}
