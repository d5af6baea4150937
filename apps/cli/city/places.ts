import { Failure } from '../failure.js';
import { shareHalfUp } from './numbers.js';

type Parts = Readonly<{ employerFen: bigint; personFen: bigint }>;

/** What a city's place and time give its files: codes, names, and the figures of its law. */
export type Place = Readonly<{
  /** The first month of a city for which nothing else is said. */
  firstMonth: string;
  /** The months whose figures are at hand, claims of the last one included; no end when open. */
  months: readonly [first: string, last?: string];
  /** Divisions of which people were born: the place's own, and two of other provinces. */
  born: readonly string[];
  town: string;
  branch: string;
  /** What the middle of its banks' codes says. */
  bankArea: string;
  /** What organisations are known by: credit codes came in 2015. */
  organisations: 'credit-code' | 'organisation-code';
  /** Wages a month, in tens of yuan, from the lowest to the highest. */
  wages: readonly [number, number];
  /** What is owed on a base; the Regulation of 1999 spares people of the countryside their part. */
  contribution: (baseFen: bigint, household: 'urban' | 'rural') => Parts;
  /** Under the Regulation of 1999 they get one sum instead of a benefit month by month. */
  ruralDraw: boolean;
  /** Months of benefit for months of contribution. */
  monthsFor: (paid: number) => number;
  /** A month's benefit in fen of an award of so many months. */
  monthlyFen: (awarded: number) => string;
}>;

const guangzhou: Place = {
  firstMonth: '2026-09',
  months: ['2026-09'],
  born: ['440103', '440104', '440105', '440106', '430102', '450103'],
  ...{ town: '广州', branch: '增城分公司', bankArea: '5810' },
  organisations: 'credit-code',
  wages: [290, 1_800],
  contribution: (baseFen) => {
    const part = shareHalfUp(baseFen, 5n);
    return { employerFen: part, personFen: part };
  },
  ruralDraw: true,
  monthsFor: (paid) => {
    const years = Math.floor(paid / 12);
    return years < 4 ? years : Math.min(24, 4 + Math.floor((paid - 48) / 6));
  },
  // 90 % of a minimum wage of 2,680 yuan.
  monthlyFen: () => '241200',
};

/** Shenyang's districts stand for the province; the Regulation of 1999 and its own of 2000 hold. */
const liaoning: Place = {
  firstMonth: '2010-01',
  months: ['2010-01', '2011-05'],
  born: ['210102', '210103', '210105', '210106', '220102', '150402'],
  ...{ town: '沈阳', branch: '于洪分公司', bankArea: '2210' },
  organisations: 'organisation-code',
  wages: [90, 420],
  contribution: (baseFen, household) => ({
    employerFen: shareHalfUp(baseFen, 20n),
    personFen: household === 'rural' ? 0n : shareHalfUp(baseFen, 10n),
  }),
  ruralDraw: false,
  monthsFor: (paid) => {
    if (paid >= 120) return 24;
    return paid < 60 ? 3 * Math.floor(paid / 12) : 13 + Math.floor((paid - 60) / 12);
  },
  // 70 % of the demonstration's 600 yuan; 80 % from ten years, which give 24 months.
  monthlyFen: (awarded) => (awarded < 24 ? '42000' : '48000'),
};

/**
 * Of Liaoning's fourteen cities each is made as Shenyang is, because the province's law is theirs;
 * elsewhere nothing is at hand, and another place's figures would only look like its own.
 *
 * @throws Failure JURISDICTION_UNKNOWN
 */
export function placeOf(jurisdiction: string): Place {
  if (jurisdiction === '440100') return guangzhou;
  if (/^21(0\d|1[0-4])00$/.test(jurisdiction)) return liaoning;
  throw new Failure(
    'JURISDICTION_UNKNOWN',
    `没有可用来生成 ${jurisdiction} 这个统筹区的标准 · ` +
      `no city can be made of ${jurisdiction}: the figures of its law are not at hand`,
    '可用的有 440100（广州）、210000（辽宁）及辽宁各市 · ' +
      'there are 440100 (Guangzhou), 210000 (Liaoning) and the cities of Liaoning',
    { jurisdiction },
  );
}

/** The city's two districts; of a province's, those of its capital. */
export function officesOf(jurisdiction: string): readonly [string, string] {
  const province = jurisdiction.slice(0, 2);
  const city = jurisdiction.endsWith('0000') ? `${province}01` : jurisdiction.slice(0, 4);
  return [`${city}03`, `${city}06`];
}
