import { signDocument, type Bureau } from './bureau.js';
import { sideBySide, unless } from './office-door.js';
import type { Rows } from './register.js';
import { batchesOf, batchLines, type BatchRow } from './simulated-bank.js';

type PlanRow = Readonly<{ planId: string }>;
type Funds = Readonly<{ office: string; amountFen: bigint }>;

/**
 * Of the first month's roll, a tenth is planned too little: what lacks is asked for when it lacks.
 */
const firstPlanPercent = 90n;

/** 用款计划: what the month's rolls give each office to pay. */
export async function planFunds(bureau: Bureau, month: string): Promise<void> {
  const { door, city } = bureau;
  const funds: Funds[] = [];
  for (const office of city.offices) {
    const path = `rolls?office=${office}&month=${month}`;
    const { rows } = await door.get<Rows<Readonly<{ kind: string; amountFen: number | string }>>>(
      'accountant',
      path,
    );
    let dueFen = 0n;
    for (const { kind, amountFen } of rows) if (kind !== 'opening') dueFen += BigInt(amountFen);
    const planned = month === city.firstMonth ? (dueFen * firstPlanPercent) / 100n : dueFen;
    funds.push({ office, amountFen: planned });
  }
  await releasePlan(bureau, month, 1, funds);
}

export async function plansOf({ door, city }: Bureau, month: string): Promise<readonly PlanRow[]> {
  const path = `plans?office=${city.jurisdiction}&month=${month}`;
  return (await door.get<Rows<PlanRow>>('accountant', path)).rows;
}

/** Proposes a plan unless it stands, and has it signed by two others. */
async function releasePlan(
  bureau: Bureau,
  month: string,
  no: number,
  funds: readonly Funds[],
): Promise<void> {
  const { door, city } = bureau;
  const pool = city.jurisdiction;
  const planId = `${pool}-${month}-${no}`;
  const rows = await plansOf(bureau, month);
  if (!rows.some((row) => row.planId === planId)) {
    const wanted = funds.filter(({ amountFen }) => amountFen > 0n);
    const allotments = wanted.map(({ office, amountFen }) => ({
      ...{ office, amountFen: Number(amountFen) },
    }));
    if (allotments.length === 0) return;
    await door.post('accountant', 'plans', { body: { pool, month, no, allotments } });
    await door.settle();
  }
  await signDocument(bureau, 'plans', planId);
  await door.settle();
}

/**
 * Draws a batch up for each office, gives it what funds it lacks, stops a line, and sends the file.
 */
export async function payMonth(bureau: Bureau, month: string): Promise<void> {
  const { door, city } = bureau;
  await sideBySide(city.offices, async (office) => {
    if ((await batchesOf(bureau, office, month)).length > 0) return;
    const body = { office, month, no: 1 };
    await unless('BATCH_EMPTY', door.post('payroll', 'batches', { body }));
  });
  await door.settle();
  for (const office of city.offices)
    for (const { batchId } of await batchesOf(bureau, office, month))
      await signDocument(bureau, 'batches', batchId);
  await door.settle();
  await supplement(bureau, month);
  await stopOneLine(bureau, month);
  for (const office of city.offices)
    for (const { batchId } of await batchesOf(bureau, office, month)) await send(bureau, batchId);
}

/** A batch that waits for funds is signed and not admitted; a second plan brings what it lacks. */
async function supplement(bureau: Bureau, month: string): Promise<void> {
  const { door, city } = bureau;
  const lacking: Funds[] = [];
  for (const office of city.offices) {
    const { availableFen } = await door.get<Readonly<{ availableFen: number }>>(
      'accountant',
      `months/${office}/${month}`,
    );
    for (const { status, nextStep, amountFen } of await batchesOf(bureau, office, month))
      if (status === 'prepared' && nextStep === null)
        lacking.push({ office, amountFen: BigInt(amountFen) - BigInt(availableFen) });
  }
  if (lacking.length > 0) await releasePlan(bureau, month, 2, lacking);
}

/**
 * 止付: one person names an ordinary line, another confirms; it is due for the next batch. One a
 * month, whatever was sent already when a run that was killed comes here again.
 */
async function stopOneLine(bureau: Bureau, month: string): Promise<void> {
  const { door, city, script } = bureau;
  for (const office of city.offices) {
    const batches = await batchesOf(bureau, office, month);
    if (batches.some(({ excludedLines }) => excludedLines > 0)) return;
  }
  for (const office of city.offices) {
    for (const { batchId, status } of await batchesOf(bureau, office, month)) {
      if (status !== 'instructed') continue;
      const lines = await batchLines(bureau, batchId);
      const ordinary = lines.find(
        (line) => line.lines.length === 1 && script[month]?.[line.person] === undefined,
      );
      if (ordinary === undefined || lines.length < 3) continue;
      const body = { instructionId: ordinary.instruction, reason: '当事人来电，账户待核实' };
      await door.post('payroll', `batches/${batchId}/stops`, { body });
      await door.put('reviewer', `batches/${batchId}/stops`, { body });
      await door.settle();
      return;
    }
  }
}

/** More rounds than a submission can need: written, sent, asked for, allowed again, sent again. */
const mostRounds = 8;

/**
 * Writes the file and sends it once. After a crash nobody knows whether it left: then it is asked
 * for, and sent again only when it did not arrive and two people say so.
 */
async function send({ door }: Bureau, batchId: string): Promise<void> {
  for (let round = 0; round < mostRounds; round += 1) {
    const batch = await door.get<BatchRow>('cashier', `batches/${batchId}`);
    if (batch.sendingStatus === 'sent') return;
    await nextOfSending(door, batch);
    await door.settle();
  }
  throw new Error(`batch ${batchId} was not sent`);
}

async function nextOfSending(
  door: Bureau['door'],
  { batchId, status, sendingStatus, attempt }: BatchRow,
): Promise<void> {
  const path = `batches/${batchId}`;
  const statement = '银行答复：没有收到该文件';
  switch (sendingStatus) {
    case 'unknown':
      await door.post('cashier', `${path}/queries`, { attempt, body: { statement } });
      return;
    case 'not-found':
      await door.post('cashier', `${path}/resends`, { attempt, body: { reason: '银行没有收到' } });
      return;
    case 'resend-proposed':
      await door.put('approver', `${path}/resends`, { attempt });
      return;
    default:
      if (status === 'instructed') await door.put('cashier', `${path}/file`);
      await door.put('cashier', `${path}/submission`, { attempt: attempt + 1 });
  }
}
