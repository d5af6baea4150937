import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { pool } from '#test/api/server.js';
import { employ, openAccount } from '#test/stories/county.js';
import type { Answer, Body, Desk } from '#test/stories/desk.js';
import * as monthly from '#test/stories/month.js';
import { BadInput, code, month, persons } from './office.js';

const rollPath = `/rolls/${code}-${month}-1`;
const batch = `${code}-${month}-1`;

/** In the order of a month, as each thing can be tried only where it could have been done. */
describe('what must not be done with money', () => {
  let bad: BadInput;
  let both: Desk;
  let secondDoor: Desk;
  let receipts: readonly Readonly<{ name: string; bytes: Buffer }>[];

  beforeAll(async () => {
    bad = await BadInput.open();
    const { api } = bad;
    both = await employ(api, { actorId: 'both', office: code, no: 8 }, ['approver', 'reviewer']);
    secondDoor = await openAccount(api, 'both', 'another-door');
  }, 120_000);

  afterAll(() => bad.server.close());

  const asking = (desk: Desk, method: string, path: string, body?: unknown) => {
    return (language: string): Promise<Answer> =>
      desk.acting({ 'accept-language': language }).ask(method, path, body);
  };

  it('is an allotment that is negative or not whole fen', async () => {
    const { api } = bad;
    const accountant = await api.demo('accountant');
    const plan = (fractional: number) => ({
      ...{ pool, month, no: 9 },
      allotments: [{ office: code, amountFen: fractional }],
    });
    await bad.refuses(asking(accountant, 'POST', '/plans', plan(100.5)), {
      ...{ status: 400, code: 'BODY_INVALID', facts: { fields: 'allotments.0.amountFen' } },
    });
    await bad.refuses(asking(accountant, 'POST', '/plans', plan(-100)), {
      ...{ status: 422, code: 'AMOUNT_NEGATIVE' },
    });
  });

  it('is a second claim beside an award, which is turned away with its code', async () => {
    const intake = bad.county.desk('intake');
    const account = { bankCode: '102581000001', account: '6222000099987', holder: '周九' };
    const claim = { claimNo: 'SECOND-1', personRef: 'P1', office: code, filedOn: '2026-10-08' };
    await intake.does('POST', '/claims', { ...claim, account });
    expect(await intake.read('/claims/SECOND-1')).toMatchObject({
      ...{ status: 'turned-away', code: 'OPEN_CLAIM_OR_AWARD' },
    });
  });

  it('is a second claim beside an open one', async () => {
    const intake = bad.county.desk('intake');
    const account = { bankCode: '102581000001', account: '6222000099986', holder: '周九' };
    for (const claimNo of ['OPEN-1', 'OPEN-2']) {
      const claim = { claimNo, personRef: 'P4', office: code, filedOn: '2026-10-08', account };
      await intake.does('POST', '/claims', claim);
    }
    expect(await intake.read('/claims/OPEN-1')).toMatchObject({ status: 'accepted' });
    expect(await intake.read('/claims/OPEN-2')).toMatchObject({
      ...{ status: 'turned-away', code: 'OPEN_CLAIM_OR_AWARD' },
    });
  });

  it('is a claim for somebody whom nobody knows', async () => {
    const account = { bankCode: '102581000001', account: '6222000099985', holder: '周九' };
    const claim = { claimNo: 'NOBODY-1', personRef: 'P99', office: code, filedOn: '2026-10-08' };
    const desk = bad.county.desk('intake');
    await bad.refuses(asking(desk, 'POST', '/claims', { ...claim, account }), {
      ...{ status: 404, code: 'PERSON_UNKNOWN' },
    });
  });

  it('is a signature under a root, a count or a total that is another by now', async () => {
    await bad.county.desk('payroll').does('POST', '/rolls', { office: code, month });
    const approver = bad.county.desk('approver');
    const { seen } = (await monthly.seenOf(approver, rollPath)) as { seen: Body };
    const stale: readonly Body[] = [
      { ...seen, root: `${String(seen['root']).slice(0, -1)}x` },
      { ...seen, lines: Number(seen['lines']) + 1 },
      { ...seen, amountFen: Number(seen['amountFen']) - 1 },
    ];
    for (const other of stale) {
      await bad.refuses(asking(approver, 'PUT', `${rollPath}/approval`, { seen: other }), {
        ...{ status: 409, code: 'SEEN_CHANGED' },
      });
    }
  });

  it('is a second signature of one person, from a second account too', async () => {
    const seen = await monthly.seenOf(both, rollPath);
    await both.does('PUT', `${rollPath}/approval`, seen);
    for (const desk of [both, secondDoor]) {
      await bad.refuses(asking(desk, 'PUT', `${rollPath}/review`, seen), {
        ...{ status: 409, code: 'SIGNER_ALREADY_IN_CHAIN' },
      });
    }
    await bad.county.desk('reviewer').does('PUT', `${rollPath}/review`, seen);
  });

  it('is a signature out of its order, or without its duty', async () => {
    const cashier = bad.county.desk('cashier');
    const seen = await monthly.seenOf(cashier, rollPath);
    await bad.refuses(asking(cashier, 'PUT', `${rollPath}/review`, seen), {
      ...{ status: 403, code: 'DUTY_MISSING' },
    });
  });

  it('is a receipt that is cut, or whose totals are not its lines', async () => {
    await pay();
    const [file] = receipts;
    const accountant = bad.county.desk('accountant');
    const send =
      (bytes: Buffer) =>
      (language: string): Promise<Answer> =>
        accountant
          .acting({ 'accept-language': language })
          .file(`/receipts/${code}/${month}`, 'receipt.txt', bytes);
    const bytes = file?.bytes ?? Buffer.alloc(0);
    const cut = bytes.subarray(0, Math.floor(bytes.length * 0.7));
    await bad.refuses(send(cut), { status: 422, code: 'RECEIPT_CUT' });
    const other = Buffer.from(bytes.toString('latin1').replace('2412.00', '2412.01'), 'latin1');
    await bad.refuses(send(other), { status: 422, code: 'RECEIPT_CUT' });
    const empty = { status: 422, code: 'FILE_EMPTY' };
    await bad.refuses(send(Buffer.alloc(0)), empty);
  });

  it('lets a merely odd line wait in suspense, and books the others', async () => {
    const [file] = receipts;
    if (file === undefined) throw new Error('the bank gave no receipt');
    const answer = await monthly.booked(bad.county, await monthly.book(bad.county, month, file));
    expect(answer).toMatchObject({ paid: 3, failed: 0, returned: 0, suspense: 1 });
  });

  it('is a receipt that was booked already', async () => {
    const [file] = receipts;
    const again = (language: string): Promise<Answer> =>
      bad.county
        .desk('accountant')
        .acting({ 'accept-language': language })
        .file(`/receipts/${code}/${month}`, file?.name ?? '', file?.bytes ?? Buffer.alloc(0));
    await bad.refuses(again, { status: 409, code: 'RECEIPT_BOOKED' });
  });

  it('is anything in a month that is closed', async () => {
    await monthly.day(bad.api, '2026-10-31');
    await monthly.close(bad.county, month);
    const [, late] = receipts;
    const book = (language: string): Promise<Answer> =>
      bad.county
        .desk('accountant')
        .acting({ 'accept-language': language })
        .file(`/receipts/${code}/${month}`, late?.name ?? '', late?.bytes ?? Buffer.alloc(0));
    await bad.refuses(book, { status: 409, code: 'MONTH_CLOSED' });
    if (late === undefined) throw new Error('the bank gave no second receipt');
    const taken = await monthly.booked(bad.county, await monthly.book(bad.county, '2026-11', late));
    expect(taken).toMatchObject({ returned: 1, suspense: 0 });
  });

  async function pay(): Promise<void> {
    const { county, api, server } = bad;
    await monthly.verifyAll(county, month, persons);
    await monthly.plan(api, pool, month, [code]);
    await monthly.signedBatch(county, month);
    await monthly.send(county, batch);
    receipts = await monthly.bankAnswers(server.deps.app.bank.outgoing, county, batch, ({ seq }) =>
      seq === 1 ? { unknownAfter: true, returnedOn: '2026-10-30' } : {},
    );
  }
});
