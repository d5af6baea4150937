import { dutyZh } from '#application/duty-words.js';
import type { ProposedEffect } from '#domain/verification/verification.events.js';
import type { IneligibleReason } from '#law/eligibility.js';
import type { BenefitReason } from '#application/benefit-amounts.js';
import { eventWords } from '#law/words.js';

const ineligibleZh: Readonly<Record<IneligibleReason | BenefitReason, string>> = {
  voluntary: '因本人意愿中断就业',
  'not-registered-unemployed': '未办理失业登记',
  'less-than-12-months': '缴费不满一年',
  'claimed-late': '超过申领期限',
  'other-grant-chosen': '遗属已选择其他丧葬补助金',
  'nothing-remains': '没有剩余月数',
  'no-licence': '没有营业执照',
  'no-tax-proof': '没有纳税证明',
  'contract-too-short': '劳动合同期限不足',
  'insured-too-short': '重新就业后参保时间不足',
};

const proposedZh: Readonly<Record<ProposedEffect, string>> = {
  stop: '停发',
  pause: '中断',
  resume: '恢复',
  terminate: '终止',
  release: '解除暂扣',
  defer: '顺延',
};

const foundZh: Readonly<Record<string, string>> = {
  ...eventWords,
  resumed: '恢复领取',
  'claimed-again': '再次申领',
  duplicate: '重复登记',
};

/** Where evidence comes from when it is the system's own; other registers give their own names. */
const sourceZh: Readonly<Record<string, string>> = {
  'own-ledger': '本系统缴费记录',
  'sign-ins': '签到名册',
};

/** What answers name by a word of the API: months, documents, items and what waits next. */
const namedZh: Readonly<Record<string, string>> = {
  open: '开放',
  cut: '已截账',
  closed: '已结账',
  approve: '审核结账',
  review: '复核结账',
  authorise: '审批结账',
  benefit: '失业保险金',
  opening: '期初花名册',
  roll: '花名册',
  batch: '批次',
  plan: '用款计划',
  receipt: '回盘',
  adjustment: '调整',
  admitted: '已入账，未办完',
  discharged: '已办完',
};

const namedEn: Readonly<Record<string, string>> = {
  approve: 'approve the close',
  review: 'review the close',
  authorise: 'authorise the close',
  opening: 'opening roll',
};

export const inBoth = (word: unknown): string =>
  said(namedZh, word, namedEn[String(word)] ?? String(word));
export const dutyWords = (duty: unknown): string => said(dutyZh, duty);
export const ineligibleWords = (reason: unknown): string => said(ineligibleZh, reason);
export const effectWords = (effect: unknown): string => said(proposedZh, effect);
export const eventWordsOf = (event: unknown): string => said(foundZh, event);
export const sourceWords = (source: unknown): string => said(sourceZh, source);

/** The Chinese word, if it is known, before the word of the API. */
function said(
  zh: Readonly<Record<string, string>>,
  word: unknown,
  en: string = String(word),
): string {
  const known = zh[String(word)];
  return known === undefined ? en : `${known} ${en}`;
}
