import type { MonthEvent } from '#domain/month/month.events.js';
import { monthStream, type MonthCommand } from '#domain/month/month.js';
import { poolMonthStream } from '#domain/month/pool-month.js';
import { officeStream } from '#domain/office/office.js';
import type { PlanEvent } from '#domain/plan/plan.events.js';
import { Refusal } from '#domain/refusal.js';
import { addMonths, day, monthOf, type Month } from '#domain/values/calendar.js';
import type { Fen } from '#domain/values/fen.js';
import { addToSheet, closingOf, type Sheet } from '#domain/values/totals.js';
import type { Metadata } from '#event-store/port.js';
import { payingOffices } from '#projections/actors.js';
import { firstMonthsOfPool, monthsOfPool } from '#projections/month-sheet.js';
import type { App } from '../app.js';
import { crashPoint } from '../crash-points.js';
import { stored } from '../stored.js';
import { contextOfReaction, dataOf, type Cause, type Reaction } from './reaction.js';

/** What stands after the cut is booked in the next month, which opens provisionally. */
export const openNextMonth: Reaction = {
  name: 'open-next-month',
  on: ['MonthCut'],
  react: async (app, cause) => {
    crashPoint('month:cut');
    const { month } = dataOf<MonthEvent, 'MonthCut'>(cause, 'MonthCut');
    const state = await app.transact.state(stored.month, cause.stream);
    if (state.status === 'none') throw new Error(`${month} was cut and never opened`);
    const { office, pool } = state;
    const command: MonthCommand = {
      type: 'OpenMonth',
      ...{ office, pool, month: addMonths(month, 1) },
      provisional: true,
      on: day(cause.metadata.day),
    };
    await onMonth(app, cause, { office, command });
  },
};

/** The close makes the next month final: its opening is what this one left unpaid. */
export const bringOpening: Reaction = {
  name: 'bring-opening',
  on: ['MonthClosed'],
  react: async (app, cause) => {
    const { month, sheet, availableFen } = dataOf<MonthEvent, 'MonthClosed'>(cause, 'MonthClosed');
    const office = cause.stream.slice('month-'.length, -'-YYYY-MM'.length);
    const command: MonthCommand = {
      type: 'BringOpening',
      ...{ month: addMonths(month, 1), availableFen },
      sheet: openingSheet(sheet),
      from: 'close',
    };
    await onMonth(app, cause, { office, command });
  },
};

/**
 * The pool's month closes when the last of its offices has; one late office stops no other. What is
 * under way is waited for; an office that has not so much as opened the month is named, and kept
 * among what waits until it has closed it, be it empty.
 */
export const closePool: Reaction = {
  name: 'close-pool',
  on: ['MonthClosed'],
  react: async (app, cause) => {
    const { month } = dataOf<MonthEvent, 'MonthClosed'>(cause, 'MonthClosed');
    await app.projected(cause.position);
    const mine = await app.transact.state(stored.month, cause.stream);
    if (mine.status === 'none') throw new Error(`${month} was closed and never opened`);
    const { pool } = mine;
    const rows = await monthsOfPool(app.pool, pool, month);
    if (rows.some(({ status }) => status !== 'closed')) return;
    const offices = [];
    const working = rows.map(({ office }) => office);
    const missing = await activeWithout(app, { pool, month, working });
    for (const office of [...working, ...missing])
      offices.push(await closeOfOffice(app, office, month));
    const command = { type: 'ClosePoolMonth', pool, month, offices } as const;
    const context = contextOfReaction('close-pool', cause, pool);
    await app.transact.run(stored.poolMonth, poolMonthStream(pool, month), command, context);
  },
};

/**
 * Offices that the register has, that had begun by then, and that keep no such month. Which month
 * an office began with says its first; without any, the day on which it was opened.
 */
async function activeWithout(
  app: App,
  { pool, month, working }: Readonly<{ pool: string; month: Month; working: readonly string[] }>,
): Promise<readonly string[]> {
  const firsts = await firstMonthsOfPool(app.pool, pool);
  const missing: string[] = [];
  for (const { code } of await payingOffices(app.pool, pool)) {
    if (working.includes(code)) continue;
    const began = firsts.get(code) ?? (await monthOfOpening(app, code));
    if (began <= month) missing.push(code);
  }
  return missing;
}

async function monthOfOpening(app: App, code: string): Promise<Month> {
  const [opened] = await app.store.read(officeStream(code));
  if (opened === undefined) throw new Error(`office ${code} was never opened`);
  const { day: on } = JSON.parse(opened.metadata) as Metadata;
  return monthOf(day(on));
}

async function closeOfOffice(app: App, office: string, month: Month) {
  const state = await app.transact.state(stored.month, monthStream(office, month));
  if (state.status !== 'closed' || state.close === undefined) return { office };
  const { cutPosition, treeRoot } = state.close;
  return { office, closed: { office, cutPosition, treeRoot, sheet: state.sheet } };
}

function openingSheet(sheet: Sheet): Sheet {
  let opening: Sheet = {};
  for (const item of Object.keys(sheet)) {
    const closing = closingOf(sheet, item);
    if (closing.lines !== 0) opening = addToSheet(opening, item, 'opening', closing);
  }
  return opening;
}

/** A released plan is money in the months of its offices. */
export const allot: Reaction = {
  name: 'allot',
  on: ['PlanReleased'],
  react: async (app, cause) => {
    const data = dataOf<PlanEvent, 'PlanReleased'>(cause, 'PlanReleased');
    const { planId, month, allotments } = data;
    const plan = await app.transact.state(stored.plan, cause.stream);
    if (plan.status === 'none') throw new Error(`${planId} was released and never proposed`);
    const { pool } = plan;
    const refusals: Refusal[] = [];
    for (const { office, amountFen } of allotments) {
      try {
        await receive(app, cause, { office, month, pool, planId, amountFen });
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        refusals.push(error);
      }
    }
    // Every office that can has its money by now; whoever could not is asked again.
    const [first] = refusals;
    if (first !== undefined) throw first;
  },
};

type Allotted = Readonly<{
  office: string;
  month: Month;
  pool: string;
  planId: string;
  amountFen: Fen;
}>;

/** What comes after the cut is the next month's money; a month takes one plan's money once. */
async function receive(app: App, cause: Cause, { office, ...allotted }: Allotted): Promise<void> {
  try {
    await onMonth(app, cause, { office, command: { type: 'ReceiveAllotment', ...allotted } });
  } catch (error) {
    const late = error instanceof Refusal && ['MONTH_CUT', 'MONTH_CLOSED'].includes(error.code);
    if (!late) throw error;
    await receive(app, cause, { ...allotted, office, month: addMonths(allotted.month, 1) });
  }
}

async function onMonth(
  app: App,
  cause: Cause,
  { office, command }: Readonly<{ office: string; command: MonthCommand }>,
): Promise<void> {
  const month: Month = command.month;
  const context = { ...contextOfReaction(command.type, cause, `${office}/${month}`), month };
  await app.transact.run(stored.month, monthStream(office, month), command, context);
}
