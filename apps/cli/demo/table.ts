import { table } from '../output.js';
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
      ([reason, one]) => `${reason} ${one.lines} (${yuan(one.fen)})`,
    );
    parts.push('', `${month}  ${status === 'closed' ? '已结 closed' : status}`);
    parts.push(table([head, ...rows]));
    parts.push(`未发原因 unpaid: ${unpaid.join(', ') || '-'}`);
    parts.push(`发生 happened: ${counts(more.happened)}`);
    parts.push(`申领 claims: ${counts(more.claims)}`);
  }
  const identity = '期初 + 应发 + 退票 + 调增 − 调减 = 实发 + 核销 + 期末';
  parts.push('', `${identity}  ✓ 笔 人次 分 · balances in lines, person-months and fen`);
  parts.push(`校验 verified: ${verified ? '通过 yes' : '未通过 no'}`);
  return parts.join('\n');
}

function counts(of: Readonly<Record<string, number>>): string {
  return Object.entries(of)
    .map(([kind, count]) => `${kind} ${count}`)
    .join(', ');
}

function yuan(amount: number): string {
  const digits = String(Math.abs(amount)).padStart(3, '0');
  const whole = digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ',');
  return `${amount < 0 ? '-' : ''}${whole}.${digits.slice(-2)}`;
}
