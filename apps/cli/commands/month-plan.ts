import { fen, fenFromText, fenFromYuan, yuanText } from '#domain/values/fen.js';
import type { Client } from '../client.js';
import { Failure, UsageError } from '../failure.js';
import { inYuan } from '../output.js';
import { doneBy, doneFacts } from '../place.js';
import { idOf, placeIn, type Desk, type Place, type Step } from './month-desk.js';

type Allotment = Readonly<{ office: string; amountFen: bigint }>;

export const planStep: Step = {
  zh: '编制用款计划（默认按各机构应付未付，或用 --amount）',
  en: 'propose a plan: what the offices lack, or as --amount says',
  takes: ['no', 'amount'],
  run: plan,
};

/** 用款计划: what was typed, or else what each office of the pool still lacks for what is payable. */
async function plan(desk: Desk): Promise<void> {
  const { api, output, options } = desk;
  const typed = options.amount === undefined ? undefined : typedAmounts(options.amount);
  const { place: pool, found } = await placeIn(desk);
  const wanted = typed ?? (await lacking(api, pool));
  const allotments = wanted.filter(({ amountFen }) => amountFen > 0n);
  if (allotments.length === 0) {
    const nothing = { planId: null, allotments: [] };
    output.result(nothing, () => '不缺资金，不必编制 · no office lacks funds: no plan is needed');
    return;
  }
  const no = options.no ?? (await nextNo(api, pool));
  const { office, month } = pool;
  const sent = allotments.map((one) => ({ ...one, amountFen: inJson(one) }));
  const receipt = await api.post('/api/v1/plans', {
    body: { pool: office, month, no, allotments: sent },
  });
  const planId = idOf({ ...pool, no });
  const facts = { planId, allotments: sent, ...receipt, ...doneFacts(api, found) };
  output.result(facts, () => [words(planId, allotments), ...doneBy(api, found)].join('\n'));
}

/** `440103=120000.00`, in yuan. @throws UsageError for anything else, or an office named twice */
function typedAmounts(texts: readonly string[]): readonly Allotment[] {
  const wanted = texts.map((text) => {
    const [, office, yuan] = /^([A-Za-z0-9-]+)=(.+)$/.exec(text) ?? [];
    const amountFen = fenFromYuan(yuan ?? '');
    if (office === undefined || amountFen === undefined || amountFen <= 0n)
      throw new UsageError(`--amount 应为 机构=元：${text}`, `--amount is OFFICE=YUAN: ${text}`);
    return { office, amountFen };
  });
  if (new Set(wanted.map(({ office }) => office)).size < wanted.length)
    throw new UsageError('一个机构只写一次 --amount', '--amount names an office once');
  return wanted;
}

/** Reasons that a signed batch ends: what is held for another one needs no money this month. */
const payable = new Set(['awaiting-approval', 'stop-list']);

type Sum = Readonly<{ reason: string; amountFen: unknown }>;
type Roll = Readonly<{ kind: string; status: string; amountFen: unknown }>;

/**
 * What each office lacks: its payable open lines and the rolls that will bring more, less what was
 * allotted and is not used up.
 */
async function lacking(api: Client, pool: Place): Promise<readonly Allotment[]> {
  const { month } = pool;
  const wanted: Allotment[] = [];
  for (const office of await officesBelow(api, pool.office)) {
    const query = `office=${office}&month=${month}`;
    const unpaid = await rowsAt<Sum>(api, `/api/v1/unpaid?office=${office}`);
    const rolls = await rowsAt<Roll>(api, `/api/v1/rolls?${query}`);
    let amountFen = -(await availableIn(api, office, month));
    for (const sum of unpaid) if (payable.has(sum.reason)) amountFen += inFen(sum.amountFen);
    for (const roll of rolls)
      if (roll.kind !== 'opening' && roll.status !== 'discharged')
        amountFen += inFen(roll.amountFen);
    wanted.push({ office, amountFen });
  }
  return wanted;
}

async function availableIn(api: Client, office: string, month: string): Promise<bigint> {
  try {
    const { availableFen } = await api.get(`/api/v1/months/${office}/${month}`);
    return inFen(availableFen);
  } catch (error) {
    // What was never opened was never given anything.
    if (error instanceof Failure && error.code === 'MONTH_UNKNOWN') return 0n;
    throw error;
  }
}

type Office = Readonly<{ code: string; parent: string | null; mergedInto: string | null }>;

/** The pool's own office with all below it, in the order of their codes. */
async function officesBelow(api: Client, pool: string): Promise<readonly string[]> {
  const rows = await rowsAt<Office>(api, '/api/v1/offices');
  const below = new Set([pool]);
  for (let size = 0; size < below.size;) {
    size = below.size;
    for (const { code, parent } of rows) if (below.has(parent ?? '')) below.add(code);
  }
  const merged = new Set(rows.filter((row) => row.mergedInto !== null).map(({ code }) => code));
  return [...below].filter((code) => !merged.has(code)).sort();
}

type Plan = Readonly<{ planId: string; status: string }>;

/** The plan that still waits for its hands, which is repeated and not doubled; else a new one. */
async function nextNo(api: Client, { office, month }: Place): Promise<number> {
  const rows = await rowsAt<Plan>(api, `/api/v1/plans?office=${office}&month=${month}`);
  const numbers = rows.map(({ planId, status }) => ({
    no: Number(planId.slice(`${office}-${month}-`.length)),
    open: status === 'proposed',
  }));
  const open = numbers.find((one) => one.open);
  return open?.no ?? Math.max(0, ...numbers.map(({ no }) => no)) + 1;
}

async function rowsAt<Row>(api: Client, path: string): Promise<readonly Row[]> {
  return (await api.get(path))['rows'] as readonly Row[];
}

/** An amount as an answer carries it: a whole number of fen. */
function inFen(amount: unknown): bigint {
  return fenFromText(String(amount));
}

/** An amount as JSON carries it. @throws UsageError beyond what a number holds exactly */
function inJson({ office, amountFen }: Allotment): number {
  const number = Number(amountFen);
  if (Number.isSafeInteger(number)) return number;
  throw new UsageError(`${office} 的金额太大`, `The amount of ${office} is too large`);
}

function words(planId: string, allotments: readonly Allotment[]): string {
  const lines = allotments.map(
    ({ office, amountFen }) => `  ${office}  ${inYuan(yuanText(fen(amountFen)))}`,
  );
  return [planId, ...lines].join('\n');
}
