import type { RefusalCode } from '#domain/refusal.js';
import { factWords } from './refusal-facts.js';
import { awardTexts } from './refusal-texts-awards.js';
import { callerTexts } from './refusal-texts-caller.js';
import { grantTexts } from './refusal-texts-grants.js';
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
  ...grantTexts,
};

/** What is wrong, where, and what to do, in one language. */
export type RefusalWords = Readonly<{ title: string; detail: string; advice: string }>;

export type BothWords = Readonly<{ zh: RefusalWords; en: RefusalWords }>;

/** A refusal as it is said to people: always in both languages, as its readers share one desk. */
export function refusalWords(
  code: RefusalCode,
  facts: Readonly<Record<string, string>>,
): BothWords {
  const { zh, en, doZh, doEn } = refusalTexts[code];
  const named = Object.entries(facts).map(([name, value]) => factWords(name, value));
  const inZh = named.map((one) => one.zh).join('；');
  const inEn = named.map((one) => one.en).join('; ');
  const isBare = named.length === 0;
  return {
    zh: { title: zh, detail: isBare ? zh : `${zh}（${inZh}）`, advice: doZh },
    en: { title: en, detail: isBare ? en : `${en} (${inEn})`, advice: doEn },
  };
}
