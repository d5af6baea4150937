import type { Client, Json } from '../client.js';
import { Failure } from '../failure.js';
import { inYuan } from '../output.js';
import { doneBy, doneFacts, officeWords } from '../place.js';
import { unpaidWords } from '../unpaid.js';
import { inBoth } from '../words.js';
import {
  answering,
  idOf,
  onMonth,
  outcomeOf,
  placeIn,
  type Desk,
  type Place,
  type Step,
} from './month-desk.js';

export type Signable = 'roll' | 'plan' | 'batch' | 'close';

type Signature = 'approval' | 'review';

/** What is about to be signed, as the server shows it now. */
type Sheet = Readonly<{
  kind: Signable;
  id: string;
  office: string;
  month: string;
  lines: number;
  /** A plan's lines are offices, and so count nobody's months. */
  personMonths: number | null;
  amountFen: unknown;
  amountYuan: string;
  root: string;
  waitsFor: Waiting | null;
  /** Of a close: what its lines and amount are, and what the bank's answers came to. */
  statement: Statement | null;
}> &
  Chain;

type Unpaid = Readonly<{
  item: string;
  reason: string;
  age: number;
  lines: number;
  amountYuan: string;
}>;

type Statement = Readonly<{
  unpaid: readonly Unpaid[];
  receipts: Readonly<Record<'paidLines' | 'returnedLines', number>> &
    Readonly<Record<'paidYuan' | 'returnedYuan', string>>;
}>;

export type Hand = Readonly<{ step: string; person: string; day?: string; round?: number }>;
export type Chain = Readonly<{ hands: readonly Hand[]; returned: boolean }>;
type Words = Readonly<{ title: string; detail: string; advice: string }>;
export type Waiting = Readonly<{ code: string; zh: Words; en: Words }>;

const nouns = { roll: 'rolls', plan: 'plans', batch: 'batches' } as const;
const kinds = {
  roll: '花名册 roll',
  plan: '用款计划 plan',
  batch: '批次 batch',
  close: '结账表 close',
} as const;

/** `show-roll`, `approve-roll`, `review-roll`, `return-roll`; and so for each that people sign. */
export function signedSteps(kind: Signable, zh: string, en: string): Record<string, Step> {
  const takes = kind === 'close' ? [] : (['no'] as const);
  const signing = (signature: Signature, words: Readonly<{ zh: string; en: string }>): Step => ({
    ...words,
    takes: [...takes, 'root'],
    run: (desk) => signed(desk, kind, signature),
  });
  const returning = { zh: `退回${zh}`, en: `send ${en} back` };
  return {
    [`show-${kind}`]: {
      ...{ zh: `查看${zh}：要签的是什么、谁签过`, en: `what of ${en} is signed, and by whom` },
      takes,
      run: (desk) => show(desk, kind),
    },
    [`approve-${kind}`]: signing('approval', { zh: `审核${zh}`, en: `approve ${en}` }),
    [`review-${kind}`]: signing('review', { zh: `复核${zh}`, en: `review ${en}` }),
    [`return-${kind}`]: answering(
      returning,
      (api, place, { reason }) => asked(api, 'PUT', kind, place, '/return', { body: { reason } }),
      { takes, needs: ['reason'] },
    ),
  };
}

async function show(desk: Desk, kind: Signable): Promise<void> {
  const { api, output } = desk;
  const { place, found } = await placeIn(desk);
  const sheet = await sheetOf(api, kind, place);
  const facts = { ...sheet, ...doneFacts(api, found) };
  const lines = [...sheetWords(sheet), ...waitingWords(sheet.waitsFor), `  ${officeWords(found)}`];
  output.result(facts, () => lines.join('\n'));
}

/**
 * Shows what is signed and then signs it as it was shown: should it change between the two, the
 * server refuses. With `--root` it must be what was looked at before.
 */
async function signed(desk: Desk, kind: Signable, signature: Signature): Promise<void> {
  const { api, output, options } = desk;
  const { place, found } = await placeIn(desk);
  const sheet = await sheetOf(api, kind, place);
  if (!output.json) output.item({}, () => sheetWords(sheet).join('\n'));
  refuseOtherRoot(sheet, options.root);
  const { root, lines, amountFen } = sheet;
  const body = { seen: { root, lines, amountFen } };
  const receipt = await asked(api, 'PUT', kind, place, `/${signature}`, { body });
  const after = await afterSigning(api, kind, place);
  const { hands, returned, waitsFor } = after ?? withHand(sheet, api, signature, receipt);
  const done = signature === 'approval' ? '已审核 approved' : '已复核 reviewed';
  const words = [
    `${outcomeOf(receipt)} ${done} ${sheet.id}`,
    `  签字后 hands now: ${handsWords({ hands, returned })}`,
    ...waitingWords(waitsFor),
    ...doneBy(api, found),
  ];
  const facts = { signed: sheet, ...receipt, hands, waitsFor, ...doneFacts(api, found) };
  output.result(facts, () => words.join('\n'));
}

