import {
  cardNumber,
  creditCode,
  dayOf,
  monthAfter,
  organisationCode,
  residentId,
  yearBefore,
} from './numbers.js';
import { officesOf, placeOf, type Place } from './places.js';
import { Random } from './random.js';

export type CityOptions = Readonly<{
  persons: number;
  months: number;
  seed: string | number;
  /** The pool's division code; its offices are two districts of it. */
  jurisdiction?: string;
  /** Without it the month in which the place's cities begin. */
  firstMonth?: string;
}>;

export type City = Readonly<Required<CityOptions>> &
  Readonly<{
    place: Place;
    offices: readonly [string, string];
    employers: number;
    /** Persons 0 to `awards` - 1 are in the middle of an award when the city is taken over. */
    awards: number;
    /** So many of those that follow claim in each month; all others stay employed. */
    claimsAMonth: number;
  }>;

/** Fewer leave nobody employed beside those who draw, and those who claim in three years. */
export const fewestPersons = 50;
export const mostPersons = 2_000_000;

/**
 * Four of them have drawn all and wait for a line; to seven something happens in a month; and of
 * three ordinary ones at least one is paid where two others are, so that its line can be stopped.
 */
const fewestAwards = 14;

/** The city's sizes. Everything else is worked out from them and the seed when it is needed. */
export function cityOf(options: CityOptions): City {
  const { persons, months, seed, jurisdiction = '440100' } = options;
  const place = placeOf(jurisdiction);
  const { firstMonth = place.firstMonth } = options;
  if (!Number.isInteger(persons) || persons < fewestPersons || persons > mostPersons)
    throw new RangeError(`a city has ${fewestPersons} to ${mostPersons} persons`);
  if (!Number.isInteger(months) || months < 1 || months > 36)
    throw new RangeError('a city is made for 1 to 36 months');
  const awards = Math.max(fewestAwards, Math.round(persons * 0.05) + 6);
  const most = Math.floor(((persons - awards) * 0.7) / months);
  return {
    persons,
    months,
    seed,
    jurisdiction,
    firstMonth,
    place,
    offices: officesOf(jurisdiction),
    employers: Math.max(4, Math.round(persons / 20)),
    awards,
    claimsAMonth: Math.max(1, Math.min(Math.max(8, Math.round(persons * 0.02)), most)),
  };
}

export const personNumber = (index: number) => `P${String(index + 1).padStart(7, '0')}`;
export const employerNumber = (index: number) => `U${String(index + 1).padStart(5, '0')}`;

/** The month in which a person claims, counted from 0; undefined for those who do not. */
export function claimMonthOf(city: City, index: number): number | undefined {
  const place = Math.floor((index - city.awards) / city.claimsAMonth);
  return index >= city.awards && place < city.months ? place : undefined;
}

export type Employer = Readonly<{
  number: string;
  code: string;
  name: string;
  office: string;
  enrolledOn: string;
}>;

export function employerOf(city: City, index: number): Employer {
  const random = new Random(city.seed, 'employer', index);
  const office = city.offices[random.between(0, 1)] ?? city.offices[0];
  const { town, branch, organisations } = city.place;
  const organisation = Array.from({ length: 9 }, () =>
    random.pick([...'0123456789ABCDEFGHJKLMNPQ']),
  );
  const code =
    organisations === 'credit-code'
      ? creditCode(`91${office}${organisation.join('')}`)
      : organisationCode(String(random.between(10_000_000, 79_999_999)));
  const ofBranch = random.chance(1, 5) ? `,${branch}` : '';
  const trade = random.pick(employerWords) + random.pick(employerTrades);
  return {
    number: employerNumber(index),
    // Every 29th has a code of the early kind, whose check character does not fit.
    code: index % 29 === 4 ? withOtherEnd(code) : code,
    name: `${town}${trade}有限公司${ofBranch}`,
    office,
    enrolledOn: enrolmentOf(city, random),
  };
}

function enrolmentOf({ firstMonth }: City, random: Random): string {
  const year = random.between(1999, yearBefore(firstMonth, 3));
  return dayOf(`${year}-${random.pick(['01', '04', '07', '10'])}`, 1);
}

/** Paid months from one to another, both included. */
export type Span = Readonly<{ from: string; to: string; used: boolean }>;

export type Person = Readonly<{
  index: number;
  number: string;
  id: string;
  name: string;
  household: 'urban' | 'rural';
  enrolledOn: string;
  phone: string;
  employer: number;
  office: string;
  wageFen: bigint;
  history: readonly Span[];
}>;

