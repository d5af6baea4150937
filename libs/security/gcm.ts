import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

export const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;

/** AES-256-GCM; the ciphertext ends with its 16-byte tag. */
export type Sealed = Readonly<{ nonce: Buffer; ciphertext: Buffer }>;

/** @param bound text the ciphertext is tied to: it opens only beside the same text */
export function seal(key: Buffer, plain: Buffer, bound: string): Sealed {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  cipher.setAAD(Buffer.from(bound));
  const body = cipher.update(plain);
  cipher.final();
  return { nonce, ciphertext: Buffer.concat([body, cipher.getAuthTag()]) };
}

/** @throws Error when key, nonce, ciphertext or bound text is not what it was sealed with */
export function open(key: Buffer, { nonce, ciphertext }: Sealed, bound: string): Buffer {
  if (ciphertext.length < tagBytes) throw new Error(`sealed bytes of ${bound} are cut`);
  const end = ciphertext.length - tagBytes;
  const decipher = createDecipheriv('aes-256-gcm', key, nonce);
  decipher.setAAD(Buffer.from(bound));
  decipher.setAuthTag(ciphertext.subarray(end));
  try {
    // In this mode the end gives no bytes: it only says whether they are what was sealed.
    const plain = decipher.update(ciphertext.subarray(0, end));
    decipher.final();
    return plain;
  } catch (error) {
    throw new Error(`sealed bytes of ${bound} are not what was sealed`, { cause: error });
  }
}

/** Nonce and ciphertext as one value, for a column of its own. */
export function pack({ nonce, ciphertext }: Sealed): Buffer {
  return Buffer.concat([nonce, ciphertext]);
}

export function unpack(packed: Buffer): Sealed {
  return { nonce: packed.subarray(0, nonceBytes), ciphertext: packed.subarray(nonceBytes) };
}
