import type { RollKind } from '#domain/roll/roll.events.js';
import { monthStream } from '#domain/month/month.js';
import { rollStream, type Roll } from '#domain/roll/roll.js';
import { refuse } from '#domain/refusal.js';
import type { Seen, Step } from '#domain/signing/signing.js';
import { monthsDue, type LiveAward } from '#domain/award/award-state.js';
import { addMonths, firstDay, monthOf, type Month } from '#domain/values/calendar.js';
import type { Fen } from '#domain/values/fen.js';
import { payeeRef } from '#domain/values/payee.js';
import type { Sheet, Totals } from '#domain/values/totals.js';
import { verificationStream } from '#domain/verification/verification.js';
import { monthlyAmount } from '#law/benefit-amount.js';
import { jurisdictionOf } from '#projections/actors.js';
import { awardsOfOffice, rangesOfOffice, type PageRange } from '#projections/award-state.js';
import { rollsOf } from '#projections/batch-board.js';
import type { RollRow } from '#projections/batch-fold.js';
import { monthsOf } from '#projections/month-sheet.js';
import type { Act, App } from './app.js';
import { breathe } from './breath.js';
import { acting, contextFor, refuseOtherOffice } from './claims.js';
import { linesOfText, personOfLine, rollText } from './document-lines.js';
import { inParts } from './hands.js';
import { ItemSum } from './item-sum.js';
import { stored } from './stored.js';
import type { Receipt } from './transact.js';

export type RollInput = Readonly<{ office: string; month: Month; no: number }>;

export const benefitItem = 'benefit';

export function rollIdOf({ office, month, no }: RollInput): string {
  return `${office}-${month}-${no}`;
}

/**
 * Draws up what falls due in the month (花名册), one line a benefit month, in the order of awards.
 *
 * @throws Refusal MONTH_AHEAD, OFFICE_OUT_OF_SCOPE, PROPOSALS_OPEN, ROLL_EMPTY, ROLL_NOT_READY
 */
export async function prepareRoll(app: App, act: Act, input: RollInput): Promise<Receipt> {
  const { office, month } = input;
  refuseOtherOffice(act, office);
  const rollId = rollIdOf(input);
  const repeated = await alreadyPrepared(app, act, rollStream(rollId));
  if (repeated !== undefined) return repeated;
  // What falls due by a mistyped year would be all that is left of every award.
  if (month > addMonths(monthOf(act.on), 1)) refuse('MONTH_AHEAD', { month, day: act.on });
  await refuseOpenProposals(app, office, month);
  await app.settled(await app.store.head());
  await rollsAtRest(app, input, rollId);
  const jurisdiction = await jurisdictionOf(app.pool, office);
  const sum = new ItemSum();
  const lines = dueLines(app, { office, month, jurisdiction }, sum);
  const document = await app.documents.put('roll', lines);
  return recordRoll(app, act, {
    ...{ rollId, office, month },
    kind: input.no === 1 ? 'benefit' : 'supplement',
    document: document.sha256,
    seen: { root: document.root, lines: document.lines, amountFen: sum.totalFen },
    sheet: sum.sheet('due'),
    policyVersion: app.law.version(jurisdiction),
  });
}

/**
 * A document of another kind, such as the opening list, goes the same way to its three signatures.
 */
export async function recordRoll(
  app: App,
  act: Act,
  roll: Readonly<{
    rollId: string;
    office: string;
    month: Month;
    kind: RollKind;
    document: string;
    seen: Seen;
    sheet: Sheet;
    policyVersion: string;
  }>,
): Promise<Receipt> {
  const { by, on } = acting(act);
  const payees = await payeesAmong(app, act, roll.document);
  const command = { type: 'PrepareRoll', ...roll, payees, by, on } as const;
  return app.transact.run(stored.roll, rollStream(roll.rollId), command, contextFor(act));
}

/** The signer, if a line of the document is his or a relative's: nobody else could be barred. */
async function payeesAmong(
  app: App,
  { by, related }: Act,
  document: string,
): Promise<readonly string[]> {
  if (related.length === 0) return [];
  for await (const texts of app.documents.lines(document))
    if (texts.some((text) => related.includes(personOfLine(text)))) return [by.person];
  return [];
}

/** The month's extracts are decided before its roll: an open proposal may still stop someone. */
async function refuseOpenProposals(app: App, office: string, month: Month): Promise<void> {
  const stream = verificationStream(office, month);
  const state = await app.transact.state(stored.verification, stream);
  if (state.status === 'none') return;
  const open = Object.values(state.proposals).find(({ status }) => status === 'open');
  if (open !== undefined) refuse('PROPOSALS_OPEN', { proposal: open.proposal.proposalId });
}

/** The rolls of a month, once none is under way: what one will make due must not be drawn twice. */
async function rollsAtRest(
  app: App,
  { office, month }: Readonly<{ office: string; month: Month }>,
  except = '',
): Promise<readonly RollRow[]> {
  const rolls = await rollsOf(app.pool, office, month);
  const open = rolls.find(
    ({ rollId, status, returned }) =>
      rollId !== except && status !== 'discharged' && !(returned && status === 'prepared'),
  );
  if (open !== undefined) refuse('ROLL_NOT_READY', { roll: open.rollId });
  return rolls;
}

/**
 * Sign-ins are judged after the roll: before it there is no line that a judgement could hold. A
 * month in which nobody is due has no roll.
 */
