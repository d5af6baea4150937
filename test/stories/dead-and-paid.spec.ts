import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openTestServer, pool, type TestServer } from '#test/api/server.js';
import { County } from './county.js';
import { Api, residentId, type Body } from './desk.js';
import * as monthly from './month.js';

const office = '440103';
const [september, october, november] = ['2026-09', '2026-10', '2026-11'];
const numbers = ['P10', 'P11', 'P12'];
const [dead, widow] = ['P10', 'P90'];
const award = `A${dead}`;
const claimNo = 'FUNERAL-1';

/**
 * S4: died on 28 August; September and October were paid; the extract comes on 9 November.
 */
describe('dead, and paid two months', () => {
  let server: TestServer;
  let api: Api;
  let county: County;

  beforeAll(async () => {
    server = await openTestServer();
    api = new Api(server.url);
    await monthly.day(api, '2026-09-01');
    county = await County.open(api, office, pool);
    await monthly.openMonth(county, september);
    const drawing = { awarded: 6, drawn: 1, firstMonth: '2026-08' };
    await monthly.bringRecipients(county, { persons: numbers, from: 0, ...drawing });
    await pay(september);
    await pay(october);
  });

  afterAll(() => server.close());

  async function pay(month: string): Promise<void> {
    await monthly.day(api, `${month}-20`);
    await monthly.roll(county, month);
    await monthly.verifyAll(county, month, numbers);
    await monthly.plan(api, pool, month, [office]);
    const id = await monthly.signedBatch(county, month);
    await sendAndBook(month, id);
    await monthly.day(api, `${month}-30`);
    await monthly.close(county, month);
  }

  async function sendAndBook(month: string, id: string): Promise<void> {
    await monthly.send(county, id);
    const { outgoing } = server.deps.app.bank;
    for (const file of await monthly.bankAnswers(outgoing, county, id))
      await monthly.booked(county, await monthly.book(county, month, file));
  }

  const awardNow = (no = award): Promise<Body> => county.desk('payroll').read(`/awards/${no}`);

  async function code(answer: Promise<{ status: number; body: Body }>): Promise<unknown> {
    const { status, body } = await answer;
    return status < 300 ? 'done' : body['code'];
  }

  it('has paid September and October by then', async () => {
    expect(await awardNow()).toMatchObject({ monthsDrawn: 3, status: 'open', unpaid: [] });
    await monthly.day(api, '2026-11-05');
    await monthly.roll(county, november);
    expect(await awardNow()).toMatchObject({ monthsDrawn: 4 });
  });

  it('is held as the extract comes, and stopped from September by two more', async () => {
    await monthly.day(api, '2026-11-09');
    const row = `民政局,${residentId(0).id18},died,2026-08-28`;
    const columns = 'source,id,event,happenedOn';
    await county.desk('intake').takes('extracts', 'deaths.csv', [columns, row]);
    const held = await awardNow();
    expect(held['unpaid']).toMatchObject([{ month: november, reason: 'verification-hold' }]);
    const verification = `/verification/${office}/${november}`;
    const { proposals } = await county.desk('approver').read(verification);
    const [proposal] = proposals as readonly Body[];
    expect(proposal).toMatchObject({ event: 'died', fromMonth: september, mayResume: false });
    const signed = { proposalId: proposal?.['proposalId'], root: proposal?.['root'] };
    const path = `${verification}/proposals`;
    await county.desk('approver').does('PUT', `${path}/approval`, signed);
    await county.desk('reviewer').does('PUT', `${path}/review`, signed);
    expect(await awardNow()).toMatchObject({ status: 'stopped', monthsDrawn: 3, unpaid: [] });
  });

  const claim = {
    ...{ claimNo, personRef: dead, office, filedOn: '2026-11-12', kind: 'funeral-and-survivors' },
    payee: { kind: 'survivor', ref: widow, relation: '配偶' },
    account: { bankCode: '102581000001', account: '62220000777777', holder: '钱七' },
    benefit: { awardNo: award, on: '2026-08-28', averageWageFen: 1_000_000 },
  };

  it('leaves a claim to a survivor, who is a person of the register', async () => {
    await monthly.day(api, '2026-11-12');
    const intake = county.desk('intake');
    expect(await code(intake.ask('POST', '/claims', claim))).toBe('PERSON_UNKNOWN');
    const person = `${widow},${residentId(90).id18},钱七,urban,2026-11-12`;
    await intake.takes('persons', 'widow.csv', ['number,id,name,household,enrolledOn', person]);
    const { payee: _payee, ...unpaid } = claim;
    expect(await code(intake.ask('POST', '/claims', unpaid))).toBe('PAYEE_NOT_ALLOWED');
    await intake.does('POST', '/claims', claim);
    const again = { ...claim, claimNo: 'FUNERAL-2' };
    await intake.does('POST', '/claims', again);
    expect(await intake.read('/claims/FUNERAL-2')).toMatchObject({
      ...{ status: 'turned-away', code: 'BENEFIT_ALREADY_CLAIMED' },
    });
  });

  it('is decided by four, each over the same calculation', async () => {
    const { approver, reviewer } = monthly.signersOf(county);
    const { finding, digest } = await approver.read(`/claims/${claimNo}/calculation`);
    expect(finding).toMatchObject({
      outcome: 'grant',
      calculation: { months: 1, amountFen: 9_000_000, amountYuan: '90000.00' },
    });
    await approver.does('PUT', `/claims/${claimNo}/approval`, { outcome: 'grant', digest });
    await reviewer.does('PUT', `/claims/${claimNo}/review`);
    expect(await reviewer.read(`/claims/${claimNo}`)).toMatchObject({
      ...{ status: 'reviewed', level: 'raised', nextStep: 'authorise' },
    });
    const authoriser = (await api.demo('authoriser')).acting({ 'x-office': office });
    await authoriser.does('PUT', `/claims/${claimNo}/authorisation`);
    expect(await awardNow(claimNo)).toMatchObject({
      ...{ item: 'funeral-and-survivors', personRef: dead, monthsAwarded: 1, monthsDrawn: 0 },
      payee: { kind: 'survivor', ref: widow },
    });
    expect(await county.desk('intake').read(`/persons/${dead}`)).toMatchObject({
      ...{ openAward: null, openClaim: null },
    });
  });

  it('is paid to the survivor in an ordinary batch, without a sign-in', async () => {
    const body = { office, month: november, no: 2 };
    await county.desk('payroll').does('POST', '/rolls', body);
    await monthly.signBoth(monthly.signersOf(county), `/rolls/${office}-${november}-2`);
    await monthly.verifyAll(county, november, numbers.slice(1));
    await monthly.plan(api, pool, november, [office]);
    const id = await monthly.signedBatch(county, november);
    const lines = await county.desk('payroll').read(`/batches/${id}/lines?limit=100`);
    expect(lines['rows']).toHaveLength(3);
    await sendAndBook(november, id);
    expect(await awardNow(claimNo)).toMatchObject({ monthsDrawn: 1, unpaid: [] });
    await monthly.day(api, '2026-11-30');
    await monthly.close(county, november);
    const { items } = await county.desk('reconciler').read(`/months/sheet?month=${november}`);
    expect(items).toMatchObject({
      'funeral-and-survivors': { due: { lines: 1, amountFen: 9_000_000 }, paid: { lines: 1 } },
      benefit: { due: { lines: 3 }, decreases: { lines: 1 }, paid: { lines: 2 } },
    });
  });
});
