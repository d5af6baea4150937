import type { Allotment } from '#domain/plan/plan.events.js';
import { planStream } from '#domain/plan/plan.js';
import { refuse } from '#domain/refusal.js';
import type { Month } from '#domain/values/calendar.js';
import { poolOf } from '#projections/actors.js';
import type { Act, App } from './app.js';
import { acting, contextFor, refuseOtherOffice } from './claims.js';
import { bodyHash } from './ids.js';
import type { SignInput } from './rolls.js';
import { stored } from './stored.js';
import type { Receipt } from './transact.js';

export type PlanInput = Readonly<{
  pool: string;
  month: Month;
  no: number;
  allotments: readonly Allotment[];
}>;

/**
 * 用款计划: what the pool's offices may pay in the month; a supplement is the next number.
 *
 * @throws Refusal FACT_IMPOSSIBLE for a plan of anything but a pool, OFFICE_OUT_OF_SCOPE for an
 * office of another pool, OFFICE_UNKNOWN
 */
export async function proposePlan(app: App, act: Act, input: PlanInput): Promise<Receipt> {
  const { pool, month, no, allotments } = input;
  refuseOtherOffice(act, pool);
  await refuseOtherPool(app, input);
  const planId = `${pool}-${month}-${no}`;
  const root = bodyHash({ planId, allotments });
  const { by, on } = acting(act);
  const plan = { planId, pool, month, allotments, root };
  const command = { type: 'ProposePlan', ...plan, by, on } as const;
  return app.transact.run(stored.plan, planStream(planId), command, contextFor(act));
}

export async function signPlan(app: App, act: Act, input: SignInput): Promise<Receipt> {
  const { id: planId, step, seen } = input;
  await inScope(app, act, planId);
  const { by, on } = acting(act);
  const command = { type: 'SignPlan', planId, step, seen, by, on } as const;
  return app.transact.run(stored.plan, planStream(planId), command, contextFor(act));
}

export async function sendPlanBack(
  app: App,
  act: Act,
  { id: planId, reason }: Readonly<{ id: string; reason: string }>,
): Promise<Receipt> {
  await inScope(app, act, planId);
  const { by, on } = acting(act);
  const command = { type: 'SendPlanBack', planId, reason, by, on } as const;
  return app.transact.run(stored.plan, planStream(planId), command, contextFor(act));
}

/** Money is the pool's: an office below has none to give, and another pool's is not to be given. */
async function refuseOtherPool(app: App, { pool, allotments }: PlanInput): Promise<void> {
  if ((await poolOf(app.pool, pool)) !== pool) refuse('FACT_IMPOSSIBLE', { pool, fact: 'pool' });
  for (const { office } of allotments) {
    if ((await poolOf(app.pool, office)) !== pool) refuse('OFFICE_OUT_OF_SCOPE', { office, pool });
  }
}

async function inScope(app: App, act: Act, planId: string): Promise<void> {
  const plan = await app.transact.state(stored.plan, planStream(planId));
  if (plan.status === 'none') return refuse('PLAN_UNKNOWN', { plan: planId });
  refuseOtherOffice(act, plan.pool);
}
