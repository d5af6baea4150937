import { day } from '#domain/values/calendar.js';
import { fen } from '#domain/values/fen.js';
import type { Row } from '../table.js';

/**
 * What a demonstration in Liaoning in 2010 needs and no text at hand gives, from January 2010 until
 * the Regulation of 1999 gives way. The minimum wage is chosen so that 70 % of it is 420.00 yuan;
 * that a month without a sign-in is held follows what other places do. Both are in force only where
 * a demonstration asks for them.
 */
const made = { jurisdiction: '210000', from: day('2010-01-01'), to: day('2011-06-30') } as const;

export const liaoningDemonstration: readonly Row[] = [
  {
    ...made,
    topic: 'minimum-wage',
    value: { kind: 'one', monthlyFen: fen(60_000n) },
    law: {
      document: '演示参数',
      article: '',
      verified: false,
      origin: '演示数字，无文件依据；真实标准须由政策文件提供',
      originEn: 'a demonstration figure without a text; the real one comes by a policy file',
    },
  },
  {
    ...made,
    topic: 'verification',
    value: {
      missed: [{ inARow: 1, effect: 'hold', payThisMonth: false, monthConsumed: true }],
    },
    law: {
      document: '演示参数',
      article: '',
      verified: false,
      origin: '演示规则：未核对当月暂扣，无文件依据；真实规则须由政策文件提供',
      originEn:
        'a demonstration rule without a text: a missed month is held; the real one comes by a ' +
        'policy file',
    },
  },
];
