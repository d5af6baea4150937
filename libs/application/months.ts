import type { CloseStatement } from '#domain/month/month.events.js';
import { monthStream, type LiveMonth, type MonthCommand } from '#domain/month/month.js';
import { refuse } from '#domain/refusal.js';
import type { Seen, Step } from '#domain/signing/signing.js';
import { addMonths, monthOf, type Month } from '#domain/values/calendar.js';
import { noFen } from '#domain/values/fen.js';
import { poolOf } from '#projections/actors.js';
import { monthsOf } from '#projections/month-sheet.js';
import type { Act, App } from './app.js';
import { acting, contextFor, refuseOtherOffice } from './claims.js';
import { countClose } from './closing.js';
import { derivedId } from './ids.js';
import { payersOf } from './month-payers.js';
import { stored } from './stored.js';
import type { Receipt } from './transact.js';

export type MonthInput = Readonly<{ office: string; month: Month }>;

/**
 * Opens an office's month. The first of all begins with nothing owed and nothing to spend; over a
 * gap, what the last one left would be carried by nobody.
 *
 * A first month far ahead would be the office's only one until it comes: nothing earlier could be
 * opened any more.
 *
 * @throws Refusal MONTH_PREVIOUS_OPEN, MONTH_AHEAD, OFFICE_UNKNOWN
 */
export async function openMonth(app: App, act: Act, input: MonthInput): Promise<Receipt> {
  const { office, month } = input;
  refuseOtherOffice(act, office);
  const pool = await poolOf(app.pool, office);
  const previous = addMonths(month, -1);
  const before = await app.transact.state(stored.month, monthStream(office, previous));
  if (before.status === 'open') refuse('MONTH_PREVIOUS_OPEN', { month, previous });
  if (before.status === 'none') await refuseGap(app, act, input);
  const open: MonthCommand = {
    type: 'OpenMonth',
    ...{ office, pool, month, on: act.on },
    provisional: true,
  };
  const receipt = await onMonth(app, act, { office, command: open });
  if (before.status !== 'none') return receipt;
  const bring: MonthCommand = {
    type: 'BringOpening',
    ...{ month, sheet: {}, availableFen: noFen },
    from: 'nothing',
  };
  const commandId = derivedId(act.commandId, 'opening', office, month);
  return onMonth(app, { ...act, commandId }, { office, command: bring });
}

/**
 * Cuts the month where it stands; it waits for no bank, but for every document that it admitted.
 */
export async function cutMonth(
  app: App,
  act: Act,
  { office, month }: MonthInput,
): Promise<Receipt> {
  refuseOtherOffice(act, office);
  const { by, on } = acting(act);
  const cut = await onMonth(app, act, { office, command: { type: 'CutMonth', month, by, on } });
  // The close asks for the root at the cut; what is not there by then it works out itself.
  app.evidence.grow().catch(() => undefined);
  return cut;
}

/**
 * 对账: counts the month anew from events and documents; the month refuses a statement that differs.
 */
export async function prepareClose(app: App, act: Act, input: MonthInput): Promise<Receipt> {
  const { office, month } = input;
  refuseOtherOffice(act, office);
  await refuseUncut(app, input);
  const [close, payers] = await Promise.all([
    countClose(app, office, month),
    payersOf(app, office, month),
  ]);
  const { by, on } = acting(act);
  const command: MonthCommand = { type: 'PrepareClose', month, close, payers, by, on };
  return onMonth(app, act, { office, command });
}

export type SignCloseInput = MonthInput & Readonly<{ step: Step; seen: Seen }>;

/**
 * The reviewer counts again himself; whoever paid in that month cannot sign for its reconciliation.
 */
export async function signClose(app: App, act: Act, input: SignCloseInput): Promise<Receipt> {
  const { office, month, step, seen } = input;
  refuseOtherOffice(act, office);
  const state = await refuseUncut(app, input);
  const [recomputed, payers] = await Promise.all([
    step === 'review' ? countClose(app, office, month) : prepared(state, input),
    payersOf(app, office, month),
  ]);
  const { by, on } = acting(act);
  const command: MonthCommand = {
    type: 'SignClose',
    ...{ month, step, seen, recomputed, payers, by, on },
  };
  return onMonth(app, act, { office, command });
}

export async function sendCloseBack(
  app: App,
  act: Act,
  { office, month, reason }: MonthInput & Readonly<{ reason: string }>,
): Promise<Receipt> {
  refuseOtherOffice(act, office);
  const { by, on } = acting(act);
  const command: MonthCommand = { type: 'SendCloseBack', month, reason, by, on };
  return onMonth(app, act, { office, command });
}

/** Refuses a month beside others that is not yet open, as the one before it is not there. */
async function refuseGap(app: App, { on }: Act, { office, month }: MonthInput): Promise<void> {
  const mine = await app.transact.state(stored.month, monthStream(office, month));
  if (mine.status !== 'none') return;
  await app.settled(await app.store.head());
  const [latest] = await monthsOf(app.pool, office);
  if (latest !== undefined) refuse('MONTH_PREVIOUS_OPEN', { month, latest: latest.month });
  if (month > addMonths(monthOf(on), 1)) refuse('MONTH_AHEAD', { month, day: on });
}

async function refuseUncut(app: App, { office, month }: MonthInput): Promise<LiveMonth> {
  const state = await app.transact.state(stored.month, monthStream(office, month));
  if (state.status === 'none') return refuse('MONTH_NOT_OPEN', { month });
  if (state.status === 'open') return refuse('MONTH_NOT_CUT', { month });
  return state;
}

function prepared({ close }: LiveMonth, { month }: MonthInput): CloseStatement {
  return close ?? refuse('CLOSE_NOT_PREPARED', { month });
}

export async function onMonth(
  app: App,
  act: Act,
  { office, command }: Readonly<{ office: string; command: MonthCommand }>,
): Promise<Receipt> {
  const context = { ...contextFor(act), office, month: command.month };
  return app.transact.run(stored.month, monthStream(office, command.month), command, context);
}
