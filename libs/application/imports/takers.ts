import type { Refusal } from '#domain/refusal.js';
import type { Kind, RowOf } from '#input/kinds.js';
import type { Act, App } from '../app.js';
import { takeClaims, takeAccounts, takeRegistrations } from './cases.js';
import { takeCollections, takeDeclarations } from './contributions.js';
import { takeOpening, takeOpeningUnpaid } from './opening.js';
import { takeEmployers, takeHistory, takePersons } from './registers-taken.js';
import { takeExtracts, takeSignIns } from './verification.js';

/** What came of a file's rows beside the events: what was refused as a decision, what was made. */
export type Taken = Readonly<{ refused: readonly Refused[]; made: readonly string[] }>;

/** One command that was refused, with the rows that it was made from. */
export type Refused = Readonly<Pick<Refusal, 'code' | 'facts'>> &
  Readonly<{ key: string; rows: readonly object[] }>;

export type ToTake<K extends Kind> = Readonly<{
  rows: readonly RowOf[K][];
  /** Of this act: ids follow from it. A file handed in again for what waited is another act. */
  sha256: string;
  /** Of the bytes that the rows came with. */
  fileSha256: string;
  fileName: string;
  progress: (done: number, of: number) => void;
}>;

export type Taker<K extends Kind> = (app: App, act: Act, file: ToTake<K>) => Promise<Taken>;

export const takers: { readonly [K in Kind]: Taker<K> } = {
  employers: takeEmployers,
  persons: takePersons,
  history: takeHistory,
  declarations: takeDeclarations,
  collections: takeCollections,
  registrations: takeRegistrations,
  claims: takeClaims,
  'sign-ins': takeSignIns,
  extracts: takeExtracts,
  accounts: takeAccounts,
  opening: takeOpening,
  'opening-unpaid': takeOpeningUnpaid,
};
