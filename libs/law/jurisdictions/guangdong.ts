import { day } from '#domain/values/calendar.js';
import { fen } from '#domain/values/fen.js';
import type { NamedDecision, Row, Source } from '../table.js';
import type { TopicValue } from '../topics.js';

/**
 * Guangdong (440000) and its cities. The regulation was amended in 2022 and again on 2025-01-12,
 * which renumbered the articles; each row stands in the text of its days.
 */
const text2022 = (article: string, verified = true): Source => ({
  document: '广东省失业保险条例（2022-06-01修正）',
  article,
  verified,
});
const text2025 = (article: string): Source => ({
  document: '广东省失业保险条例（2025-01-12修正）',
  article,
  verified: true,
});
/** The rule was read in this text, its article's number was not. */
const unnumbered = text2022('（条号未载）');
const minimumWage: Source = {
  document: '粤府函〔2026〕188号（最低工资标准）',
  article: '',
  verified: true,
};

const province = { jurisdiction: '440000' } as const;
const first = { ...province, from: day('2022-06-01'), to: day('2025-01-11') } as const;
const second = { ...province, from: day('2025-01-12') } as const;

const eligibility = { paidMonths: 12, leftoverSuffices: true };
const months = {
  bands: [
    { fromMonths: 12, base: 1, every: 12, add: 1 },
    { fromMonths: 48, base: 4, every: 6, add: 1 },
  ],
  leftoverAlone: true,
};
const ninetyPerCent: TopicValue<'benefit-amount'> = {
  kind: 'share-of-minimum-wage',
  bands: [{ fromMonths: 0, share: { of: 90n, per: 100n } }],
};
/** From the city's minimum wage to three times the local average wage. */
const base: TopicValue<'contribution-base'> = {
  floor: { kind: 'minimum-wage' },
  cap: { kind: 'share-of-average', share: { of: 3n, per: 1n } },
};
const start = { claimWithinWorkingDays: 7, moneyFrom: 'month-after-decision' } as const;

const stops = { effect: 'stop', resumable: true, assumedDay: 'later' } as const;
const stopsForGood = { ...stops, resumable: false } as const;
const pensionStops = { ...stopsForGood, assumedDay: 'first' } as const;
const refusedThrice = { ...stops, count: 3, excusedByGoodReason: true } as const;
const pauses = { effect: 'pause', resumable: true, assumedDay: 'later' } as const;
const mayGoOn = { effect: 'none', resumable: true, assumedDay: 'later' } as const;
const ends = { ...stopsForGood, effect: 'terminate', losesRemainder: true } as const;

const missedMonths: TopicValue<'verification'> = {
  missed: [
    { inARow: 1, effect: 'hold', payThisMonth: false, monthConsumed: true },
    { inARow: 2, effect: 'deemed-re-employed', payThisMonth: false, monthConsumed: false },
  ],
};
const oneMissHolds: NamedDecision = {
  name: 'one-miss-holds',
  words: {
    zh: '连续两个月未核对视为重新就业；未满两个月的，当月应发暂扣，补核对后发放',
    en:
      'Two months in a row without verification are deemed re-employment; ' +
      'a single missed month is due, held, and paid once verified',
  },
};
const businessIsWork: NamedDecision = {
  name: 'business-is-work',
  words: {
    zh: '条文未单列创业：自主创业按重新就业停发',
    en: 'The text does not list starting a business: it stops the benefit as re-employment does',
  },
};

const kept = { month: 'kept-if-entitled-on-a-day-of-it' } as const;
const stopMonth: NamedDecision = {
  name: 'stop-month',
  words: {
    zh: '待遇以自然月为单位，停发当月至少有一日符合条件的，当月照发；一日发生的，当月不发',
    en:
      'Benefit is paid by the calendar month: the month of the event is paid when the person ' +
      'was entitled on at least one day of it, so an event on the 1st makes it not due',
  },
};

