import type { Pool } from 'pg';
import type { Signer } from '#domain/signing/signing.js';
import type { Day } from '#domain/values/calendar.js';
import type { EventStore } from '#event-store/port.js';
import type { Aside } from './aside.js';
import type { AwardPosting } from './award-posting.js';
import type { BankFolder } from './bank-folder.js';
import type { Documents } from './documents.js';
import type { Hands } from './hands.js';
import type { Law } from './law.js';
import type { Transact } from './transact.js';
import type { Vault } from './vault.js';

/**
 * What the application works with: everything that touches the world, handed in once at start-up.
 */
export type App = Readonly<{
  pool: Pool;
  store: EventStore;
  transact: Transact;
  /** Where the lines of documents are written into awards, many at a time. */
  posting: AwardPosting;
  /** Where a large city's bulk work is done, beside people's; without it all is done here. */
  aside?: Aside | undefined;
  /** In that thread: the one that began it, for parts of its work. */
  hands?: Hands | undefined;
  documents: Documents;
  vault: Vault;
  law: Law;
  bank: BankFolder;
  /** What binds a position to the log: its link, and the tree's root over everything up to it. */
  evidence: Readonly<{
    linkAt: (position: bigint) => Promise<string>;
    rootAt: (position: bigint) => Promise<string>;
    /** Grows the tree to the head of the log, so that a root there is at hand. */
    grow: () => Promise<unknown>;
  }>;
  /** Resolves when the read models have folded that position. */
  projected: (position: bigint) => Promise<void>;
  /** Resolves when reactions have followed, and what they did is folded too. */
  settled: (position: bigint) => Promise<void>;
}>;

/**
 * A person at work: who, on which business day, under which command id, and within which offices.
 */
export type Act = Readonly<{
  by: Signer;
  on: Day;
  commandId: string;
  /** Persons of the register that are the signer or a declared relative. */
  related: readonly string[];
  /** The office of the duty with all below it. */
  offices: readonly string[];
}>;
