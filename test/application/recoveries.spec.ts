import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mergePersons } from '#application/people.js';
import {
  openRecovery,
  recordRepayment,
  recoveryView,
  sendRecoveryBack,
  signRecovery,
} from '#application/recoveries.js';
import { stored } from '#application/stored.js';
import { awardStream } from '#domain/award/award.js';
import type { AwardCommand } from '#domain/award/award.commands.js';
import { identityStream } from '#domain/identity/identity.js';
import { personStream } from '#domain/person/person.js';
import { askedMonthsStream } from '#domain/recovery/asked-months.js';
import { recoveryStream } from '#domain/recovery/recovery.js';
import { repaymentStream } from '#domain/recovery/repayment.js';
import { day, month } from '#domain/values/calendar.js';
import { fen } from '#domain/values/fen.js';
import {
  bankLine,
  bringAward,
  dueCommand,
  instructCommand,
  monthlyFen,
} from '#test/domain/award-samples.js';
import { Bureau } from './bureau.js';
import { openTestSystem, type TestSystem } from './system.js';

const [pool, office, on] = ['440100', '440103', '2026-12-10'];
const paidMonths = ['2026-10', '2026-11'];
const atOnce = 6;

let test: TestSystem;
let bureau: Bureau;

beforeAll(async () => {
  test = await openTestSystem();
  bureau = new Bureau(test.system.app, pool, [office]);
  await bureau.openOffices(on);
  await bureau.openMonth(office, month('2026-12'), on);
}, 60_000);

afterAll(() => test.close());

/** An award that the bank has paid October and November of. */
async function paidAward(awardNo: string, personRef = `P-${awardNo}`): Promise<void> {
  const commands: readonly AwardCommand[] = [
    { ...bringAward, awardNo, personRef, office, nextMonth: month('2026-10') },
    ...paidMonths.flatMap((of, at): readonly AwardCommand[] => [
      dueCommand(of),
      instructCommand(`I-${of}`, [of]),
      { type: 'BookPayment', ...bankLine(`I-${of}`, at) },
    ]),
  ];
  for (const command of commands) await run('award', awardStream(awardNo), command);
}

type Stored = typeof stored;

async function run<Kind extends 'award' | 'person' | 'identity' | 'askedMonths' | 'repayment'>(
  kind: Kind,
  stream: string,
  command: Parameters<Stored[Kind]['decider']['decide']>[0],
): Promise<void> {
  const { by, commandId } = bureau.act('intake', on);
  const context = { commandId, actor: by.person, duty: by.duty, office, day: day(on) };
  await bureau.app.transact.run<unknown, unknown, never>(
    stored[kind] as never,
    stream,
    command,
    context,
  );
}

const demandOf = (recoveryNo: string, awardNo: string, months = paidMonths) => ({
  ...{ recoveryNo, awardNo, cause: 'employed' },
  months: months.map(month),
  amountFen: fen(monthlyFen * BigInt(months.length)),
});

const open = (recoveryNo: string, awardNo: string, months = paidMonths) =>
  openRecovery(bureau.app, bureau.act('payroll', on), demandOf(recoveryNo, awardNo, months));

const sendBack = (recoveryNo: string) =>
  sendRecoveryBack(bureau.app, bureau.act('approver', on), { recoveryNo, reason: 'less' });

async function confirm(recoveryNo: string): Promise<void> {
  const act = bureau.act('approver', on);
  const { months, amountFen } = await recoveryView(bureau.app, act, recoveryNo);
  const seen = { recoveryNo, months, amountFen };
  await signRecovery(bureau.app, act, { ...seen, step: 'approve' });
  await signRecovery(bureau.app, bureau.act('reviewer', on), { ...seen, step: 'review' });
}

const repay = (recoveryNo: string, receiptNo: string, amount = 100n) =>
  recordRepayment(bureau.app, bureau.act('accountant', on), {
    ...{ recoveryNo, receiptNo, amountFen: fen(amount), receivedOn: day(on) },
  });

const view = (recoveryNo: string) =>
  recoveryView(bureau.app, bureau.act('payroll', on), recoveryNo);

