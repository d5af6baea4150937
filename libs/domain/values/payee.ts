/** Who is paid (收款人) when it is not the person of the award; `ref` is that person or employer. */
export type Payee = Readonly<{ kind: PayeeKind; ref: string }>;

export type PayeeKind = 'person' | 'survivor' | 'guardian' | 'employer';

/** Whose account a line is paid on, and who therefore signs nothing of it. */
export function payeeRef({
  personRef,
  payee,
}: Readonly<{ personRef: string; payee?: Payee | undefined }>): string {
  return payee?.ref ?? personRef;
}

export function samePayee(left: Payee | undefined, right: Payee | undefined): boolean {
  return left?.kind === right?.kind && left?.ref === right?.ref;
}