/** What the last signature set going may take longer than one waits here: that is no failure. */
async function afterSigning(api: Client, kind: Signable, place: Place): Promise<Sheet | undefined> {
  try {
    await api.settled();
    return await sheetOf(api, kind, place);
  } catch (error) {
    if (error instanceof Failure && error.code === 'NOT_SETTLED') return undefined;
    throw error;
  }
}

function withHand(sheet: Sheet, { acting }: Client, signature: Signature, receipt: Json): Sheet {
  const { events } = receipt;
  if (acting === undefined || (Array.isArray(events) && events.length === 0)) return sheet;
  const step = signature === 'approval' ? 'approve' : 'review';
  return { ...sheet, hands: [...sheet.hands, { step, person: acting.person }] };
}

function refuseOtherRoot({ root, id }: Sheet, seen: string | undefined): void {
  if (seen === undefined || root.startsWith(seen)) return;
  throw new Failure(
    'SEEN_CHANGED',
    `${id} 的根不是 ${seen} · the root of ${id} is not ${seen}`,
    '请再看一遍内容，核对后再签 · look at it again, compare, then sign',
    { root, seen },
  );
}

function asked(
  api: Client,
  method: 'GET' | 'PUT',
  kind: Signable,
  place: Place,
  rest = '',
  asking: Readonly<{ body?: Json }> = {},
): Promise<Json> {
  if (kind === 'close') return onMonth(api, method, 'months', place, `/close${rest}`, asking);
  return api.ask(method, `/api/v1/${nouns[kind]}/${idOf(place)}${rest}`, asking);
}

async function sheetOf(api: Client, kind: Signable, place: Place): Promise<Sheet> {
  const row = await asked(api, 'GET', kind, place);
  const seen = (row['seen'] ?? row) as Json;
  const lines = Number(seen['lines']);
  // A roll's or close's line is one benefit month; a payment of a batch may pay several.
  const months = { roll: lines, close: lines, batch: Number(row['dueLines']), plan: null };
  return {
    kind,
    id: kind === 'close' ? `${place.office} ${place.month}` : idOf(place),
    office: String(row['office']),
    month: String(row['month']),
    lines,
    personMonths: months[kind],
    amountFen: seen['amountFen'],
    amountYuan: String(seen['amountYuan']),
    root: String(seen['root']),
    hands: (row['hands'] ?? []) as readonly Hand[],
    returned: row['returned'] === true,
    waitsFor: (row['waitsFor'] ?? null) as Waiting | null,
    statement: (row['statement'] ?? null) as Statement | null,
  };
}

const shownOfRoot = 12;

/** Enough of a root to tell two apart by eye. */
export function shortRoot(root: unknown): string {
  return String(root).slice(0, shownOfRoot);
}

function sheetWords(sheet: Sheet): readonly string[] {
  const { kind, id, office, month, lines, personMonths, amountYuan, amountFen, root } = sheet;
  const { statement } = sheet;
  const count = personMonths === null ? '' : `  ${personMonths} 人次 person-months`;
  const what = kind === 'close' ? '期末未发 closing unpaid: ' : '';
  return [
    `${kinds[kind]} ${id}  机构 office ${office}  月份 month ${month}`,
    `  ${what}${lines} 笔 lines${count}  ${inYuan(amountYuan)}（${String(amountFen)} 分 fen）`,
    ...(statement === null ? [] : statementWords(statement)),
    `  根 root ${shortRoot(root)}`,
    `  已签 hands so far: ${handsWords(sheet)}`,
  ];
}

/** Each reason with its age, in months since the line first fell due; then the bank's answers. */
function statementWords({ unpaid, receipts }: Statement): readonly string[] {
  const { paidLines, paidYuan, returnedLines, returnedYuan } = receipts;
  const reasons = unpaid.map(
    ({ item, reason, age, lines, amountYuan }) =>
      `    ${inBoth(item)}  ${unpaidWords(reason)}  账龄 age ${age} 个月 months` +
      `  ${lines} 笔 lines  ${inYuan(amountYuan)}`,
  );
  const paid = `实发 paid ${paidLines} 笔 lines ${inYuan(paidYuan)}`;
  const returned = `退票 returned ${returnedLines} 笔 lines ${inYuan(returnedYuan)}`;
  return [...reasons, `  本月回盘 receipts: ${paid}  ${returned}`];
}

const deeds: Readonly<Record<string, string>> = {
  make: '编制 made by',
  approve: '审核 approved by',
  review: '复核 reviewed by',
  authorise: '审批 authorised by',
  send: '送盘 sent by',
};

/** The last hand of a round that another followed, or of a chain that was sent back, did that. */
export function handsWords({ hands, returned }: Chain): string {
  if (hands.length === 0) return '–';
  return hands
    .map(({ step, person, round = 1 }, no) => {
      const next = hands[no + 1];
      const isSendingBack = next === undefined ? returned : (next.round ?? round) > round;
      return `${isSendingBack ? '退回 sent back by' : (deeds[step] ?? step)} ${person}`;
    })
    .join('  ');
}

export function waitingWords(waiting: Waiting | null): readonly string[] {
  if (waiting === null) return [];
  const { code, zh, en } = waiting;
  return [`  在等 waits: ${zh.detail} · ${en.detail} [${code}]`, `    ${zh.advice} · ${en.advice}`];
}