const codesOf = (results: readonly PromiseSettledResult<unknown>[]) =>
  results.flatMap((one) =>
    one.status === 'rejected' ? [(one.reason as { code: unknown }).code] : [],
  );

describe('a month that was paid without right', () => {
  it('is asked back by one recovery, under whatever number', async () => {
    await paidAward('A1');
    await open('R1', 'A1', ['2026-10']);
    await expect(open('R2', 'A1')).rejects.toMatchObject({
      code: 'RECOVERY_MONTH_TAKEN',
      facts: { month: '2026-10', recovery: 'R1' },
    });
    await expect(view('R2')).rejects.toMatchObject({ code: 'RECOVERY_UNKNOWN' });
    await open('R2', 'A1', ['2026-11']);
    await open('R1', 'A1', ['2026-10']);
  });

  it('is a month that the bank paid and did not send back', async () => {
    await paidAward('A0');
    await expect(open('R0', 'A0', ['2026-11', '2026-12'])).rejects.toMatchObject({
      code: 'RECOVERY_MONTH_UNPAID',
      facts: { award: 'A0', month: '2026-12' },
    });
    const back = { ...bankLine('I-2026-11', 9), reason: 'account-closed' };
    await run('award', awardStream('A0'), { type: 'ReturnPayment', ...back });
    await expect(open('R0', 'A0')).rejects.toMatchObject({
      code: 'RECOVERY_MONTH_UNPAID',
      facts: { award: 'A0', month: '2026-11' },
    });
    const more = { ...demandOf('R0', 'A0', ['2026-10']), amountFen: fen(monthlyFen + 1n) };
    const refused = openRecovery(bureau.app, bureau.act('payroll', on), more);
    await expect(refused).rejects.toMatchObject({
      code: 'FACT_IMPOSSIBLE',
      facts: { fact: 'amountFen', paidFen: String(monthlyFen) },
    });
    await open('R0', 'A0', ['2026-10']);
  });

  it('is asked back by one of many that come at once', async () => {
    await paidAward('A2');
    const numbers = Array.from({ length: atOnce }, (_, at) => `Q${at}`);
    const results = await Promise.allSettled(numbers.map((no) => open(no, 'A2')));
    expect(codesOf(results)).toEqual(Array(atOnce - 1).fill('RECOVERY_MONTH_TAKEN'));
    const states = await Promise.all(
      numbers.map((no) => bureau.app.transact.state(stored.recovery, recoveryStream(no))),
    );
    expect(states.filter(({ status }) => status !== 'none')).toHaveLength(1);
  });

  it('stays with a recovery that was sent back, until that is opened without it', async () => {
    await paidAward('A3');
    await open('S1', 'A3');
    await sendBack('S1');
    await expect(open('S2', 'A3', ['2026-11'])).rejects.toMatchObject({
      code: 'RECOVERY_MONTH_TAKEN',
    });
    await open('S1', 'A3', ['2026-10']);
    await open('S2', 'A3', ['2026-11']);
    await sendBack('S1');
    await expect(open('S1', 'A3')).rejects.toMatchObject({ code: 'RECOVERY_MONTH_TAKEN' });
  });

  it('is free again when its recovery turns out to be of another award', async () => {
    await paidAward('A4');
    await paidAward('A5');
    await open('T1', 'A4');
    await sendBack('T1');
    await open('T1', 'A5');
    await open('T2', 'A4');
    await expect(open('T3', 'A5')).rejects.toMatchObject({ code: 'RECOVERY_MONTH_TAKEN' });
  });

  it('is not taken by an opening that is refused', async () => {
    await paidAward('A6');
    const relative = { ...bureau.act('payroll', on), related: ['P-A6'] };
    await expect(openRecovery(bureau.app, relative, demandOf('U1', 'A6'))).rejects.toMatchObject({
      code: 'SIGNER_IS_PAYEE',
    });
    await open('U2', 'A6', ['2026-10']);
    await expect(open('U2', 'A6')).rejects.toMatchObject({ code: 'RECOVERY_NUMBER_TAKEN' });
    await open('U3', 'A6', ['2026-11']);
  });

  it('waits for an opening that was cut off, which its number finishes', async () => {
    await paidAward('A7');
    const asked = { type: 'AskMonthsBack', recoveryNo: 'V1', round: 1, over: [] } as const;
    const months = paidMonths.map(month);
    await run('askedMonths', askedMonthsStream('A7'), { ...asked, months });
    await expect(open('V2', 'A7')).rejects.toMatchObject({ facts: { recovery: 'V1' } });
    await open('V1', 'A7', ['2026-10']);
    await open('V2', 'A7', ['2026-11']);
  });

  it('is not asked back once more by the merge of its person’s two numbers', async () => {
    for (const [ref, awardNo] of [
      ['P8', 'A8'],
      ['P9', 'A9'],
    ] as const) {
      const identityKey = `key-${ref}`;
      const reserve = { type: 'ReserveIdentity', identityKey, personRef: ref } as const;
      await run('identity', identityStream(identityKey), reserve);
      await run('person', personStream(ref), {
        type: 'EnrolPerson',
        ...{ personRef: ref, office, identityKey, household: 'urban' },
        identity: { ref: `identity-${ref}`, sealedSha256: 'bb22' },
        ...{ enrolledOn: day(on), on: day(on) },
      });
      await paidAward(awardNo, ref);
    }
    await open('W1', 'A9', ['2026-10']);
    await bureau.settle();
    const merge = { personRef: 'P9', into: 'P8' };
    await mergePersons(bureau.app, bureau.act('intake', on), { ...merge, step: 'make' });
    await mergePersons(bureau.app, bureau.act('approver', on), { ...merge, step: 'approve' });
    await bureau.settle();
    const rest = { months: ['2026-11'], amountFen: monthlyFen, cause: 'duplicate' };
    expect(await view('merge-A9')).toMatchObject(rest);
  });
});

