import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { contextOf } from '#application/context.js';
import { stored } from '#application/stored.js';
import type { AwardCommand } from '#domain/award/award.commands.js';
import { awardStream } from '#domain/award/award.js';
import { employerStream } from '#domain/employer/employer.js';
import { personStream } from '#domain/person/person.js';
import { day, month } from '#domain/values/calendar.js';
import { addFen, fen, subtractFen, type Fen } from '#domain/values/fen.js';
import { derivedId } from '#application/ids.js';
import {
  bankLine,
  bringAward,
  dueCommand,
  instructCommand,
  monthlyFen,
} from '#test/domain/award-samples.js';
import { signer } from '#test/signers.js';
import { residentId } from '#test/stories/desk.js';
import { openTestServer, pool, type Asking, type TestServer } from './server.js';

let server: TestServer;

beforeAll(async () => {
  server = await openTestServer();
  await take('employers', [
    'number,creditCode,name,office,enrolledOn',
    `U1,91440103JG7LCMK1X7,某单位,${pool},2017-04-01`,
    `U2,91440106LB9CG8YN4E,另一单位,${pool},2017-04-01`,
  ]);
  await take('persons', [
    'number,id,name,household,enrolledOn',
    `P1,${residentId(0).id18},周九,urban,2020-01-01`,
  ]);
  await take('registrations', [
    'person,employer,endedOn,reason,registeredOn,certificate',
    'P1,U1,2026-08-20,LCL-40,2026-08-25,JY1',
  ]);
});

afterAll(() => server.close());

async function settle(): Promise<void> {
  const { app } = server.deps;
  await app.settled(await app.store.head());
}

async function take(kind: string, rows: readonly string[]): Promise<void> {
  const body = Buffer.from(`${rows.join('\n')}\n`);
  const headers = { 'x-file-name': `${kind}.csv` };
  await does(`imports/${kind}`, { method: 'POST', as: 'intake', body, headers });
}

async function does(path: string, asking: Asking): Promise<Readonly<Record<string, unknown>>> {
  const { status, body } = await server.ask(`/api/v1/${path}`, { method: 'PUT', ...asking });
  expect({ path, status, body }).toMatchObject({ status: 200 });
  await settle();
  return body;
}

async function codeOf(path: string, asking: Asking): Promise<unknown> {
  return (await server.ask(`/api/v1/${path}`, { method: 'PUT', ...asking })).body['code'];
}

describe('an employer', () => {
  const employer = (no: string) =>
    server.deps.app.transact.state(stored.employer, employerStream(no));

  it('has another credit code from a day on, never from a later one', async () => {
    const body = { creditCode: '91440106-lb9cg8yn4e', from: '2026-08-01' };
    await does('employers/U1/credit-code', { as: 'intake', body });
    expect(await employer('U1')).toMatchObject({ creditCode: '91440106LB9CG8YN4E' });
    const later = { ...body, creditCode: '91440103JG7LCMK1X7', from: '2026-12-01' };
    expect(await codeOf('employers/U1/credit-code', { as: 'intake', body: later })).toBe(
      'DAY_IN_FUTURE',
    );
  });

  it('is merged into one that goes on, by whoever approves', async () => {
    const body = { into: 'U2' };
    expect(await codeOf('employers/U1/merge', { as: 'intake', body })).toBe('DUTY_MISSING');
    const nobody = { as: 'approver', body: { into: 'U9' } } as const;
    expect(await codeOf('employers/U1/merge', nobody)).toBe('EMPLOYER_UNKNOWN');
    await does('employers/U1/merge', { as: 'approver', body });
    expect(await employer('U1')).toMatchObject({ status: 'merged', into: 'U2' });
    const circle = { as: 'approver', body: { into: 'U1' } } as const;
    expect(await codeOf('employers/U2/merge', circle)).toBe('EMPLOYER_CLOSED');
  });

  it('is closed on a day that has come', async () => {
    const later = { as: 'approver', body: { on: '2026-12-31' } } as const;
    expect(await codeOf('employers/U2/closure', later)).toBe('DAY_IN_FUTURE');
    await does('employers/U2/closure', { as: 'approver', body: { on: '2026-08-31' } });
    expect(await employer('U2')).toMatchObject({ status: 'closed', on: '2026-08-31' });
  });
});

describe('a registration as unemployed', () => {
  it('is withdrawn at the counter', async () => {
    await does('persons/P1/registration-withdrawal', { as: 'intake' });
    const { transact } = server.deps.app;
    expect(await transact.state(stored.person, personStream('P1'))).toMatchObject({
      registered: false,
    });
    const unknown = await codeOf('persons/P9/registration-withdrawal', { as: 'intake' });
    expect(unknown).toBe('PERSON_UNKNOWN');
  });
});

