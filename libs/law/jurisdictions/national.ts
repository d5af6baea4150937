import { day } from '#domain/values/calendar.js';
import type { Row, Source } from '../table.js';

/**
 * What national law decides itself. Where it leaves a matter to the province or the city the value
 * is `local`, so that nobody is paid by falling back on a ceiling.
 */
const law = (article: string): Source => ({
  document: '中华人民共和国社会保险法（2018-12-29）',
  article,
  verified: true,
});
const regulation = (article: string): Source => ({
  document: '失业保险条例（国务院令第258号）',
  article,
  verified: true,
});
const handling: Source = {
  document: '社会保险经办条例（国务院令第765号）',
  article: '第二十六条',
  verified: true,
};

const nation = { jurisdiction: '000000' } as const;
const oldLaw = { ...nation, from: day('1999-01-22'), to: day('2011-06-30') } as const;
const newLaw = { ...nation, from: day('2011-07-01') } as const;
const always = { ...nation, from: day('1999-01-22') } as const;

const tiers = {
  tiers: [
    { fromMonths: 12, months: 12 },
    { fromMonths: 60, months: 18 },
    { fromMonths: 120, months: 24 },
  ],
  maximum: 24,
};
const oneYear = { paidMonths: 12, leftoverSuffices: false };
const fromRegistration = { claimWithinWorkingDays: null, moneyFrom: null };

const stops = { effect: 'stop', resumable: true, assumedDay: 'later' } as const;
const stopsForGood = { ...stops, resumable: false } as const;
const pensionStops = { ...stopsForGood, assumedDay: 'first' } as const;
const refusedOnce = { ...stops, count: 1, excusedByGoodReason: true } as const;
const ends = { ...stopsForGood, effect: 'terminate', losesRemainder: true } as const;

export const national: readonly Row[] = [
  { ...oldLaw, topic: 'eligibility', value: oneYear, law: regulation('第十四条') },
  { ...newLaw, topic: 'eligibility', value: oneYear, law: law('第四十五条') },

  { ...oldLaw, topic: 'months-ceiling', value: tiers, law: regulation('第十七条') },
  { ...newLaw, topic: 'months-ceiling', value: tiers, law: law('第四十六条') },
  { ...oldLaw, topic: 'benefit-months', value: 'local', law: regulation('第十七条') },
  { ...newLaw, topic: 'benefit-months', value: 'local', law: law('第四十六条') },

  { ...oldLaw, topic: 'benefit-amount', value: 'local', law: regulation('第十八条') },
  { ...newLaw, topic: 'benefit-amount', value: 'local', law: law('第四十七条') },

  { ...oldLaw, topic: 'start', value: fromRegistration, law: regulation('第十六条') },
  { ...newLaw, topic: 'start', value: fromRegistration, law: law('第五十条') },

  { ...oldLaw, topic: 'stop:re-employed', value: stops, law: regulation('第十五条第一项') },
  { ...newLaw, topic: 'stop:re-employed', value: stops, law: law('第五十一条第一项') },
  { ...oldLaw, topic: 'stop:enlisted', value: stops, law: regulation('第十五条第二项') },
  { ...newLaw, topic: 'stop:enlisted', value: stops, law: law('第五十一条第二项') },
  { ...oldLaw, topic: 'stop:emigrated', value: stopsForGood, law: regulation('第十五条第三项') },
  { ...newLaw, topic: 'stop:emigrated', value: stopsForGood, law: law('第五十一条第三项') },
  { ...oldLaw, topic: 'stop:pension', value: pensionStops, law: regulation('第十五条第四项') },
  { ...newLaw, topic: 'stop:pension', value: pensionStops, law: law('第五十一条第四项') },
  // The 2010 law left imprisonment out of its list; the Regulation of 1999 had it.
  { ...oldLaw, topic: 'stop:imprisoned', value: stops, law: regulation('第十五条第五项') },
  { ...newLaw, topic: 'stop:imprisoned', value: 'local', law: law('第五十一条') },
  { ...always, topic: 'stop:released', value: 'local', law: law('第五十一条') },
  { ...oldLaw, topic: 'stop:refused', value: refusedOnce, law: regulation('第十五条第六项') },
  { ...newLaw, topic: 'stop:refused', value: refusedOnce, law: law('第五十一条第五项') },
  { ...oldLaw, topic: 'stop:died', value: ends, law: regulation('第十条') },
  { ...newLaw, topic: 'stop:died', value: ends, law: law('第四十九条') },
  { ...oldLaw, topic: 'stop:transferred', value: stopsForGood, law: regulation('第二十二条') },
  { ...newLaw, topic: 'stop:transferred', value: stopsForGood, law: law('第五十二条') },
  { ...always, topic: 'stop:business', value: 'local', law: law('第五十一条') },
  { ...always, topic: 'stop:fraud', value: 'local', law: law('第八十八条') },
  {
    ...nation,
    from: day('2023-12-01'),
    topic: 'stop:fraud',
    value: stopsForGood,
    law: handling,
  },
  {
    ...always,
    topic: 'stop-month',
    value: { month: 'kept-if-entitled-on-a-day-of-it' },
    law: { document: '命名决定', article: 'stop-month', verified: true },
    decision: {
      name: 'stop-month',
      words: {
        zh: '条文未写明停发事由发生当月是否发放：当月至少有一日符合条件的，当月照发',
        en:
          'The text does not say whether the month of the event is paid: ' +
          'it is when the person was entitled on at least one day of it',
      },
    },
  },

  { ...always, topic: 'verification', value: 'local', law: handling },

  {
    ...oldLaw,
    topic: 'contribution',
    value: {
      employer: { of: 2n, per: 100n },
      employee: { of: 1n, per: 100n },
      migrantEmployee: { of: 0n, per: 100n },
    },
    law: regulation('第六条'),
  },
  { ...oldLaw, topic: 'contribution-base', value: {}, law: regulation('第六条') },
  // Executed rates have been set by notices, province by province, since the 2010 law and its cuts.
  { ...newLaw, topic: 'contribution', value: 'local', law: law('第四十四条') },
  { ...newLaw, topic: 'contribution-base', value: 'local', law: law('第四十四条') },
];
