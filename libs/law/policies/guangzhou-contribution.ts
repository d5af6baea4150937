import { day } from '#domain/values/calendar.js';
import type { Row } from '../table.js';

/**
 * The executed rate in Guangzhou: 1 % in all, halved between employer and employee, prolonged year
 * by year since the national notice of 2018. It rests on common knowledge until the notice is
 * entered; the base is the provincial regulation's.
 */
export const guangzhouContribution: readonly Row[] = [
  {
    jurisdiction: '440100',
    from: day('2018-05-01'),
    topic: 'contribution',
    value: {
      employer: { of: 5n, per: 1000n },
      employee: { of: 5n, per: 1000n },
    },
    law: {
      document: '阶段性降低失业保险费率的通知',
      article: '',
      verified: false,
      origin: '通行做法（单位0.5%、个人0.5%），未见文号',
      originEn: 'as it is practised (0.5 % each); its notice was not seen',
    },
  },
];
