import type { Duty } from '#domain/actor/duties.js';
import { dutyWords } from '../words.js';

type Hands = readonly Duty[];

/** One part of a month's work: its steps in their order, each with the duties that do it. */
export type Stage = Readonly<{
  zh: string;
  en: string;
  /** A step that names nobody shows something to everybody who works on cases or watches them. */
  steps: readonly (readonly [name: string, ...by: Hands])[];
}>;

const signers = ['approver', 'reviewer'] as const;
const returners = ['approver', 'reviewer', 'authoriser'] as const;

/** Signed by two after one has made it; either sends it back. */
function signedBy(
  noun: string,
  returning: Hands,
  ...named: readonly ('show' | 'return')[]
): Stage['steps'] {
  return [
    ...(named.includes('show') ? [[`show-${noun}`] as const] : []),
    [`approve-${noun}`, 'approver'],
    [`review-${noun}`, 'reviewer'],
    ...(named.includes('return') ? [[`return-${noun}`, ...returning] as const] : []),
  ];
}

/** The server decides who may; this tells in which order a month is worked, and by whom. */
export const stages: readonly Stage[] = [
  {
    ...{ zh: '月初', en: 'as it begins' },
    steps: [['status'], ['open', 'reconciler'], ...signedBy('opening', [])],
  },
  {
    ...{ zh: '账户、申领', en: 'accounts and claims' },
    steps: [
      ...signedBy('accounts', signers, 'return'),
      ...signedBy('claims', returners, 'return'),
      ['authorise-claims', 'authoriser'],
      ['shared-accounts'],
      ['propose-sharing', 'intake', 'approver'],
      ['agree-sharing', 'reviewer', 'approver'],
    ],
  },
  {
    ...{ zh: '花名册（应发）', en: 'the roll: what falls due' },
    steps: [['roll', 'payroll'], ...signedBy('roll', returners, 'show', 'return')],
  },
  {
    ...{ zh: '审验', en: 'the verification' },
    steps: [
      ['open-window', 'payroll', 'intake'],
      ['no-sign-ins', 'payroll', 'intake'],
      ['judge', 'payroll'],
      ...signedBy('proposals', signers, 'return'),
      ['drop-proposals', ...signers],
    ],
  },
  {
    ...{ zh: '用款计划、拨款', en: 'the plan, which brings the money' },
    steps: [['plan', 'accountant'], ...signedBy('plan', returners, 'show', 'return')],
  },
  {
    ...{ zh: '发放批次', en: 'the batch: what is paid' },
    steps: [
      ['batch', 'payroll'],
      ...signedBy('batch', returners, 'show', 'return'),
      ['lines'],
      ['stop', 'payroll', ...signers],
      ['confirm-stop', 'payroll', ...signers],
    ],
  },
  {
    ...{ zh: '送盘（回盘用 yuejie receipt）', en: 'to the bank; its answer: yuejie receipt' },
    steps: [
      ['file', 'cashier'],
      ['send', 'cashier'],
      ['query', 'cashier'],
      ['resend', 'cashier'],
      ['approve-resend', ...returners],
    ],
  },
  {
    ...{ zh: '月末结账', en: 'the close' },
    steps: [
      ['cut', 'reconciler'],
      ['close', 'reconciler'],
      ...signedBy('close', signers, 'show', 'return'),
    ],
  },
];

/** Who does a step, for its line of the help. */
export function handsOf(by: Hands): string {
  return by.length === 0 ? '各岗位 anybody at work' : by.map(dutyWords).join(' / ');
}