describe('a receipt of the bank', () => {
  beforeAll(async () => {
    await paidAward('B1');
    await open('X1', 'B1', ['2026-10']);
    await open('X2', 'B1', ['2026-11']);
    await confirm('X1');
    await confirm('X2');
  });

  it('repays one recovery', async () => {
    await repay('X1', 'H1');
    await expect(repay('X2', 'H1')).rejects.toMatchObject({ code: 'RECEIPT_NUMBER_TAKEN' });
    await repay('X1', 'H1');
    const repayments = await Promise.all(['X1', 'X2'].map(view));
    expect(repayments.map((one) => one.repayments.length)).toEqual([1, 0]);
  });

  it('repays one of two that are told of it at once', async () => {
    const results = await Promise.allSettled(['X1', 'X2'].map((no) => repay(no, 'H2')));
    expect(codesOf(results)).toEqual(['RECEIPT_NUMBER_TAKEN']);
    const repayments = await Promise.all(['X1', 'X2'].map(view));
    const told = repayments.flatMap((one) => one.repayments.map(({ receiptNo }) => receiptNo));
    expect(told.filter((receiptNo) => receiptNo === 'H2')).toEqual(['H2']);
  });

  it('is not kept for a recovery that it is too much for', async () => {
    const all = monthlyFen + 1n;
    await expect(repay('X1', 'H3', all)).rejects.toMatchObject({ code: 'RECOVERY_EXCEEDED' });
    const stream = repaymentStream(pool, 'H4');
    const kept = { recoveryNo: 'X1', receiptNo: 'H4', amountFen: fen(all), on: day(on) };
    await run('repayment', stream, { type: 'ReserveRepayment', ...kept });
    await repay('X2', 'H3');
    await repay('X2', 'H4');
    await expect(repay('X1', 'H4')).rejects.toMatchObject({ code: 'RECEIPT_NUMBER_TAKEN' });
  });

  it('waits for the recovery that it was kept for when that was cut off', async () => {
    const kept = { recoveryNo: 'X1', receiptNo: 'H5', amountFen: fen(100n), on: day(on) };
    await run('repayment', repaymentStream(pool, 'H5'), { type: 'ReserveRepayment', ...kept });
    await expect(repay('X2', 'H5')).rejects.toMatchObject({ code: 'RECEIPT_NUMBER_TAKEN' });
    await repay('X1', 'H5');
  });
});
