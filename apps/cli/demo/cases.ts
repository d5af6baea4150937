import { monthAfter } from '../city/numbers.js';
import type { Bureau } from './bureau.js';
import { sideBySide } from './office-door.js';

/** Accounts proposed by the import are approved and reviewed by two others. */
export async function signAccountChanges({ door }: Bureau): Promise<void> {
  const persons = new Set<string>();
  for (const duty of ['approver', 'reviewer'] as const) {
    const { accountChanges } = await door.get<
      Readonly<{ accountChanges: readonly Readonly<{ personRef: string }>[] }>
    >(duty, 'inbox');
    for (const { personRef } of accountChanges) persons.add(personRef);
  }
  await sideBySide([...persons], async (personRef) => {
    const path = `persons/${personRef}/account-change`;
    const { changeNo, sealedSha256, nextStep } = await door.get<
      Readonly<{ changeNo: string; sealedSha256: string; nextStep: string }>
    >('approver', path);
    const sent = { body: { sealedSha256 } };
    const change = `persons/${personRef}/account-changes/${changeNo}`;
    if (nextStep === 'approve') await door.put('approver', `${change}/approval`, sent);
    await door.put('reviewer', `${change}/review`, sent);
  });
  await door.settle();
}

type SharedRow = Readonly<{
  accountKey: string;
  holders: readonly string[];
  nextStep: string | null;
}>;

/**
 * Two people are paid on one account only when two others found that in order: from the third
 * month, so that a close shows what waits for it.
 */
export async function reviewSharing({ door, city }: Bureau, month: string): Promise<void> {
  if (month < monthAfter(city.firstMonth, 2)) return;
  const { rows } = await door.get<Readonly<{ rows: readonly SharedRow[] }>>(
    'approver',
    'shared-accounts',
  );
  for (const { accountKey, holders, nextStep } of rows) {
    const sent = { body: { accountKey, holders, reason: '夫妻共用一个账户' } };
    if (nextStep === 'make') await door.post('approver', 'shared-accounts/reviews', sent);
    if (nextStep !== null) await door.put('reviewer', 'shared-accounts/reviews', sent);
  }
  await door.settle();
}

type ProposalRow = Readonly<{
  proposalId: string;
  root: string;
  status: string;
  nextStep: string | null;
}>;

/** What other registers' hits and missed sign-ins propose, people decide. */
export async function signProposals({ door, city }: Bureau, month: string): Promise<void> {
  for (const office of city.offices) {
    const place = `verification/${office}/${month}`;
    const { proposals } = await door.get<Readonly<{ proposals: readonly ProposalRow[] }>>(
      'approver',
      place,
    );
    const open = proposals.filter(({ status }) => status === 'open');
    await sideBySide(open, async ({ proposalId, root, nextStep }) => {
      const sent = { body: { proposalId, root } };
      if (nextStep === 'approve') await door.put('approver', `${place}/proposals/approval`, sent);
      await door.put('reviewer', `${place}/proposals/review`, sent);
    });
  }
  await door.settle();
}

type Calculated = Readonly<{
  finding: Readonly<{ outcome: 'grant' | 'reject' }>;
  digest: string;
}>;

/**
 * Approves each claim as the law gives it, a grant or a rejection; another person recomputes it.
 */
export async function decideClaims({ door }: Bureau): Promise<void> {
  const listed = async (status: string) =>
    door.rows<Readonly<{ claimNo: string }>>('approver', `claims?status=${status}&limit=500`);
  const accepted = await listed('accepted');
  const approved = await listed('approved');
  const review = async (claimNo: string): Promise<void> => {
    await door.put('reviewer', `claims/${claimNo}/review`);
  };
  await sideBySide(accepted, async ({ claimNo }) => {
    const path = `claims/${claimNo}/calculation`;
    const { finding, digest } = await door.get<Calculated>('approver', path);
    const body = { outcome: finding.outcome, digest };
    await door.put('approver', `claims/${claimNo}/approval`, { body });
    await review(claimNo);
  });
  await sideBySide(approved, ({ claimNo }) => review(claimNo));
  await door.settle();
}

/** The month's sign-ins are judged office by office: who did not sign is held. */
export async function judgeSignIns({ door, city }: Bureau, month: string): Promise<void> {
  for (const office of city.offices) {
    const place = `verification/${office}/${month}`;
    const { received } = await door.get<Received>('payroll', place);
    // In a small city an office may have nobody to sign in.
    if (!received.some(({ kind }) => kind === 'sign-ins'))
      await door.put('payroll', `${place}/no-sign-ins`, { body: { reason: 'nobody came' } });
    await door.put('payroll', `${place}/judgement`);
  }
  await door.settle();
}

type Received = Readonly<{ received: readonly Readonly<{ kind: string }>[] }>;

type Verified = Readonly<{
  window: Readonly<{ held: number }> | null;
  proposals: readonly ProposalRow[];
}>;

/** How many lines the month's verification held, and how many people's benefit it ended. */
export async function verifiedIn(
  { door }: Bureau,
  office: string,
  month: string,
): Promise<Readonly<{ held: number; stopped: number }>> {
  const path = `verification/${office}/${month}`;
  const { window, proposals } = await door.get<Verified>('reconciler', path);
  const decided = proposals.filter(({ status }) => status === 'decided');
  return { held: window?.held ?? 0, stopped: decided.length };
}

export type ClaimRow = Readonly<{
  filedOn: string;
  status: string;
  outcome: 'grant' | 'reject' | null;
}>;

export function claimsOf({ door }: Bureau): Promise<readonly ClaimRow[]> {
  return door.rows<ClaimRow>('reconciler', 'claims?limit=500');
}
