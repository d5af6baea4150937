/** A sealed row of personal data: where it stands, and the SHA-256 its ciphertext must have. */
export type Sealed = Readonly<{ ref: string; sealedSha256: string }>;

/**
 * A bank account as events may name it: the sealed row, its blind index (HMAC, hex) and the
 * ciphertext's SHA-256, so that an account cannot be swapped without an event.
 */
export type AccountUse = Readonly<{
  accountRef: string;
  accountKey: string;
  sealedSha256: string;
}>;

export function sameSealed(left: Sealed | undefined, right: Sealed | undefined): boolean {
  return left?.ref === right?.ref && left?.sealedSha256 === right?.sealedSha256;
}

export function sameAccount(left: AccountUse, right: AccountUse): boolean {
  return (
    left.accountRef === right.accountRef &&
    left.accountKey === right.accountKey &&
    left.sealedSha256 === right.sealedSha256
  );
}
