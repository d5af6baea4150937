import { day } from '#domain/values/calendar.js';
import { fen } from '#domain/values/fen.js';
import type { Row } from '../table.js';

/**
 * A minimum wage for demonstrations in Liaoning in 2010. No notice stands behind the figure: it is
 * chosen so that 70 % of it is 420.00 yuan. It is in force only where a demonstration asks for it.
 */
export const liaoningDemonstration: readonly Row[] = [
  {
    jurisdiction: '210000',
    from: day('2010-01-01'),
    to: day('2010-12-31'),
    topic: 'minimum-wage',
    value: { kind: 'one', monthlyFen: fen(60_000n) },
    law: {
      document: '演示参数',
      article: '',
      verified: false,
      origin: '演示数字，无文件依据；真实标准须由政策文件提供',
    },
  },
];
