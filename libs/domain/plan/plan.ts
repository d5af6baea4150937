import { impossible, type Decider } from '../decider.js';
import { refuse } from '../refusal.js';
import {
  begun,
  isComplete,
  makerHand,
  sameSeen,
  sendBack,
  sentBack,
  sign,
  signed,
  usualSteps,
  type Seen,
  type Signer,
  type Signing,
  type Step,
} from '../signing/signing.js';
import type { Day, Month } from '../values/calendar.js';
import { sumFen } from '../values/fen.js';
import type { Allotment, PlanEvent } from './plan.events.js';

export type PlanCommand =
  | Readonly<{
      type: 'ProposePlan';
      planId: string;
      pool: string;
      month: Month;
      allotments: readonly Allotment[];
      /** SHA-256 over the allotments as shown, so that what is signed is what was seen. */
      root: string;
      by: Signer;
      on: Day;
    }>
  | Readonly<{ type: 'SignPlan'; planId: string; step: Step; seen: Seen; by: Signer; on: Day }>
  | Readonly<{ type: 'SendPlanBack'; planId: string; reason: string; by: Signer; on: Day }>;

export type Plan =
  | Readonly<{ status: 'none' }>
  | Readonly<{
      status: 'proposed' | 'released';
      planId: string;
      pool: string;
      month: Month;
      allotments: readonly Allotment[];
      signing: Signing;
    }>;

type LivePlan = Exclude<Plan, { status: 'none' }>;

export const planStream = (planId: string) => `plan-${planId}`;

export const planDecider: Decider<Plan, PlanCommand, PlanEvent> = {
  initial: { status: 'none' },
  decide,
  evolve,
};

function decide(command: PlanCommand, plan: Plan): readonly PlanEvent[] {
  if (command.type === 'ProposePlan') return propose(command, plan);
  if (plan.status === 'none') return refuse('PLAN_UNKNOWN', { plan: command.planId });
  switch (command.type) {
    case 'SignPlan':
      return signPlan(command, plan);
    case 'SendPlanBack':
      return returnPlan(command, plan);
    default:
      return impossible(command, 'plan command');
  }
}

/** A month takes one allotment of each plan, so an office stands in a plan once. */
function propose(
  { type: _type, by, on, root, ...data }: Extract<PlanCommand, { type: 'ProposePlan' }>,
  plan: Plan,
): readonly PlanEvent[] {
  const offices = data.allotments.map(({ office }) => office);
  for (const [index, { office, amountFen }] of data.allotments.entries()) {
    if (amountFen < 0n) refuse('AMOUNT_NEGATIVE', { plan: data.planId, office });
    if (offices.indexOf(office) !== index)
      refuse('FACT_IMPOSSIBLE', { plan: data.planId, office, fact: 'allotments' });
  }
  const amountFen = sumFen(data.allotments.map((one) => one.amountFen));
  const seen = { root, lines: data.allotments.length, amountFen };
  if (plan.status !== 'none' && !plan.signing.returned) {
    return sameSeen(plan.signing.seen, seen)
      ? []
      : refuse('PLAN_NUMBER_TAKEN', { plan: data.planId });
  }
  const hand = makerHand(by, on, plan.status === 'none' ? undefined : plan.signing);
  return [{ type: 'PlanProposed', data: { ...data, seen, hand } }];
}

/** The last signature releases the money: no further act stands between the plan and its months. */
function signPlan(
  { planId, step, seen, by, on }: Extract<PlanCommand, { type: 'SignPlan' }>,
  plan: LivePlan,
): readonly PlanEvent[] {
  const hand = sign(plan.signing, { step, by, day: on, seen });
  if (hand === undefined) return [];
  const signature: PlanEvent = { type: 'PlanSigned', data: { planId, hand, seen } };
  if (!isComplete(signed(plan.signing, hand))) return [signature];
  const { month, allotments } = plan;
  return [signature, { type: 'PlanReleased', data: { planId, month, allotments } }];
}

function returnPlan(
  { planId, reason, by, on }: Extract<PlanCommand, { type: 'SendPlanBack' }>,
  plan: LivePlan,
): readonly PlanEvent[] {
  const hand = sendBack(plan.signing, { by, day: on, reason });
  return hand === undefined ? [] : [{ type: 'PlanSentBack', data: { planId, hand, reason } }];
}

function evolve(plan: Plan, event: PlanEvent): Plan {
  if (event.type === 'PlanProposed') {
    const { planId, pool, month, allotments, seen, hand } = event.data;
    const before = plan.status === 'none' ? undefined : plan.signing;
    const signing = begun(usualSteps, seen, hand, before);
    return { status: 'proposed', planId, pool, month, allotments, signing };
  }
  if (plan.status === 'none') throw new Error(`${event.type} before PlanProposed`);
  if (plan.status === 'released') impossible(event.type, 'a plan that is released');
  switch (event.type) {
    case 'PlanSigned':
      return { ...plan, signing: signed(plan.signing, event.data.hand) };
    case 'PlanSentBack':
      return { ...plan, signing: sentBack(plan.signing, event.data.hand) };
    case 'PlanReleased':
      if (!isComplete(plan.signing)) impossible(event.type, 'a plan that is not signed');
      return { ...plan, status: 'released' };
    default:
      return impossible(event, 'plan');
  }
}