describe('money that was paid in excess', () => {
  const recoveryNo = 'R-1';
  const { awardNo, personRef } = bringAward;
  const asked = { months: ['2026-10'], amountFen: Number(monthlyFen) };
  const demand = { recoveryNo, awardNo, cause: 'hired in October', ...asked };
  const open = (body: object): Asking => ({ method: 'POST', as: 'payroll', body });

  beforeAll(async () => {
    const { transact } = server.deps.app;
    const paid: readonly AwardCommand[] = [
      { ...bringAward, office: pool, nextMonth: month('2026-10') },
      dueCommand('2026-10'),
      instructCommand('I-1', ['2026-10']),
      { type: 'BookPayment', ...bankLine('I-1', 1) },
    ];
    for (const [at, command] of paid.entries()) {
      const context = contextOf(signer('li'), derivedId('paid', at), day('2026-09-01'));
      await transact.run(stored.award, awardStream(awardNo), command, context);
    }
    await settle();
  });

  it('is asked back for months that were paid, and not for more', async () => {
    const unpaid = { ...demand, months: ['2026-11'] };
    const refused = await server.ask('/api/v1/recoveries', open(unpaid));
    expect(refused).toMatchObject({
      status: 422,
      body: { code: 'RECOVERY_MONTH_UNPAID', facts: { award: awardNo, month: '2026-11' } },
    });
    expect(refused.text).toMatch(/没有银行已付.+paid nothing for that month/);
    const more = { ...demand, amountFen: asked.amountFen + 1 };
    expect(await codeOf('recoveries', open(more))).toBe('FACT_IMPOSSIBLE');
    expect(await codeOf('recoveries', open({ ...demand, awardNo: 'A9' }))).toBe('AWARD_UNKNOWN');
    await does('recoveries', open(demand));
    const { body } = await server.ask(`/api/v1/recoveries/${recoveryNo}`, { as: 'auditor' });
    expect(body).toMatchObject({ ...asked, personRef, status: 'open', nextStep: 'approve' });
  });

  it('is owed once two more people have signed what they saw', async () => {
    const one = `recoveries/${recoveryNo}`;
    const repaid = { receiptNo: 'H1', amountFen: 100, receivedOn: '2026-09-01' };
    const early = { method: 'POST', as: 'accountant', body: repaid } as const;
    expect(await codeOf(`${one}/repayments`, early)).toBe('STEP_OUT_OF_ORDER');
    await does(`${one}/return`, { as: 'approver', body: { reason: 'half of it' } });
    await does('recoveries', open(demand));
    const stale = { as: 'approver', body: { ...asked, amountFen: 1 } } as const;
    expect(await codeOf(`${one}/approval`, stale)).toBe('SEEN_CHANGED');
    await does(`${one}/approval`, { as: 'approver', body: asked });
    await does(`${one}/review`, { as: 'reviewer', body: asked });
    const { body } = await server.ask(`/api/v1/${one}`, { as: 'auditor' });
    expect(body).toMatchObject({ status: 'confirmed', outstandingFen: asked.amountFen });
  });

  it('is settled when the last fen has come back, and no more is taken', async () => {
    const path = `recoveries/${recoveryNo}/repayments`;
    const repay = (receiptNo: string, amount: Fen, receivedOn = '2026-09-01'): Asking => {
      const body = { receiptNo, amountFen: Number(amount), receivedOn };
      return { method: 'POST', as: 'accountant', body };
    };
    const first = fen(100n);
    expect(await codeOf(path, repay('H1', first, '2026-12-01'))).toBe('DAY_IN_FUTURE');
    await does(path, repay('H1', first));
    const rest = subtractFen(monthlyFen, first);
    expect(await codeOf(path, repay('H2', addFen(rest, fen(1n))))).toBe('RECOVERY_EXCEEDED');
    await does(path, repay('H2', rest));
    const { body } = await server.ask(`/api/v1/recoveries/${recoveryNo}`, { as: 'auditor' });
    expect(body).toMatchObject({ status: 'settled', outstandingFen: 0 });
  });

  it('is asked back under one number', async () => {
    const again = await server.ask('/api/v1/recoveries', open({ ...demand, recoveryNo: 'R-2' }));
    expect(again).toMatchObject({ status: 409, body: { code: 'RECOVERY_MONTH_TAKEN' } });
  });

  it('is unknown where nobody asked for it', async () => {
    const unknown = await server.ask('/api/v1/recoveries/R-9', { as: 'auditor' });
    expect(unknown.body['code']).toBe('RECOVERY_UNKNOWN');
  });
});
