import { grouped, table } from '../output.js';
import { unpaidWords } from '../unpaid.js';
import type { Claims, Happenings } from './happenings.js';
import type { DemoReport } from './run.js';
import { columns } from './sheet.js';

const heads = {
  opening: '期初未发 opening',
  due: '应发 due',
  returned: '退票 returned',
  increases: '调增 increases',
  decreases: '调减 decreases',
  paid: '实发 paid',
  cancelled: '核销 cancelled',
  closing: '期末未发 closing',
} as const;

const happened: Readonly<Record<keyof Happenings, string>> = {
  failed: '发放失败',
  returned: '退票',
  unknown: '不明回盘行',
  late: '迟到回盘',
  double: '重复回盘',
  reissued: '重发',
  stopList: '止付',
  held: '暂扣',
  stopped: '停发',
  plans: '用款计划',
};

const decided: Readonly<Record<keyof Claims, string>> = {
  granted: '核定',
  rejected: '不予核定',
  turnedAway: '未受理',
};

/** Each month's sheet for people, and the line that says whether it is proved. */
export function reportText({ seed, persons, months, verified }: DemoReport): string {
  const parts = [`月结演示 Yuejie demo  persons ${persons}  seed ${seed}`];
  for (const { month, status, lines, personMonths, fen, unpaidByReason, ...more } of months) {
    const rows = columns.map((column) => [
      heads[column],
      String(lines[column]),
      String(personMonths[column]),
      yuan(fen[column]),
    ]);
    const head = ['', '笔 lines', '人次 person-months', '元 yuan'];
    const unpaid = Object.entries(unpaidByReason).map(
      ([reason, one]) => `${unpaidWords(reason)} ${one.lines} (${yuan(one.fen)})`,
    );
    parts.push('', `${month}  ${status === 'closed' ? '已结 closed' : status}`);
    parts.push(table([head, ...rows]));
    parts.push(`未发原因 unpaid: ${unpaid.join(', ') || '-'}`);
    parts.push(`发生 happened: ${counts(more.happened, happened)}`);
    parts.push(`申领 claims: ${counts(more.claims, decided)}`);
  }
  const identity = '期初 + 应发 + 退票 + 调增 − 调减 = 实发 + 核销 + 期末';
  parts.push('', `${identity}  ✓ 笔 人次 分 · balances in lines, person-months and fen`);
  parts.push(`校验 verified: ${verified ? '通过 yes' : '未通过 no'}`);
  return parts.join('\n');
}

function counts<Kind extends string>(
  of: Readonly<Record<Kind, number>>,
  words: Readonly<Record<Kind, string>>,
): string {
  return (Object.keys(of) as Kind[]).map((kind) => `${words[kind]} ${kind} ${of[kind]}`).join(', ');
}

function yuan(amount: number): string {
  const digits = String(Math.abs(amount)).padStart(3, '0');
  return grouped(`${amount < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`);
}