const provincial: readonly Row[] = [
  { ...first, topic: 'eligibility', value: eligibility, law: text2022('第十五条') },
  { ...second, topic: 'eligibility', value: eligibility, law: text2025('第十五条') },
  { ...first, topic: 'benefit-months', value: months, law: text2022('第十七条') },
  { ...second, topic: 'benefit-months', value: months, law: text2025('第十七条、第十八条') },
  { ...first, topic: 'benefit-amount', value: ninetyPerCent, law: text2022('第十九条') },
  { ...second, topic: 'benefit-amount', value: ninetyPerCent, law: text2025('第十九条') },
  { ...first, topic: 'contribution-base', value: base, law: text2022('第八条') },
  { ...second, topic: 'contribution-base', value: base, law: text2025('第八条') },
  { ...first, topic: 'start', value: start, law: text2022('第三十六条') },
  { ...second, topic: 'start', value: start, law: text2025('第三十二条') },

  { ...first, topic: 'stop:re-employed', value: stops, law: unnumbered },
  { ...second, topic: 'stop:re-employed', value: stops, law: text2025('第二十四条第一项') },
  { ...first, topic: 'stop:enlisted', value: stops, law: unnumbered },
  { ...second, topic: 'stop:enlisted', value: stops, law: text2025('第二十四条第二项') },
  { ...first, topic: 'stop:emigrated', value: stopsForGood, law: unnumbered },
  { ...second, topic: 'stop:emigrated', value: stopsForGood, law: text2025('第二十四条第三项') },
  { ...first, topic: 'stop:pension', value: pensionStops, law: unnumbered },
  { ...second, topic: 'stop:pension', value: pensionStops, law: text2025('第二十四条第四项') },
  { ...first, topic: 'stop:refused', value: refusedThrice, law: unnumbered },
  { ...second, topic: 'stop:refused', value: refusedThrice, law: text2025('第二十四条第五项') },
  { ...first, topic: 'stop:imprisoned', value: pauses, law: unnumbered },
  { ...second, topic: 'stop:imprisoned', value: pauses, law: text2025('第二十四条第二款') },
  { ...first, topic: 'stop:released', value: mayGoOn, law: unnumbered },
  { ...second, topic: 'stop:released', value: mayGoOn, law: text2025('第二十四条第二款') },
  { ...first, topic: 'stop:died', value: ends, law: unnumbered },
  { ...second, topic: 'stop:died', value: ends, law: text2025('第二十一条') },
  { ...first, topic: 'stop:transferred', value: stopsForGood, law: unnumbered },
  { ...second, topic: 'stop:transferred', value: stopsForGood, law: text2025('第二十六条') },
  { ...first, topic: 'stop:business', value: stops, law: unnumbered, decision: businessIsWork },
  {
    ...second,
    topic: 'stop:business',
    value: stops,
    law: text2025('第二十四条第一项'),
    decision: businessIsWork,
  },

  {
    ...first,
    topic: 'verification',
    value: missedMonths,
    law: text2022('第三十七条'),
    decision: oneMissHolds,
  },
  {
    ...second,
    topic: 'verification',
    value: missedMonths,
    law: {
      ...text2025('第三十三条'),
      verified: false,
      origin: '2025年文本仅规定按月核对，连续两个月视为重新就业沿用2022年文本第三十七条',
      originEn:
        'the text of 2025 only says monthly; that two months without one mean work follows ' +
        'article 37 of the text of 2022',
    },
    decision: oneMissHolds,
  },

  { ...first, topic: 'stop-month', value: kept, law: unnumbered, decision: stopMonth },
  {
    ...second,
    topic: 'stop-month',
    value: kept,
    law: text2025('第二十一条、第二十四条、第四十一条'),
    decision: stopMonth,
  },

  {
    ...province,
    from: day('2026-09-01'),
    knownTo: day('2026-12-31'),
    topic: 'minimum-wage',
    value: {
      kind: 'by-zone',
      zones: {
        guangzhou: fen(268_000n),
        shenzhen: fen(270_000n),
        'class-2': fen(230_000n),
        'class-3': fen(204_000n),
      },
    },
    law: minimumWage,
  },
];

const ofCities: readonly Row[] = [
  {
    jurisdiction: '440100',
    from: day('2026-09-01'),
    knownTo: day('2026-12-31'),
    topic: 'minimum-wage',
    value: { kind: 'one', monthlyFen: fen(268_000n) },
    law: minimumWage,
  },
  {
    jurisdiction: '440300',
    from: day('2026-09-01'),
    knownTo: day('2026-12-31'),
    topic: 'minimum-wage',
    value: { kind: 'one', monthlyFen: fen(270_000n) },
    law: minimumWage,
  },
];

export const guangdong: readonly Row[] = [...provincial, ...ofCities];
