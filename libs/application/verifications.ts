import { rootOf, verificationStream } from '#domain/verification/verification.js';
import type { VerificationCommand } from '#domain/verification/verification.js';
import { needsVerification } from '#domain/claim/claim-kinds.js';
import { monthsPaid, type LiveAward } from '#domain/award/award-state.js';
import type { Proposal, ProposedEffect } from '#domain/verification/verification.events.js';
import { refuse } from '#domain/refusal.js';
import type { Step } from '#domain/signing/signing.js';
import { addMonths, day, monthOf, type Day, type Month } from '#domain/values/calendar.js';
import { stopRule } from '#law/stop-rule.js';
import type { StopEvent } from '#law/topics.js';
import { newTrace } from '#law/table.js';
import { awardsOfPersons } from '#projections/award-state.js';
import type { Act, App } from './app.js';
import { acting, contextFor, refuseOtherOffice } from './claims.js';
import type { Context } from './context.js';
import {
  documentLine,
  documentLines,
  type ExtractLine,
  type SignInLine,
} from './document-lines.js';
import { derivedId } from './ids.js';
import { judgements } from './judgements.js';
import { refuseUnrolled } from './rolls.js';
import { signedPersons } from './sign-ins.js';
import { stored } from './stored.js';
import type { Receipt } from './transact.js';

export type WindowInput = Readonly<{ office: string; month: Month; from: Day; to: Day }>;

/**
 * Opens a month's verification with days of the office's own, before any file has opened it.
 *
 * @throws Refusal WINDOW_DIFFERS when it is open with other days
 */
export async function openWindow(app: App, act: Act, input: WindowInput): Promise<Receipt> {
  const { office, month, from, to } = input;
  refuseOtherOffice(act, office);
  const state = await app.transact.state(stored.verification, verificationStream(office, month));
  if (state.status !== 'none' && (state.window.from !== from || state.window.to !== to))
    refuse('WINDOW_DIFFERS', { month, from: state.window.from, to: state.window.to });
  return decide(app, input, { type: 'OpenWindow', ...input }, contextFor(act));
}

type Place = Readonly<{ office: string; month: Month }>;

/** Sign-ins are kept as they came, also those of people without an award: they have no effect. */
export async function receiveSignIns(
  app: App,
  act: Act,
  {
    office,
    month,
    documentId,
    lines,
  }: Place & Readonly<{ documentId: string; lines: readonly SignInLine[] }>,
): Promise<Receipt> {
  const document = await app.documents.put('sign-ins', documentLines(lines));
  const command = {
    type: 'ReceiveSignIns',
    documentId,
    document: document.sha256,
    lines: lines.length,
  } as const;
  await ensureWindow(app, act, { office, month });
  return decide(app, { office, month }, command, childOf(act, documentId));
}

/**
 * An extract of another register: its hits on awards in force become proposals in the importer's
 * name, and each places a hold at once; what has no award is kept without effect.
 */
export async function receiveExtract(
  app: App,
  act: Act,
  {
    office,
    month,
    documentId,
    hits,
  }: Place & Readonly<{ documentId: string; hits: readonly ExtractLine[] }>,
): Promise<readonly Proposal[]> {
  const document = await app.documents.put('extract', hits.map(documentLine));
  await ensureWindow(app, act, { office, month });
  const proposals = await proposalsFor(app, { office, hits, documentId });
  const command = {
    type: 'ReceiveExtract',
    ...{ documentId, document: document.sha256, lines: hits.length, on: act.on },
    withoutAward: hits.length - proposals.length,
  } as const;
  await decide(app, { office, month }, command, childOf(act, documentId));
  for (const proposal of proposals) {
    const { by, on } = acting(act);
    const raise = { type: 'RaiseProposal', proposal, by, on } as const;
    await decide(app, { office, month }, raise, childOf(act, proposal.proposalId));
  }
  return proposals;
}

