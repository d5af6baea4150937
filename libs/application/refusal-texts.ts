import type { RefusalCode } from '#domain/refusal.js';
import { awardTexts } from './refusal-texts-awards.js';
import { callerTexts } from './refusal-texts-caller.js';
import { moneyTexts } from './refusal-texts-money.js';
import { registerTexts } from './refusal-texts-registers.js';

/** What is wrong and what to do about it, in words for a clerk; `status` is the HTTP answer's. */
export type RefusalText = Readonly<{
  status: number;
  zh: string;
  en: string;
  doZh: string;
  doEn: string;
}>;

export const refusalTexts: Readonly<Record<RefusalCode, RefusalText>> = {
  ...callerTexts,
  ...registerTexts,
  ...awardTexts,
  ...moneyTexts,
};