export async function refuseUnrolled(
  app: App,
  place: Readonly<{ office: string; month: Month }>,
): Promise<void> {
  const { office, month } = place;
  const rolls = await rollsAtRest(app, place);
  if (rolls.some(({ kind, status }) => kind === 'benefit' && status === 'discharged')) return;
  for await (const awards of awardsOfOffice(app.pool, office))
    for (const { state } of awards)
      if (monthsDue(state, month, nextMonth).length > 0)
        refuse('ROLL_NOT_READY', { roll: rollIdOf({ ...place, no: 1 }) });
}

/** A repeated request must not count again: awards have moved on since, the answer has not. */
export async function alreadyPrepared(
  app: App,
  act: Act,
  streamName: string,
): Promise<Receipt | undefined> {
  const history = await app.store.read(streamName);
  const mine = history.find(({ metadata }) => metadata.includes(act.commandId));
  if (mine === undefined) return undefined;
  const { stream, revision, position, type } = mine;
  return { stream, revision, position, events: [type], repeated: true };
}

type DueOf = Readonly<{ office: string; month: Month; jurisdiction: string }>;

async function* dueLines(app: App, of: DueOf, sum: ItemSum): AsyncIterable<readonly string[]> {
  const ranges = await rangesOfOffice(app.pool, of.office);
  const inputs = ranges.map((range) => ({ ...of, range }));
  const part = { name: 'duePart', here: (input: DueInput) => duePart(app, input) } as const;
  for await (const { text, sums } of inParts(app.hands, part, inputs)) {
    sum.addSums(sums);
    yield linesOfText(text);
  }
}

type DueInput = DueOf & Readonly<{ range: PageRange }>;

/** What of some pages of awards falls due: lines of a roll as one text, and their sums by item. */
export async function duePart(
  app: Pick<App, 'pool' | 'law'>,
  { office, month, jurisdiction, range }: DueInput,
): Promise<Readonly<{ text: string; sums: ReadonlyMap<string, Totals> }>> {
  const amounts = new Amounts(app.law, jurisdiction);
  const sum = new ItemSum();
  const texts: string[] = [];
  for await (const awards of awardsOfOffice(app.pool, office, { range })) {
    for (const { state } of awards) {
      const { awardNo: award, item } = state;
      const person = payeeRef(state);
      let no = state.monthsDrawn;
      for (const due of monthsDue(state, month, nextMonth)) {
        no += 1;
        const amountFen = amounts.of(state, due, no);
        sum.addLines(item, 1, amountFen);
        const of = { line: due, month: due, rollMonth: month };
        texts.push(rollText({ award, person, item, no, amountFen, ...of }));
      }
    }
    await breathe();
  }
  return { text: texts.join('\n'), sums: sum.byItem() };
}

function nextMonth(of: Month): Month {
  return addMonths(of, 1);
}

/** Monthly amounts as the law gives them, worked out once for all whose facts are the same. */
class Amounts {
  private readonly known = new Map<Month, Map<number, Fen>>();

  constructor(
    private readonly law: App['law'],
    private readonly jurisdiction: string,
  ) {}

  /** As the old system had it or a decision fixed it, or as the law gives it for the month. */
  of({ monthlyFen, paidMonths }: LiveAward, due: Month, no: number): Fen {
    if (monthlyFen !== undefined) return monthlyFen;
    const ofMonth = this.known.get(due) ?? new Map<number, Fen>();
    if (ofMonth.size === 0) this.known.set(due, ofMonth);
    const key = paidMonths * moreThanAnyNo + no;
    const known = ofMonth.get(key);
    if (known !== undefined) return known;
    const rules = this.law.on(this.jurisdiction, firstDay(due));
    const amountFen = monthlyAmount(rules, { payMonth: due, paidMonths, benefitMonthNo: no });
    ofMonth.set(key, amountFen);
    return amountFen;
  }
}

/** An award has two years of months at most. */
const moreThanAnyNo = 10_000;

export type SignInput = Readonly<{ id: string; step: Step; seen: Seen }>;

/** @throws Refusal OPENING_OVER for an opening list after the office's first month was cut */
export async function signRoll(app: App, act: Act, input: SignInput): Promise<Receipt> {
  const { id: rollId, step, seen } = input;
  const { document, kind, office } = await liveRoll(app, act, rollId);
  if (kind === 'opening' && (await hasBegun(app, office))) refuse('OPENING_OVER', { office });
  const { by, on } = acting(act);
  const payees = await payeesAmong(app, act, document);
  const command = { type: 'SignRoll', rollId, step, seen, payees, by, on } as const;
  return app.transact.run(stored.roll, rollStream(rollId), command, contextFor(act));
}

export async function sendRollBack(
  app: App,
  act: Act,
  { id: rollId, reason }: Readonly<{ id: string; reason: string }>,
): Promise<Receipt> {
  await liveRoll(app, act, rollId);
  const { by, on } = acting(act);
  const command = { type: 'SendRollBack', rollId, reason, by, on } as const;
  return app.transact.run(stored.roll, rollStream(rollId), command, contextFor(act));
}

/** Whether the office's first month is cut: no opening list is taken or signed any more. */
export async function hasBegun(app: App, office: string): Promise<boolean> {
  const first = (await monthsOf(app.pool, office)).at(-1);
  if (first === undefined) return false;
  const { status } = await app.transact.state(stored.month, monthStream(office, first.month));
  return status === 'cut' || status === 'closed';
}

type LiveRoll = Exclude<Roll, { status: 'none' }>;

async function liveRoll(app: App, act: Act, rollId: string): Promise<LiveRoll> {
  const roll = await app.transact.state(stored.roll, rollStream(rollId));
  if (roll.status === 'none') return refuse('ROLL_UNKNOWN', { roll: rollId });
  refuseOtherOffice(act, roll.office);
  return roll;
}
