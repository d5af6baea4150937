import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { pool } from '#test/api/server.js';
import { openTestDatabase, type TestDatabase } from '#test/database.js';
import { County, employ, openAccount } from './county.js';
import { Api, type Body } from './desk.js';
import * as monthly from './month.js';
import { ServerProcess } from './server-process.js';

const month = '2026-10';
const crashAt = 'submission:renamed';
const retried = '0d3c9f0e-5f0e-4a51-9a3b-6f2f3f1b8a01';

/** S11: the process is killed between the rename into the bank's folder and the record of it. */
describe('a crash on pay day', () => {
  let database: TestDatabase;
  let server: ServerProcess;
  let api: Api;
  let found: County;
  let lost: County;

  beforeAll(async () => {
    database = await openTestDatabase();
    server = new ServerProcess(database, await mkdtemp(join(tmpdir(), 'yuejie-pay-day-')));
    api = new Api(await server.start(crashAt));
    await monthly.day(api, '2026-10-20');
    found = await County.runByPool(api, '440103', pool);
    lost = await County.runByPool(api, '440106', pool);
    for (const [at, county] of [found, lost].entries()) await untilPayDay(county, at);
  });

  afterAll(async () => {
    await server.stop();
    await database.close();
    await rm(server.folder, { recursive: true, force: true });
  });

  async function untilPayDay(county: County, at: number): Promise<void> {
    const persons = [1, 2, 3].map((no) => `P${county.code}${no}`);
    await monthly.openMonth(county, month);
    const drawing = { awarded: 12, drawn: 3, firstMonth: '2026-07' };
    await monthly.bringRecipients(county, { persons, from: 10 * at, ...drawing });
    await monthly.roll(county, month);
    await monthly.verifyAll(county, month, persons);
    if (at === 0) await monthly.plan(api, pool, month, ['440103', '440106']);
    const id = await monthly.signedBatch(county, month);
    await county.desk('cashier').does('PUT', `/batches/${id}/file`);
  }

  const idOf = (county: County): string => `${county.code}-${month}-1`;

  /** Presses "send", whereupon the server dies; answers nothing, as the line is cut. */
  async function sendAndDie(county: County, commandId: string): Promise<void> {
    const path = `/batches/${idOf(county)}/submission`;
    const cut = county.desk('cashier').ask('PUT', path, undefined, { commandId });
    await expect(cut).rejects.toThrow(/fetch failed|terminated/);
    expect(await server.ended()).toBe('SIGKILL');
  }

  /** What stands in the batch's stream of its submissions, straight from the database. */
  async function submissions(county: County): Promise<readonly string[]> {
    const { rows } = await database.owner.query<{ type: string; actor: string }>(
      `select type, metadata::json ->> 'actor' as actor from events
       where stream = $1 and type ~ 'Submission|Sent$|Resend' order by revision`,
      [`batch-${idOf(county)}`],
    );
    return rows.map(({ type, actor }) =>
      actor.startsWith('system:') ? `${type} by itself` : type,
    );
  }

  async function recovered(county: County): Promise<Body> {
    for (;;) {
      const batch = await county.desk('cashier').read(`/batches/${idOf(county)}`);
      if (batch['sendingStatus'] !== 'unknown') return batch;
      await pause(50);
    }
  }

  async function paidInstructions(county: County): Promise<number> {
    const { rows } = await database.owner.query<{ paid: number }>(
      `select count(*)::int as paid from events
       where type = 'PaymentBooked' and stream like $1`,
      [`award-AP${county.code}%`],
    );
    return rows[0]?.paid ?? 0;
  }

  async function bookAnswer(county: County): Promise<void> {
    const files = await monthly.bankAnswers(server.outgoing, county, idOf(county));
    for (const file of files) await monthly.booked(county, await monthly.book(county, month, file));
  }

  describe('with the file in the folder', () => {
    let arrived: bigint;

    it('leaves the submission unknown', async () => {
      await sendAndDie(found, retried);
      expect(await submissions(found)).toEqual(['SubmissionStarted']);
      const [name = ''] = await readdir(server.outgoing);
      arrived = (await stat(join(server.outgoing, name), { bigint: true })).ino;
    });

    it('finds it at the restart, and sends nothing', async () => {
      api.url = await server.start();
      expect(await recovered(found)).toMatchObject({ sendingStatus: 'sent', attempt: 1 });
      expect(await submissions(found)).toEqual(['SubmissionStarted', 'BatchSent by itself']);
    });

    it('answers the retried button with what happened, and still sends nothing', async () => {
      const path = `/batches/${idOf(found)}/submission`;
      const cashier = found.desk('cashier');
      const again = await cashier.ask('PUT', path, undefined, { commandId: retried });
      expect(again.body).toMatchObject({ events: ['SubmissionStarted'], repeated: true });
      const anew = await cashier.ask('PUT', path);
      expect([anew.status, anew.body['code']]).toEqual([409, 'BATCH_ALREADY_SENT']);
      const names = await readdir(server.outgoing);
      expect(names).toHaveLength(1);
      const { ino } = await stat(join(server.outgoing, names[0] ?? ''), { bigint: true });
      expect(ino).toBe(arrived);
      expect(await submissions(found)).toHaveLength(2);
    });

    it('pays each line once', async () => {
      await bookAnswer(found);
      expect(await paidInstructions(found)).toBe(3);
    });
  });

  describe('with the file gone from the folder', () => {
    const path = (): string => `/batches/${idOf(lost)}`;
    const reason = { reason: '银行未收到' };

    it('stays unknown: that a folder is empty does not say that nothing came', async () => {
      await server.stop();
      api.url = await server.start(crashAt);
      await sendAndDie(lost, '0d3c9f0e-5f0e-4a51-9a3b-6f2f3f1b8a02');
      const { fileName } = await fileOf(lost);
      await rm(join(server.outgoing, fileName));
      api.url = await server.start();
      const cashier = lost.desk('cashier');
      const asked = await cashier.ask('POST', `${path()}/queries`);
      expect([asked.status, asked.body['code']]).toEqual([409, 'BATCH_STATE_UNKNOWN']);
      const early = await cashier.ask('POST', `${path()}/resends`, reason);
      expect([early.status, early.body['code']]).toEqual([409, 'BATCH_RESEND_NOT_ALLOWED']);
      expect(await readdir(server.outgoing)).not.toContain(fileName);
      expect(await submissions(lost)).toEqual(['SubmissionStarted']);
    });

    it('is "not found" when the cashier states what the bank answered', async () => {
      const statement = '银行答复：没有收到该文件';
      await lost.desk('cashier').does('POST', `${path()}/queries`, { statement });
      const batch = await lost.desk('cashier').read(path());
      expect(batch).toMatchObject({ sendingStatus: 'not-found' });
    });

    it('is not sent again by one person, whatever account and duty he comes with', async () => {
      const who = { actorId: 'both', office: lost.code, no: 1 };
      const cashier = await employ(api, who, ['cashier', 'authoriser']);
      const anew = await cashier.ask('PUT', `${path()}/submission`);
      expect([anew.status, anew.body['code']]).toEqual([409, 'BATCH_STATE_UNKNOWN']);
      await cashier.acting({ 'x-duty': 'cashier' }).does('POST', `${path()}/resends`, reason);
      const second = await openAccount(api, 'both', 'another-door');
      for (const desk of [cashier, second]) {
        const alone = await desk.acting({ 'x-duty': 'authoriser' }).ask('PUT', `${path()}/resends`);
        expect([alone.status, alone.body['code']]).toEqual([409, 'SIGNER_ALREADY_IN_CHAIN']);
        const sent = await desk.acting({ 'x-duty': 'cashier' }).ask('PUT', `${path()}/submission`);
        expect([sent.status, sent.body['code']]).toEqual([409, 'BATCH_STATE_UNKNOWN']);
      }
    });

    it('is sent again when a second person agrees, and pays once', async () => {
      await lost.desk('approver').does('PUT', `${path()}/resends`);
      await sendWhileAsked();
      expect(await submissions(lost)).toEqual([
        ...['SubmissionStarted', 'SubmissionQueried', 'ResendProposed'],
        ...['ResendApproved', 'SubmissionStarted', 'BatchSent'],
      ]);
      await bookAnswer(lost);
      expect(await paidInstructions(lost)).toBe(3);
      const once = await lost.desk('cashier').ask('PUT', `${path()}/submission`);
      expect(once.body['code']).toBe('BATCH_ALREADY_SENT');
    });

    /** Whoever asks meanwhile waits for the sender, and is never told that nothing came. */
    async function sendWhileAsked(): Promise<void> {
      const cashier = lost.desk('cashier');
      const sent = cashier.does('PUT', `${path()}/submission`);
      const asked = Array.from({ length: 5 }, () => cashier.ask('POST', `${path()}/queries`));
      const answers = await Promise.all(asked);
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
      await sent;
    }

    async function fileOf(county: County): Promise<{ fileName: string }> {
      const { rows } = await database.owner.query<{ name: string }>(
        `select data::json ->> 'fileName' as name from events
         where stream = $1 and type = 'FileWritten'`,
        [`batch-${idOf(county)}`],
      );
      return { fileName: rows[0]?.name ?? '' };
    }
  });
});
