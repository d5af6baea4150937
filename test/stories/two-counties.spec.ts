import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openTestServer, pool, type TestServer } from '#test/api/server.js';
import { County } from './county.js';
import { Api, residentId, type Answer, type Body } from './desk.js';
import * as monthly from './month.js';

const races = 20;
const opening =
  'claim,person,awardedMonths,drawnMonths,firstMonth,monthlyFen,office,' +
  'bankCode,account,holder';

/** S6: one person goes to two counties; the first is heard, and neither is told of the other. */
describe('one person in two counties', () => {
  let server: TestServer;
  let api: Api;
  let x: County;
  let y: County;

  beforeAll(async () => {
    server = await openTestServer();
    api = new Api(server.url);
    await monthly.day(api, '2026-09-01');
    x = await County.open(api, '440103', pool);
    y = await County.open(api, '440106', pool);
  });

  afterAll(() => server.close());

  /** Enrols under a county's own number and files there, as a counter does in one go. */
  async function atTheCounter(county: County, at: number, id: string): Promise<Answer> {
    const intake = county.desk('intake');
    const person = `P${county.code}${at}`;
    const name = `persons-${person}.csv`;
    const rows = ['number,id,name,household,enrolledOn', `${person},${id},张三,urban,2020-01-01`];
    const report = await intake.file('/imports/persons', name, rows);
    const { refused } = report.body['outcome'] as { refused: readonly unknown[] };
    if (report.body['status'] !== 'taken' || refused.length > 0) return report;
    return file(county, person, `C${county.code}${at}`);
  }

  function file(county: County, personRef: string, claimNo: string): Promise<Answer> {
    const account = { bankCode: '102581000001', account: `62220000${claimNo}`, holder: '张三' };
    const body = { claimNo, personRef, office: county.code, filedOn: '2026-09-01', account };
    return county.desk('intake').ask('POST', '/claims', body);
  }

  async function statusOf(county: County, claimNo: string): Promise<Body> {
    return county.desk('intake').read(`/claims/${claimNo}`);
  }

  async function settle(): Promise<void> {
    const desk = x.desk('intake');
    const { head } = await (await api.demo('auditor')).read('/events?limit=1');
    await desk.settled(String(head));
  }

  it('is enrolled by one, with 18 digits or with 15, and the other is given a code', async () => {
    for (let at = 0; at < races; at += 1) {
      const { id18, id15 } = residentId(at);
      const both = await Promise.all([
        atTheCounter(x, at, at % 2 === 0 ? id18 : id15),
        atTheCounter(y, at, at % 2 === 0 ? id15 : id18),
      ]);
      await settle();
      const filed = both.filter(({ body }) => Array.isArray(body['events']));
      expect([at, filed.length]).toEqual([at, 1]);
      const [won, other] = both[0] === filed[0] ? [x, both[1]] : [y, both[0]];
      expect(await statusOf(won, `C${won.code}${at}`)).toMatchObject({ status: 'accepted' });
      expect(codesOf(other)).toContainEqual(expect.stringMatching(/^(id-taken|ID_TAKEN)$/));
      expect(other.text).not.toContain(won.code);
    }
  });

  it('has one claim accepted when both file under one number in the same second', async () => {
    const header = 'number,id,name,household,enrolledOn';
    const rows = Array.from({ length: races }, (_, at) => at + 100).map(
      (at) => `S${at},${residentId(at).id18},李四,urban,2020-01-01`,
    );
    await x.desk('intake').takes('persons', 'shared.csv', [header, ...rows]);
    for (let at = 100; at < 100 + races; at += 1) {
      const claims = [`X-${at}`, `Y-${at}`] as const;
      const answers = await Promise.all([
        file(x, `S${at}`, claims[0]),
        file(y, `S${at}`, claims[1]),
      ]);
      expect(answers.map(({ status }) => status)).toEqual([200, 200]);
      await settle();
      const [ofX, ofY] = await Promise.all([statusOf(x, claims[0]), statusOf(y, claims[1])]);
      const statuses = [ofX['status'], ofY['status']].sort();
      expect([at, ...statuses]).toEqual([at, 'accepted', 'turned-away']);
      const [lost, winner] = ofX['status'] === 'accepted' ? [ofY, x] : [ofX, y];
      expect(lost['code']).toBe('OPEN_CLAIM_OR_AWARD');
      expect(JSON.stringify(lost)).not.toContain(winner.code);
      expect(JSON.stringify(lost)).not.toContain(winner === x ? claims[0] : claims[1]);
    }
  });

  it('cannot look into the other county', async () => {
    const claim = await y.desk('reviewer').get('/claims/X-100');
    expect([claim.status, claim.body['code']]).toEqual([404, 'CLAIM_UNKNOWN']);
    const person = await y.desk('reviewer').get('/persons/S100');
    expect([person.status, person.body['code']]).toEqual([404, 'PERSON_UNKNOWN']);
    const found = await y.desk('intake').ask('POST', '/persons/search', {
      idNumber: residentId(100).id15,
    });
    expect(found.body).toEqual({ rows: [] });
  });

  /** A row problem, a refused row, or a problem of its own. */
  function codesOf({ body }: Answer): readonly string[] {
    const problems = (body['problems'] ?? []) as readonly { reason: string }[];
    const outcome = (body['outcome'] ?? { refused: [] }) as {
      refused: readonly { code: string }[];
    };
    return [
      ...problems.map(({ reason }) => reason),
      ...outcome.refused.map(({ code }) => code),
      String(body['code']),
    ];
  }

  describe('when both counties had paid already', () => {
    const month = '2026-09';
    const later = '2026-10';
    const numbers = ['D1', 'D2'] as const;
    let closes: readonly Body[];

    const events = async (stream: string): Promise<readonly Body[]> => {
      const { rows } = await (await api.demo('auditor')).read(`/events?stream=${stream}`);
      return rows as readonly Body[];
    };
    const closed = async (county: County): Promise<Body> =>
      county.desk('reviewer').read(`/months/${county.code}/${month}/close`);

    beforeAll(async () => {
      for (const [at, county] of [x, y].entries()) await draw(county, at);
      await monthly.plan(api, pool, month, [x.code, y.code]);
      for (const [at, county] of [x, y].entries()) await payAndClose(county, numbers[at] ?? '');
      closes = [await closed(x), await closed(y)];
      await monthly.day(api, '2026-10-09');
    });

    async function draw(county: County, at: number): Promise<void> {
      const person = numbers[at];
      const { id18 } = residentId(900 + at, '19660304');
      const header = 'number,id,name,household,enrolledOn';
      const row = `${person},${id18},王五,urban,2010-01-01`;
      await monthly.openMonth(county, month);
      await county.desk('intake').takes('persons', `double-${at}.csv`, [header, row]);
      const bank = `102581000001,622200000000777${at},王五`;
      const award = `A${person},${person},12,3,2026-06,241200,${county.code},${bank}`;
      await monthly.bringIn(county, 'opening', [opening, award]);
    }

    async function payAndClose(county: County, person: string): Promise<void> {
      await monthly.roll(county, month);
      await monthly.verifyAll(county, month, [person]);
      const batch = await monthly.signedBatch(county, month);
      await monthly.send(county, batch);
      const { outgoing } = server.deps.app.bank;
      for (const receipt of await monthly.bankAnswers(outgoing, county, batch))
        await monthly.booked(county, await monthly.book(county, month, receipt));
      await monthly.close(county, month);
    }

    it('is merged by two people of the pool, and by nobody who sees one county only', async () => {
      const into = { into: numbers[1] };
      const path = `/persons/${numbers[0]}/merge`;
      const alone = await x.desk('approver').ask('POST', path, into);
      expect([alone.status, alone.body['code']]).toEqual([404, 'PERSON_UNKNOWN']);
      await (await api.demo('approver')).does('POST', path, into);
      await (await api.demo('reviewer')).does('PUT', path, into);
      const merged = await events(`person-${numbers[0]}`);
      const types = merged.map(({ type }) => type);
      expect(types.slice(-2)).toEqual(['PersonMergeProposed', 'PersonMerged']);
    });

    it('stops one award and leaves the other', async () => {
      const stopped = await x.desk('payroll').read(`/awards/A${numbers[0]}`);
      const kept = await y.desk('payroll').read(`/awards/A${numbers[1]}`);
      expect([stopped['status'], kept['status']]).toEqual(['stopped', 'open']);
    });

    it('opens a recovery of what was paid for the same month twice', async () => {
      const [opened] = await events(`recovery-merge-A${numbers[0]}`);
      expect(opened).toMatchObject({
        type: 'RecoveryOpened',
        data: { months: [month], amountFen: '241200', cause: 'duplicate' },
      });
    });

    it('leaves both closes as they were, byte for byte', async () => {
      expect([await closed(x), await closed(y)]).toEqual(closes);
      expect(closes.map(({ status }) => status)).toEqual(['closed', 'closed']);
    });

    it('lets nothing more fall due on the stopped award', async () => {
      const none = await x.desk('payroll').ask('POST', '/rolls', { office: x.code, month: later });
      expect([none.status, none.body['code']]).toEqual([422, 'ROLL_EMPTY']);
      await monthly.roll(y, later);
      expect(await y.desk('payroll').read(`/rolls/${y.code}-${later}-1`)).toMatchObject({
        lines: 1,
      });
    });
  });
});