/** What the law makes of each hit for the award it hits: effect, first month not paid, clause. */
export async function proposalsFor(
  app: App,
  {
    office,
    hits,
    documentId,
  }: Readonly<{
    office: string;
    hits: readonly ExtractLine[];
    documentId: string;
  }>,
): Promise<readonly Proposal[]> {
  const awards = await awardsOfPersons(
    app.pool,
    hits.map(({ person }) => person),
  );
  const proposals: Proposal[] = [];
  for (const { person, event, on, source } of hits) {
    const hit = awards.find(({ state }) => state.personRef === person && concerns(state, office));
    if (hit === undefined) continue;
    const { state } = hit;
    const answer = legalEffect(app, state, { event, on });
    if (answer === undefined) continue;
    proposals.push({
      ...{ event, on, source, personRef: person, awardNo: state.awardNo },
      proposalId: `${documentId}/${person}/${event}/${on}`,
      ...answer,
    });
  }
  return proposals;
}

function concerns(award: LiveAward, office: string): boolean {
  if (award.office !== office || award.status === 'stopped') return false;
  if (!needsVerification(award.item)) return false;
  return award.monthsDrawn < award.monthsAwarded || award.lines.length > 0;
}

type LegalEffect = Pick<Proposal, 'effect' | 'from' | 'lastMonth' | 'mayResume' | 'clause'>;

function legalEffect(
  app: App,
  award: LiveAward,
  hit: Readonly<{ event: string; on: Day }>,
): LegalEffect | undefined {
  const rules = app.law.on(award.jurisdiction, hit.on);
  const trace = newTrace();
  const answer = stopRule(
    rules,
    {
      event: hit.event as StopEvent,
      month: monthOf(hit.on),
      day: hit.on,
      goodReason: false,
      awardedMonths: award.monthsAwarded,
      paidMonths: monthsPaid(award),
    },
    trace,
  );
  const effect = proposedEffect(answer.effect);
  if (effect === undefined || answer.from === null) return undefined;
  const { from, mayResume } = answer;
  const clause = trace.rows.map(({ law }) => `${law.document} ${law.article}`.trim()).join('; ');
  return {
    effect,
    from,
    mayResume,
    clause,
    lastMonth: answer.lastBenefitMonth ?? addMonths(from, -1),
  };
}

export function proposedEffect(effect: string): ProposedEffect | undefined {
  if (effect === 'pause' || effect === 'terminate' || effect === 'defer') return effect;
  return effect === 'stop' || effect === 'deemed-re-employed' ? 'stop' : undefined;
}

export type ProposalInput = Place & Readonly<{ proposalId: string }>;

export async function signProposal(
  app: App,
  act: Act,
  input: ProposalInput & Readonly<{ step: Step; root: string }>,
): Promise<Receipt> {
  refuseOtherOffice(act, input.office);
  const { proposalId, step, root } = input;
  const proposal = await proposalOf(app, input);
  if (act.related.includes(proposal.personRef)) refuse('SIGNER_IS_PAYEE', { proposal: proposalId });
  const { by, on } = acting(act);
  const command = { type: 'SignProposal', proposalId, step, root, by, on } as const;
  return decide(app, input, command, contextFor(act));
}

export function sendProposalBack(
  app: App,
  act: Act,
  input: ProposalInput & Readonly<{ reason: string }>,
): Promise<Receipt> {
  return endProposal(app, act, input, 'SendProposalBack');
}

export function dropProposal(
  app: App,
  act: Act,
  input: ProposalInput & Readonly<{ reason: string }>,
): Promise<Receipt> {
  return endProposal(app, act, input, 'DropProposal');
}

async function endProposal(
  app: App,
  act: Act,
  input: ProposalInput & Readonly<{ reason: string }>,
  type: 'SendProposalBack' | 'DropProposal',
): Promise<Receipt> {
  refuseOtherOffice(act, input.office);
  const { proposalId, reason } = input;
  const { personRef } = await proposalOf(app, input);
  if (act.related.includes(personRef)) refuse('SIGNER_IS_PAYEE', { proposal: proposalId });
  const { by, on } = acting(act);
  return decide(app, input, { type, proposalId, reason, by, on }, contextFor(act));
}

