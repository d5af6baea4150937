import { day } from '#domain/values/calendar.js';
import type { Row, Source } from '../table.js';

/**
 * Liaoning (210000): its regulation in force since 2000-09-01, in the text of 2001-07-27. It was
 * made under the national Regulation of 1999; what the law of 2010 changed ends with 2011-06-30.
 */
const regulation = (article: string): Source => ({
  document: '辽宁省失业保险条例（2001-07-27修正）',
  article,
  verified: true,
});

const province = { jurisdiction: '210000', from: day('2000-09-01') } as const;
const underOldLaw = { ...province, to: day('2011-06-30') } as const;

const stops = { effect: 'stop', resumable: true, assumedDay: 'later' } as const;
const staysStopped = { effect: 'none', resumable: false, assumedDay: 'later' } as const;

export const liaoning: readonly Row[] = [
  {
    ...underOldLaw,
    topic: 'eligibility',
    value: { paidMonths: 12, leftoverSuffices: false },
    law: regulation('第十四条'),
  },
  {
    ...province,
    topic: 'benefit-months',
    value: {
      bands: [
        { fromMonths: 12, base: 3, every: 12, add: 3 },
        { fromMonths: 60, base: 13, every: 12, add: 1 },
        { fromMonths: 120, base: 24, onlyMaximum: true },
      ],
      leftoverAlone: false,
    },
    law: regulation('第十七条'),
    decision: {
      name: 'increment-base',
      words: {
        zh: '满五年的，从第五年开始每增加一年增加一个月，以满四年的十二个月为基数：满五年为十三个月',
        en:
          'From five years on, "from the fifth year" each year adds a month to the twelve months ' +
          'of four years: five years give thirteen',
      },
    },
  },
  {
    ...province,
    topic: 'benefit-amount',
    value: {
      kind: 'share-of-minimum-wage',
      bands: [
        { fromMonths: 12, share: { of: 70n, per: 100n } },
        { fromMonths: 120, share: { of: 80n, per: 100n } },
      ],
    },
    law: regulation('第十八条'),
  },
  {
    ...province,
    topic: 'start',
    value: { claimWithinWorkingDays: null, moneyFrom: null },
    law: regulation('第十六条'),
  },
  {
    ...underOldLaw,
    topic: 'stop:refused',
    value: { ...stops, count: 1, excusedByGoodReason: true },
    law: regulation('第十五条第六项'),
  },
  { ...province, topic: 'stop:imprisoned', value: stops, law: regulation('第十五条第五项') },
  { ...province, topic: 'stop:released', value: staysStopped, law: regulation('第十五条第五项') },
  {
    ...province,
    to: day('2015-02-28'),
    topic: 'contribution',
    value: {
      employer: { of: 2n, per: 100n },
      employee: { of: 1n, per: 100n },
      migrantEmployee: { of: 0n, per: 100n },
    },
    law: regulation('第七条'),
  },
  { ...province, topic: 'contribution-base', value: {}, law: regulation('第七条') },
];
