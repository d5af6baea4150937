import { dayOf, monthAfter } from './numbers.js';
import { claimMonthOf, personOf, type City } from './people.js';
import { Random } from './random.js';
import { failureReasons, type ScriptedAnswer } from './script.js';

/** An award that is in force when the city is taken over. */
export type Opening = Readonly<{ index: number; awarded: number; drawn: number }>;

export type Hit = Readonly<{
  index: number;
  source: string;
  event: 're-employed' | 'died' | 'imprisoned' | 'pension';
  on: string;
}>;

/** What happens in one month, beside what is ordinary. */
export type MonthPlan = Readonly<{
  month: string;
  /** Recipients who sign in, by person. */
  signing: readonly number[];
  hits: readonly Hit[];
  /** Whose account is corrected, and for the how-manyeth time. */
  corrections: readonly Readonly<{ index: number; correction: number }>[];
  answers: Readonly<Record<number, ScriptedAnswer>>;
}>;

/** Unpaid lines at the take-over belong to the first awards, all of them drawn to the end. */
export type OpeningUnpaid = Readonly<{
  index: number;
  month: string;
  reason: 'failed' | 'returned' | 'account-missing';
}>;

type Recipient = {
  readonly index: number;
  /** Months counted from the city's first: the first and, at least, the last that falls due. */
  readonly from: number;
  readonly last: number;
  /** Nothing else is made to happen to a recipient before this month. */
  busyUntil: number;
  gone: boolean;
  missing: number | undefined;
  /** The account is known not to work, and is put right when `busyUntil` comes. */
  broken: boolean;
  corrections: number;
};

export function openingsOf(city: City): readonly Opening[] {
  return Array.from({ length: city.awards }, (_, index) => {
    const random = new Random(city.seed, 'opening', index);
    const awarded = random.between(4, 24);
    if (index < unpaidOf(city)) return { index, awarded, drawn: awarded };
    return { index, awarded, drawn: random.between(1, Math.max(1, awarded - 3)) };
  });
}

export function openingUnpaidOf(city: City): readonly OpeningUnpaid[] {
  const reasons = ['failed', 'account-missing', 'returned'] as const;
  return Array.from({ length: unpaidOf(city) }, (_, index) => ({
    index,
    month: monthAfter(city.firstMonth, -1 - (index % 3)),
    reason: reasons[index % 3] ?? 'failed',
  }));
}

function unpaidOf(city: City): number {
  return Math.max(4, Math.round(city.awards * 0.06));
}

/** Every month's plan, in order: what one month leaves open, the next takes up. */
export function* monthPlans(city: City): Generator<MonthPlan> {
  const recipients = startOf(city);
  for (let at = 0; at < city.months; at += 1) {
    yield planMonth(city, at, recipients);
    recipients.push(...claimantsOf(city, at));
  }
}

function startOf(city: City): Recipient[] {
  return openingsOf(city).map(({ index, awarded, drawn }) => ({
    ...newRecipient(index, 0, awarded - drawn - 1),
    // The unpaid line of an award that has ended is the only thing that goes on there.
    busyUntil: index < unpaidOf(city) ? city.months : 0,
  }));
}

/** Those whose claim of this month gives them something from the next, by the months of history. */
function claimantsOf(city: City, at: number): Recipient[] {
  const first = city.awards + at * city.claimsAMonth;
  const indexes = Array.from({ length: city.claimsAMonth }, (_, place) => first + place);
  return indexes.flatMap((index) => {
    const months = monthsFrom(city, index);
    if (months === 0) return [];
    // An account two persons name is looked at first, and when that is done is not ours to say.
    const busyUntil = sharesAccount(city, index) ? city.months : 0;
    return [{ ...newRecipient(index, at + 1, at + months), busyUntil }];
  });
}

function newRecipient(index: number, from: number, last: number): Recipient {
  const nothing = { busyUntil: 0, gone: false, missing: undefined, broken: false, corrections: 0 };
  return { index, from, last, ...nothing };
}

/** Months of benefit that the history alone gives; the declared months can only add to them. */
function monthsFrom(city: City, index: number): number {
  if (claimIsVoluntary(city, index) || claimIsUnregistered(city, index)) return 0;
  let paid = 0;
  for (const { from, to, used } of personOf(city, index).history)
    if (!used) paid += monthNumber(to) - monthNumber(from) + 1;
  return city.place.monthsFor(paid);
}