/** States that nobody signed in; with a file of the month's sign-ins there is nothing to state. */
export async function declareNoSignIns(
  app: App,
  act: Act,
  { reason, ...place }: Place & Readonly<{ reason: string }>,
): Promise<Receipt> {
  refuseOtherOffice(act, place.office);
  await ensureWindow(app, act, place);
  const { by, on } = acting(act);
  return decide(app, place, { type: 'DeclareNoSignIns', reason, by, on }, contextFor(act));
}

/**
 * Judges the month's sign-ins after the roll: whoever signed is released, whoever did not is held
 * and stays due; what two months in a row mean, or that the month is deferred, is proposed, and
 * people decide. Whoever is found to have signed in time after all is released when his file comes.
 *
 * @throws Refusal ROLL_NOT_READY, SIGN_INS_MISSING while nothing says who signed, PROPOSALS_OPEN
 */
export async function judgeSignIns(app: App, act: Act, place: Place): Promise<Receipt> {
  refuseOtherOffice(act, place.office);
  await app.settled(await app.store.head());
  await ensureWindow(app, act, place);
  const stream = verificationStream(place.office, place.month);
  const state = await app.transact.state(stored.verification, stream);
  if (state.status === 'judged') return again(app, stream);
  await refuseUnrolled(app, place);
  const { to } = state.status === 'none' ? windowOf(place) : state.window;
  const history = await app.store.read(stream);
  const signed = await signedPersons(app, history, to);
  const counts = { held: 0, released: 0, missedTwice: 0, deferred: 0 };
  const document = await app.documents.put('judgement', judgements(app, place, signed, counts));
  const { deferred, ...usual } = counts;
  const command = {
    type: 'JudgeSignIns',
    signInFiles: history.filter(({ type }) => type === 'SignInsReceived').length,
    document: document.sha256,
    ...usual,
    ...(deferred === 0 ? {} : { deferred }),
    on: act.on,
  } as const;
  return decide(app, place, command, contextFor(act));
}

async function proposalOf(
  app: App,
  { office, month, proposalId }: ProposalInput,
): Promise<Proposal> {
  const state = await app.transact.state(stored.verification, verificationStream(office, month));
  if (state.status === 'none') return refuse('WINDOW_NOT_OPEN', { month });
  const found = state.proposals[proposalId];
  return found?.proposal ?? refuse('PROPOSAL_UNKNOWN', { proposal: proposalId });
}

/** What a signer is shown, and signs, of a proposal. */
export function proposalRoot(proposal: Proposal): string {
  return rootOf(proposal);
}

/** The window unless the office opened another: from the first of the month to the 20th. */
function windowOf({ month }: Place): Readonly<{ from: Day; to: Day }> {
  return { from: day(`${month}-01`), to: day(`${month}-20`) };
}

export async function ensureWindow(app: App, act: Act, place: Place): Promise<void> {
  const { from, to } = windowOf(place);
  await decide(app, place, { type: 'OpenWindow', ...place, from, to }, childOf(act, 'window'));
}

export function decide(
  app: App,
  { office, month }: Place,
  command: VerificationCommand,
  context: Context,
): Promise<Receipt> {
  const stream = verificationStream(office, month);
  return app.transact.run(stored.verification, stream, command, { ...context, office });
}

async function again(app: App, stream: string): Promise<Receipt> {
  const last = (await app.store.read(stream)).at(-1);
  const revision = last?.revision ?? 'none';
  return { stream, revision, position: last?.position ?? 0n, events: [], repeated: true };
}

/** One request makes several commands: each has an id of its own, derived from the request's. */
export function childOf(act: Act, part: string): Context {
  return { ...contextFor(act), commandId: derivedId(act.commandId, part) };
}
