import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { answerBatch, type BankAnswers } from '#apps/cli/bank/bank.js';
import { residentId, type Answer, type Api, type Body, type Desk } from './desk.js';
import type { County } from './county.js';

export const layout = 'delimited-v1';

type Place = Readonly<{ office: string; month: string }>;

/** The business day that the next acts are dated with. */
export async function day(api: Api, on: string): Promise<void> {
  await (await api.demo('system-admin')).does('PUT', '/business-day', { day: on });
}

/** What a signer is shown of a roll, batch or plan, as he sends it back. */
export async function seenOf(desk: Desk, path: string): Promise<Body> {
  const { root, lines, amountFen } = await desk.read(path);
  return { seen: { root, lines, amountFen } };
}

/** Approved and reviewed by two people who saw the same. */
export async function signBoth(
  signers: Readonly<{ approver: Desk; reviewer: Desk }>,
  path: string,
): Promise<void> {
  const { approver, reviewer } = signers;
  await approver.does('PUT', `${path}/approval`, await seenOf(approver, path));
  await reviewer.does('PUT', `${path}/review`, await seenOf(reviewer, path));
}

export function signersOf(county: County) {
  return { approver: county.desk('approver'), reviewer: county.desk('reviewer') };
}

export async function openMonth(county: County, month: string): Promise<void> {
  await county.desk('reconciler').does('POST', '/months', { office: county.code, month });
}

/** Awards in force brought in and signed; the report of the import names their rolls. */
export async function bringIn(county: County, kind: string, rows: readonly string[]) {
  const name = `${kind}-${county.code}.csv`;
  const report = await county.desk('intake').takes(kind, name, rows);
  const { made } = report['outcome'] as { made: readonly string[] };
  for (const id of made) await signBoth(signersOf(county), `/rolls/${id}`);
}

export type Recipients = Readonly<{
  persons: readonly string[];
  /** The number of the first among the made-up people, so that no two are one. */
  from: number;
  awarded: number;
  drawn: number;
  firstMonth: string;
}>;

/** People with an award in force each, `A` before the person's number. */
export async function bringRecipients(county: County, recipients: Recipients): Promise<void> {
  const { persons, from, awarded, drawn, firstMonth } = recipients;
  const rows = persons.map(
    (person, at) => `${person},${residentId(from + at).id18},赵六,urban,2010-01-01`,
  );
  const awards = persons.map((person, at) => {
    const account = `102581000001,62220000${100_000 + from + at},赵六`;
    const drawing = `${awarded},${drawn},${firstMonth},241200`;
    return `A${person},${person},${drawing},${county.code},${account}`;
  });
  const header = 'number,id,name,household,enrolledOn';
  await county.desk('intake').takes('persons', `persons-${from}.csv`, [header, ...rows]);
  const columns = 'claim,person,awardedMonths,drawnMonths,firstMonth,monthlyFen,office';
  await bringIn(county, 'opening', [`${columns},bankCode,account,holder`, ...awards]);
}

export async function roll(county: County, month: string): Promise<string> {
  const id = `${county.code}-${month}-1`;
  await county.desk('payroll').does('POST', '/rolls', { office: county.code, month });
  await signBoth(signersOf(county), `/rolls/${id}`);
  return id;
}

/** Everybody named signs in, and the month is judged. */
export async function verifyAll(
  county: County,
  month: string,
  persons: readonly string[],
): Promise<void> {
  const rows = ['person,signedOn', ...persons.map((person) => `${person},${month}-06`)];
  await county.desk('intake').takes('sign-ins', `sign-ins-${county.code}-${month}.csv`, rows);
  const path = `/verification/${county.code}/${month}/judgement`;
  await county.desk('payroll').does('PUT', path);
}

/** The pool's plan for the month, by the pool's own people. */
export async function plan(
  api: Api,
  pool: string,
  month: string,
  offices: readonly string[],
): Promise<void> {
  const allotments = offices.map((office) => ({ office, amountFen: 9_000_000_00 }));
  await (await api.demo('accountant')).does('POST', '/plans', { pool, month, allotments });
  const signers = { approver: await api.demo('approver'), reviewer: await api.demo('reviewer') };
  await signBoth(signers, `/plans/${pool}-${month}-1`);
}

/** A batch drawn up and signed, its payments instructed, nothing sent. */
export async function signedBatch(county: County, month: string): Promise<string> {
  const id = `${county.code}-${month}-1`;
  await county.desk('payroll').does('POST', '/batches', { office: county.code, month, layout });
  await signBoth(signersOf(county), `/batches/${id}`);
  return id;
}

export async function send(county: County, id: string): Promise<Body> {
  const cashier = county.desk('cashier');
  await cashier.does('PUT', `/batches/${id}/file`);
  return cashier.does('PUT', `/batches/${id}/submission`);
}

/** The bank takes the file that lies in its folder and gives its receipts. */
export async function bankAnswers(
  outgoing: string,
  county: County,
  id: string,
  answers: BankAnswers = {},
): Promise<readonly Readonly<{ name: string; bytes: Buffer; day: string }>[]> {
  const { fileName } = await county.desk('cashier').read(`/batches/${id}`);
  const bytes = await readFile(join(outgoing, String(fileName)));
  return answerBatch(bytes, { answers, seed: id }).files;
}

export function book(
  county: County,
  month: string,
  file: Readonly<{ name: string; bytes: Buffer }>,
): Promise<Answer> {
  const path = `/receipts/${county.code}/${month}`;
  return county.desk('accountant').file(path, file.name, file.bytes);
}

export async function booked(county: County, answer: Answer): Promise<Body> {
  if (answer.status >= 300) throw new Error(answer.text);
  await county.desk('accountant').settled(String(answer.body['position']));
  return answer.body;
}

/** Cut, reconciled and signed by three; answers the close as it stands then. */
export async function close(county: County, month: string): Promise<Body> {
  const place: Place = { office: county.code, month };
  const path = `/months/${place.office}/${place.month}`;
  const reconciler = county.desk('reconciler');
  await reconciler.does('PUT', `${path}/cut`);
  await reconciler.does('PUT', `${path}/close`);
  const { approver, reviewer } = signersOf(county);
  const prepared = await approver.read(`${path}/close`);
  const { root, lines, amountFen } = prepared['seen'] as Body;
  const seen = { root, lines, amountFen };
  await approver.does('PUT', `${path}/close/approval`, { seen });
  await reviewer.does('PUT', `${path}/close/review`, { seen });
  return reviewer.read(`${path}/close`);
}