export function claimIsVoluntary(city: City, index: number): boolean {
  return (index - city.awards) % 14 === 9;
}

/** One person of the whole city claims without having registered as unemployed. */
export function claimIsUnregistered(city: City, index: number): boolean {
  return index === city.awards + 6 && claimMonthOf(city, index) === 0;
}

/** Two claims of the first month name one account. */
export function sharesAccount(city: City, index: number): boolean {
  return index === city.awards + 1 || index === city.awards + 2;
}

type Cast = Readonly<{ city: City; at: number; month: string; recipients: readonly Recipient[] }>;

function planMonth(city: City, at: number, recipients: readonly Recipient[]): MonthPlan {
  const cast = { city, at, month: monthAfter(city.firstMonth, at), recipients };
  const corrections = correct(cast);
  const random = new Random(city.seed, 'month', at);
  const free = random.shuffled(
    recipients.filter((one) => !one.gone && one.busyUntil <= at && one.from <= at && at < one.last),
  );
  const some = (share: number) => free.splice(-Math.max(1, Math.round(recipients.length * share)));
  const hits = some(0.008).map((one) => hit(cast, one, random));
  for (const one of some(0.01)) {
    one.missing = at;
    one.busyUntil = at + 2;
  }
  const answers = answersOf(cast, some, random);
  const signing = recipients
    .filter((one) => !one.gone && one.from <= at && one.missing !== at)
    .map(({ index }) => index);
  return { month: cast.month, signing, hits, corrections, answers };
}

/**
 * Accounts are put right at the beginning of a month: of the opening lines first a failed one, then
 * one that was missing; later of those that failed last month or came back since the one before.
 */
function correct({ city, at, recipients }: Cast): MonthPlan['corrections'] {
  const unpaid = openingUnpaidOf(city);
  return recipients.flatMap((one) => {
    const reason = unpaid[one.index]?.reason;
    const opening = reason !== undefined && at === ['failed', 'account-missing'].indexOf(reason);
    // The last of the opening lines are nobody's care, and stay open to the end.
    if (opening && one.index < unpaid.length - 1) return [corrected(one)];
    return one.broken && one.busyUntil === at ? [corrected(one)] : [];
  });
}

function corrected(one: Recipient): Readonly<{ index: number; correction: number }> {
  one.corrections += 1;
  one.broken = false;
  return { index: one.index, correction: one.corrections };
}

/** Recorded from the first of the month, so that this month is not due any more. */
function hit({ at, month, city }: Cast, one: Recipient, random: Random): Hit {
  one.gone = true;
  const { index } = one;
  const kind = random.between(0, 9);
  if (kind === 7) {
    const before = monthAfter(city.firstMonth, at - 1);
    return { index, source: '民政', event: 'died', on: dayOf(before, random.between(2, 27)) };
  }
  if (kind === 8) return { index, source: '司法', event: 'imprisoned', on: dayOf(month, 1) };
  if (kind === 9) return { index, source: '养老', event: 'pension', on: dayOf(month, 1) };
  return { index, source: '社保登记', event: 're-employed', on: dayOf(month, 1) };
}

function answersOf(
  { at, month }: Cast,
  some: (share: number) => readonly Recipient[],
  random: Random,
): MonthPlan['answers'] {
  const answers: Record<number, ScriptedAnswer> = {};
  for (const one of some(0.005)) {
    one.busyUntil = at + 1;
    one.broken = true;
    answers[one.index] = { result: 'failed', reason: random.pick(failureReasons) };
  }
  for (const one of some(0.004)) {
    one.busyUntil = at + 2;
    one.broken = true;
    const returnedOn = dayOf(monthAfter(month, 1), random.between(11, 16));
    answers[one.index] = { reason: random.pick(failureReasons), returnedOn };
  }
  for (const one of some(0.003)) answers[one.index] = { delivery: 'late' };
  for (const one of some(0.002)) answers[one.index] = { delivery: 'double' };
  for (const one of some(0)) answers[one.index] = { unknownAfter: true };
  return answers;
}

function monthNumber(month: string): number {
  return Number(month.slice(0, 4)) * 12 + Number(month.slice(5));
}
