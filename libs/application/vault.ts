import type { AccountUse, Sealed } from '#domain/values/sealed.js';
import type { BlindIndex, PersonIndex } from '#security/blind-index.js';
import type { SealedFiles } from '#security/sealed-files.js';
import type { SealedRows } from '#security/sealed-rows.js';
import { sha256Hex } from './ids.js';

/** Where personal data lives: sealed rows, sealed files, and the indexes that find them again. */
export type Vault = Readonly<{
  rows: SealedRows;
  files: SealedFiles;
  persons: PersonIndex;
  blind: BlindIndex;
}>;

/** A bank account as a person gave it. */
export type GivenAccount = Readonly<{ bankCode: string; account: string; holder: string }>;

export type GivenIdentity = Readonly<{ id18: string; name: string; phone: string }>;

/**
 * The same account of the same person is the same row: a file read twice seals nothing twice. The
 * ref is derived under the index key, so that it tells nothing of what it names.
 */
export function accountRef(vault: Vault, personRef: string, given: GivenAccount): string {
  const text = [personRef, given.bankCode, given.account, given.holder].join('|');
  return `account:${vault.blind('name', sha256Hex(text)).slice(0, 40)}`;
}

/** Seals accounts set-based and answers them in the order given, as events may name them. */
export async function sealAccounts(
  vault: Vault,
  accounts: readonly Readonly<{ personRef: string; given: GivenAccount }>[],
): Promise<readonly AccountUse[]> {
  const items = accounts.map(({ personRef, given }) => ({
    ref: accountRef(vault, personRef, given),
    personRef,
    kind: 'account' as const,
    fields: { ...given },
  }));
  const sealed = await vault.rows.sealMany(items);
  await vault.persons.add(
    accounts.map(({ personRef, given }, at) => ({
      kind: 'account' as const,
      text: given.account,
      personRef,
      ref: sealed[at]?.ref ?? '',
    })),
  );
  return sealed.map(({ ref, sealedSha256 }, at) => ({
    accountRef: ref,
    accountKey: vault.blind('account', accounts[at]?.given.account ?? ''),
    sealedSha256,
  }));
}

/** Seals one row of any kind under a ref derived from what it is about. */
export async function sealFields(
  vault: Vault,
  item: Readonly<{
    personRef: string;
    kind: 'identity' | 'phone' | 'employer-contact' | 'staff';
    about: string;
    fields: Readonly<Record<string, string>>;
  }>,
): Promise<Sealed> {
  const { personRef, kind, fields } = item;
  const ref = fieldsRef(vault, item);
  const [sealed] = await vault.rows.sealMany([{ ref, personRef, kind, fields }]);
  if (sealed === undefined) throw new Error(`nothing was sealed for ${kind}`);
  return sealed;
}

export function fieldsRef(
  vault: Vault,
  {
    personRef,
    kind,
    about,
    fields,
  }: Readonly<{
    personRef: string;
    kind: string;
    about: string;
    fields: Readonly<Record<string, string>>;
  }>,
): string {
  const text = [personRef, kind, about, ...Object.entries(fields).flat()].join('|');
  return `${kind}:${vault.blind('name', sha256Hex(text)).slice(0, 40)}`;
}
