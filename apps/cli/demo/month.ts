import { dayOf, lastDayOf, monthAfter } from '../city/numbers.js';
import type { Bureau, Signed } from './bureau.js';
import {
  decideClaims,
  judgeSignIns,
  reviewSharing,
  signAccountChanges,
  signProposals,
} from './cases.js';
import { unless } from './office-door.js';
import { payMonth, planFunds } from './payment.js';
import { importFiles, openOffices, signRolls, takeOver } from './register.js';
import { bookReceipts, openBank } from './simulated-bank.js';

type Standing = Readonly<{ status: 'open' | 'cut' | 'closed'; nextStep: string | null }>;
type Step = Readonly<{
  name: string;
  day: number;
  work: (bureau: Bureau, month: string) => Promise<void>;
}>;

/** A month's work in the order of its days; whatever was done already is found done. */
const steps: readonly Step[] = [
  { name: 'accounts', day: 3, work: (bureau, month) => importFiles(bureau, 'accounts', month) },
  { name: 'account changes', day: 3, work: signAccountChanges },
  {
    name: 'registrations',
    day: 3,
    work: (bureau, month) => importFiles(bureau, 'registrations', month),
  },
  { name: 'extracts', day: 5, work: (bureau, month) => importFiles(bureau, 'extracts', month) },
  { name: 'proposals', day: 6, work: signProposals },
  { name: 'claim files', day: 12, work: (bureau, month) => importFiles(bureau, 'claims', month) },
  { name: 'claims', day: 14, work: decideClaims },
  { name: 'roll', day: 15, work: drawUpRolls },
  {
    name: 'declarations',
    day: 16,
    work: (bureau, month) => importFiles(bureau, 'declarations', month),
  },
  {
    name: 'returns',
    day: 17,
    work: (bureau, month) => bookReceipts(bureau, month, dayOf(month, 17)),
  },
  {
    name: 'collections',
    day: 20,
    work: (bureau, month) => importFiles(bureau, 'collections', month),
  },
  { name: 'sign-ins', day: 21, work: (bureau, month) => importFiles(bureau, 'sign-ins', month) },
  { name: 'judgement', day: 21, work: judgeSignIns },
  { name: 'second proposals', day: 22, work: signProposals },
  { name: 'shared accounts', day: 22, work: reviewSharing },
  { name: 'plan', day: 22, work: planFunds },
  { name: 'batch', day: 23, work: payMonth },
  {
    name: 'receipts',
    day: 23,
    work: (bureau, month) => bookReceipts(bureau, month, dayOf(month, 23)),
  },
  {
    name: 'late receipts',
    day: 24,
    work: (bureau, month) => bookReceipts(bureau, month, dayOf(month, 24)),
  },
];

/** Works every month that is not closed, from go-live to the last close. */
export async function workMonths(bureau: Bureau): Promise<void> {
  const { city } = bureau;
  await openBank(bureau);
  await openOffices(bureau);
  for (let at = 0; at < city.months; at += 1) {
    const month = monthAfter(city.firstMonth, at);
    if (await isClosed(bureau, month)) continue;
    await workMonth(bureau, month, at);
  }
}

async function workMonth(bureau: Bureau, month: string, nth: number): Promise<void> {
  const { door, city, progress } = bureau;
  const all = steps.length + 2;
  const of = city.months * all;
  const tell = (step: string, done: number): void =>
    progress({ month, step, done: nth * all + done, of });
  tell('registers', 0);
  await door.day(dayOf(month, 1));
  if (month === city.firstMonth) await takeOver(bureau);
  for (const [at, { name, day, work }] of steps.entries()) {
    tell(name, at + 1);
    await door.day(dayOf(month, day));
    await work(bureau, month);
  }
  tell('close', steps.length + 1);
  await door.day(lastDayOf(month));
  await closeMonth(bureau, month);
  tell('closed', all);
}

async function drawUpRolls(bureau: Bureau, month: string): Promise<void> {
  const { door, city } = bureau;
  for (const office of city.offices) {
    const body = { office, month, no: 1 };
    await unless('ROLL_EMPTY', door.post('payroll', 'rolls', { body }));
  }
  await door.settle();
  await signRolls(bureau, month);
}

/** Cut, counted and closed by three people, office by office. */
async function closeMonth(bureau: Bureau, month: string): Promise<void> {
  const { door, city } = bureau;
  for (const office of city.offices) {
    const path = `months/${office}/${month}`;
    const { status } = await standingOf(bureau, office, month);
    if (status === 'open') {
      await door.put('reconciler', `${path}/cut`);
      await door.settle();
    }
    const cut = await standingOf(bureau, office, month);
    if (cut.status === 'cut' && cut.nextStep === null) {
      await door.put('reconciler', `${path}/close`);
      await door.settle();
    }
    await signClose(bureau, office, month);
    await door.settle();
  }
}

async function signClose(bureau: Bureau, office: string, month: string): Promise<void> {
  const { door } = bureau;
  const { status, nextStep } = await standingOf(bureau, office, month);
  if (status === 'closed') return;
  const path = `months/${office}/${month}/close`;
  const { seen } = await door.get<Readonly<{ seen: Signed }>>('approver', path);
  const { root, lines, amountFen } = seen;
  const sent = { body: { seen: { root, lines, amountFen } } };
  if (nextStep === 'approve') await door.put('approver', `${path}/approval`, sent);
  await door.put('reviewer', `${path}/review`, sent);
}

export async function isClosed(bureau: Bureau, month: string): Promise<boolean> {
  for (const office of bureau.city.offices)
    if ((await standingOf(bureau, office, month)).status !== 'closed') return false;
  return true;
}

/** A month that nobody opened yet is as open as one can be. */
export async function standingOf(
  { door }: Bureau,
  office: string,
  month: string,
): Promise<Standing> {
  const path = `months?office=${office}`;
  const { rows } = await door.get<Readonly<{ rows: readonly (Standing & { month: string })[] }>>(
    'reconciler',
    path,
  );
  return rows.find((row) => row.month === month) ?? { status: 'open', nextStep: null };
}
