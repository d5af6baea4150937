import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { batchLayoutOf, decodeBatchFile } from '#banking/batch-file.js';
import { openTestServer, pool, type TestServer } from '#test/api/server.js';
import { County } from './county.js';
import { Api, type Body } from './desk.js';
import * as monthly from './month.js';

const recipients = 1_000;
const office = '440103';
const [october, november] = ['2026-10', '2026-11'];
const numbers = Array.from({ length: recipients }, (_, at) => `P${10_000 + at}`);
const hired = numbers[499] ?? '';
const award = `A${hired}`;
const batch = `${office}-${november}-1`;

/**
 * S2: hired on 16 October; October was paid on the 20th; the new employer's declaration comes on
 * 8 November, when November's batch is signed and not sent.
 */
describe('a job in mid-month', () => {
  let server: TestServer;
  let api: Api;
  let county: County;

  beforeAll(async () => {
    server = await openTestServer();
    api = new Api(server.url);
    await monthly.day(api, '2026-10-01');
    county = await County.open(api, office, pool);
    await goLive();
    await payOctober();
    await signNovember();
  });

  afterAll(() => server.close());

  async function goLive(): Promise<void> {
    const intake = county.desk('intake');
    await monthly.openMonth(county, october);
    await intake.takes('employers', 'employers.csv', [
      'number,creditCode,name,office,enrolledOn',
      `U00001,91440103JG7LCMK1X7,新单位,${office},2017-04-01`,
    ]);
    const drawing = { awarded: 6, drawn: 1, firstMonth: '2026-09' };
    await monthly.bringRecipients(county, { persons: numbers, from: 0, ...drawing });
  }

  async function instructed(month: string): Promise<void> {
    await monthly.roll(county, month);
    await monthly.verifyAll(county, month, numbers);
    await monthly.plan(api, pool, month, [office]);
    await monthly.signedBatch(county, month);
  }

  async function payOctober(): Promise<void> {
    await monthly.day(api, '2026-10-20');
    await instructed(october);
    await monthly.send(county, `${office}-${october}-1`);
    await bookAll(october, `${office}-${october}-1`);
    await monthly.day(api, '2026-10-31');
    await monthly.close(county, october);
  }

  async function signNovember(): Promise<void> {
    await monthly.day(api, '2026-11-07');
    await instructed(november);
    await monthly.day(api, '2026-11-08');
  }

  async function bookAll(month: string, id: string): Promise<void> {
    for (const file of await monthly.bankAnswers(server.deps.app.bank.outgoing, county, id))
      await monthly.booked(county, await monthly.book(county, month, file));
  }

  const awardNow = (): Promise<Body> => county.desk('payroll').read(`/awards/${award}`);

  async function proposal(): Promise<Body> {
    const found = await county.desk('approver').read(`/verification/${office}/${november}`);
    const rows = found['proposals'] as readonly Body[];
    expect(rows).toHaveLength(1);
    return rows[0] ?? {};
  }

  it('has drawn two of six months, and a third is on its way', async () => {
    expect(await awardNow()).toMatchObject({ monthsAwarded: 6, monthsDrawn: 3, status: 'open' });
    const { unpaid } = await awardNow();
    expect(unpaid).toMatchObject([{ month: november, reason: 'in-transit' }]);
  });

  it('is held by the declaration in the same import, with the law of its proposal', async () => {
    const row = `${october},U00001,${hired},1044000,1044000,5220,5220`;
    const columns = 'month,employer,person,wageFen,baseFen,employerFen,employeeFen';
    const report = await county.desk('intake').takes('declarations', 'october.csv', [columns, row]);
    expect(report).toMatchObject({ good: 1 });
    const streams = `/events?stream=award-${award}&type=AwardHeld`;
    const { rows } = await (await api.demo('auditor')).read(streams);
    expect(rows).toMatchObject([{ data: { reason: 'hit-hold' }, metadata: { day: '2026-11-08' } }]);
    expect(await proposal()).toMatchObject({
      ...{ awardNo: award, event: 're-employed', source: 'own-ledger', effect: 'stop' },
      clause: expect.stringContaining('条'),
    });
  });

  it('keeps the month of hiring, exactly as the law is asked', async () => {
    const ask = {
      ...{ question: 'stop-rule', jurisdiction: pool, on: '2026-10-31', event: 're-employed' },
      ...{ month: october, awardedMonths: 6, paidMonths: 2 },
    };
    const { body } = await county.desk('approver').ask('POST', '/calculations', ask);
    expect(body).toMatchObject({
      ...{ effect: 'stop', from: november, lastBenefitMonth: october },
      ...{ remainingMonths: 4, mayResume: true },
      warnings: expect.arrayContaining([
        expect.objectContaining({ code: expect.stringContaining('stop-month') }),
      ]),
    });
    const { fromMonth, lastMonth, mayResume, clause } = await proposal();
    expect({ from: fromMonth, lastBenefitMonth: lastMonth, mayResume }).toEqual({
      from: body['from'],
      lastBenefitMonth: body['lastBenefitMonth'],
      mayResume: body['mayResume'],
    });
    for (const { document, article } of body['basis'] as readonly Body[])
      expect(clause).toContain(`${String(document)} ${String(article)}`.trim());
  });

  it('has its one line stopped by two people, and not by one', async () => {
    const lines = await county.desk('payroll').read(`/batches/${batch}/lines?limit=5000`);
    const mine = (lines['rows'] as readonly Body[]).find(({ award: no }) => no === award);
    const stop = { instructionId: mine?.['instruction'], reason: '已就业' };
    const path = `/batches/${batch}/stops`;
    await county.desk('payroll').does('POST', path, stop);
    const alone = await county.desk('payroll').ask('PUT', path, stop);
    expect([alone.status, alone.body['code']]).toEqual([409, 'SIGNER_ALREADY_IN_CHAIN']);
    await county.desk('approver').does('PUT', path, stop);
    expect(await county.desk('payroll').read(`/batches/${batch}`)).toMatchObject({
      excludedLines: 1,
    });
  });

  it('lets the other 999 go, and pays them', async () => {
    await monthly.send(county, batch);
    const { fileName } = await county.desk('cashier').read(`/batches/${batch}`);
    const bytes = await readFile(join(server.deps.app.bank.outgoing, String(fileName)));
    const { lines } = decodeBatchFile(batchLayoutOf(bytes), bytes);
    expect(lines).toHaveLength(recipients - 1);
    await bookAll(november, batch);
    expect(await county.desk('payroll').read(`/batches/${batch}`)).toMatchObject({
      ...{ status: 'settled', paid: recipients - 1, failed: 0, suspense: 0 },
    });
    expect(await awardNow()).toMatchObject({
      unpaid: [{ month: november, reason: 'verification-hold' }],
    });
  });

  it('ends when two more people sign, with four months left', async () => {
    const { proposalId, root } = await proposal();
    const path = `/verification/${office}/${november}/proposals`;
    await county.desk('approver').does('PUT', `${path}/approval`, { proposalId, root });
    await county.desk('reviewer').does('PUT', `${path}/review`, { proposalId, root });
    expect(await awardNow()).toMatchObject({
      ...{ status: 'stopped', monthsAwarded: 6, monthsDrawn: 2, unpaid: [] },
    });
    const person = await county.desk('intake').read(`/persons/${hired}`);
    expect(person).toMatchObject({ leftoverMonths: 4 });
  });

  it('can be resumed at the next unemployment', async () => {
    await monthly.day(api, '2026-11-25');
    const intake = county.desk('intake');
    await intake.takes('registrations', 'again.csv', [
      'person,employer,endedOn,reason,registeredOn,certificate',
      `${hired},U00001,2026-11-20,LCL-40,2026-11-23,4401000000000001`,
    ]);
    const account = { bankCode: '102581000001', account: '62220000999999', holder: '赵六' };
    const filedOn = '2026-11-25';
    const claim = { claimNo: 'AGAIN-1', personRef: hired, office, filedOn, account };
    await intake.does('POST', '/claims', claim);
    const { finding } = await county.desk('approver').read('/claims/AGAIN-1/calculation');
    expect(finding).toMatchObject({ outcome: 'grant', calculation: { months: 4 } });
    const resumption = { awardNo: award, effect: 'resume', from: '2026-12', clause: '第十五条' };
    const path = `/verification/${office}/${november}/proposals`;
    const both = await county.desk('payroll').ask('POST', path, resumption);
    expect([both.status, both.body['code']]).toEqual([409, 'OPEN_CLAIM_OR_AWARD']);
  });

  it('closes November with the stopped line as a decrease', async () => {
    await monthly.day(api, '2026-11-30');
    await monthly.close(county, november);
    const { items } = await county.desk('reconciler').read(`/months/sheet?month=${november}`);
    const benefit = (items as Readonly<Record<string, Body>>)['benefit'];
    expect(benefit).toMatchObject({
      due: { lines: recipients },
      decreases: { lines: 1 },
      paid: { lines: recipients - 1 },
      closing: { lines: 0 },
    });
  });
});