export function personOf(city: City, index: number): Person {
  const random = new Random(city.seed, 'person', index);
  const { id, birthYear } = identityOf(city, index);
  const history = historyOf(city, index, birthYear, random);
  const employer = random.between(0, city.employers - 1);
  return {
    index,
    number: personNumber(index),
    id,
    name: nameOf(index, random),
    household: random.chance(1, 2) || !mayBeRural(city, index) ? 'urban' : 'rural',
    enrolledOn: dayOf(history.at(-1)?.from ?? monthAfter(city.firstMonth, -36), 1),
    phone: `13${String(random.between(0, 999_999_999)).padStart(9, '0')}`,
    employer,
    office: employerOf(city, employer).office,
    wageFen: wageOf(city, random),
    history,
  };
}

function mayBeRural(city: City, index: number): boolean {
  const draws = index < city.awards || claimMonthOf(city, index) !== undefined;
  return city.place.ruralDraw || !draws;
}

/**
 * Each index has its own place among all birthdays, districts and serial numbers, because a prime
 * stride meets no place twice.
 */
function identityOf(city: City, index: number): Readonly<{ id: string; birthYear: number }> {
  const districts = city.place.born;
  const years = 28;
  const places = years * 336 * districts.length * 998;
  const offset = new Random(city.seed, 'identity').between(0, places - 1);
  let place = (index * 40_503_769 + offset) % places;
  const take = (count: number) => {
    const taken = place % count;
    place = Math.floor(place / count);
    return taken;
  };
  const birthYear = yearBefore(city.firstMonth, 50) + take(years);
  const ofMonth = String(take(12) + 1).padStart(2, '0');
  const birth = `${birthYear}${ofMonth}${String(take(28) + 1).padStart(2, '0')}`;
  const district = districts[take(districts.length)] ?? city.offices[0];
  const serial = String(take(998) + 1).padStart(3, '0');
  return { id: residentId(district + birth + serial), birthYear };
}

/** Newest span first; it ends the month before the city begins. One in ten has a used one. */
function historyOf(city: City, index: number, birthYear: number, random: Random): readonly Span[] {
  const before = monthAfter(city.firstMonth, -1);
  const working = (yearBefore(city.firstMonth, 19) - birthYear) * 12;
  const claimMonth = claimMonthOf(city, index);
  // Too few months for a benefit, while the declared ones cannot yet make them enough.
  const short = claimMonth !== undefined && claimMonth < 6 && index % 16 === 5;
  if (short) return [{ from: monthAfter(before, -random.between(0, 4)), to: before, used: false }];
  const length = random.between(24, Math.min(working, claimMonth === undefined ? 120 : 240));
  const newest = { from: monthAfter(before, 1 - length), to: before, used: false };
  const left = working - length - 3;
  if (left < 12 || !random.chance(1, 4)) return [newest];
  const to = monthAfter(newest.from, -3);
  const older = {
    from: monthAfter(to, -random.between(6, left - 1)),
    to,
    used: random.chance(2, 5),
  };
  return [newest, older];
}

/** Whole tens of yuan, and for one in ten some fen, on which the parts have to be rounded. */
function wageOf({ place }: City, random: Random): bigint {
  const tens = random.between(...place.wages);
  return BigInt(tens * 1000 + (random.chance(1, 10) ? random.between(1, 99) : 0));
}

/** One in four hundred has a character of four bytes in GB18030. */
function nameOf(index: number, random: Random): string {
  const rare = index % 400 === 7 ? random.pick(['㐱', '䶮', '𠮷']) : '';
  return random.pick(surnames) + random.pick(givenNames) + (rare || random.pick(givenNames));
}

export type Account = Readonly<{ bankCode: string; account: string; holder: string }>;

/** A person's account; each correction is another one. */
export function accountOf(city: City, { index, name }: Person, correction = 0): Account {
  const random = new Random(city.seed, 'account', index, correction);
  const serial = String((index * 4 + correction) * 61 + 7).padStart(10, '0');
  const bank = random.pick(['102', '103', '104', '105', '308', '403']);
  return {
    bankCode: `${bank}${city.place.bankArea}${String(random.between(0, 99_999)).padStart(5, '0')}`,
    account: cardNumber(`62${random.between(200_000, 299_999)}${serial}`),
    holder: name,
  };
}

function withOtherEnd(code: string): string {
  return code.slice(0, -1) + (code.endsWith('1') ? '2' : '1');
}

const employerWords = [
  '信恒',
  '宏达',
  '泰丰',
  '宏盛',
  '诚丰',
  '联兴',
  '裕华',
  '东升',
  '瑞祥',
  '嘉禾',
];
const employerTrades = [
  '服饰',
  '食品',
  '机械',
  '物流',
  '电子',
  '包装',
  '印刷',
  '五金',
  '餐饮',
  '建材',
];
const surnames = [
  ...'王李张刘陈杨黄赵周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕',
];
const givenNames = [
  ...'伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂文辉鑫宇浩玲凯佳嘉俊国建梅',
];
