import { batchStream } from '#domain/batch/batch.js';
import { claimStream } from '#domain/claim/claim.js';
import { monthStream } from '#domain/month/month.js';
import { personStream } from '#domain/person/person.js';
import { planStream } from '#domain/plan/plan.js';
import { recoveryStream } from '#domain/recovery/recovery.js';
import { rollStream } from '#domain/roll/roll.js';
import type { Hand } from '#domain/signing/signing.js';
import type { Day, Month } from '#domain/values/calendar.js';
import { verificationStream } from '#domain/verification/verification.js';
import type { App } from './app.js';

/** What has a chain of signatures, and where its events stand. */
export type Chained =
  | Readonly<{ kind: 'claim' | 'roll' | 'batch' | 'plan' | 'recovery'; id: string }>
  | Readonly<{ kind: 'close'; office: string; month: Month }>
  | Readonly<{ kind: 'proposal'; office: string; month: Month; proposalId: string }>
  | Readonly<{ kind: 'account-change'; personRef: string; changeNo: string }>;

/** A sending back (退回) as it was recorded: who did it, on which business day, and why. */
export type SentBack = Readonly<{ person: string; duty: string; day: Day; reason: string }>;

type Fact = Readonly<{ hand: Hand; reason: string; proposalId?: string; changeNo?: string }>;

/** The last sending back of a chain; null when there was none. */
export async function lastSentBack(app: App, chained: Chained): Promise<SentBack | null> {
  const events = await app.store.read(streamOf(chained));
  const facts = events
    .filter(({ type }) => type.endsWith('SentBack'))
    .map(({ data }) => JSON.parse(data) as Fact);
  const last = facts.findLast((fact) => isAbout(fact, chained));
  if (last === undefined) return null;
  const { hand, reason } = last;
  return { person: hand.person, duty: hand.duty, day: hand.day, reason };
}

/** A stream of several chains names in each sending back which of them it was. */
function isAbout({ proposalId, changeNo }: Fact, chained: Chained): boolean {
  if (chained.kind === 'proposal') return proposalId === chained.proposalId;
  return chained.kind !== 'account-change' || changeNo === chained.changeNo;
}

function streamOf(chained: Chained): string {
  switch (chained.kind) {
    case 'claim':
      return claimStream(chained.id);
    case 'roll':
      return rollStream(chained.id);
    case 'batch':
      return batchStream(chained.id);
    case 'plan':
      return planStream(chained.id);
    case 'recovery':
      return recoveryStream(chained.id);
    case 'close':
      return monthStream(chained.office, chained.month);
    case 'proposal':
      return verificationStream(chained.office, chained.month);
    case 'account-change':
      return personStream(chained.personRef);
  }
}
