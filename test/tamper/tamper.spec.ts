import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { applicationMigrations } from '#application/start.js';
import {
  segregationReport,
  verifyAll,
  verifyClose,
  type AllVerified,
} from '#application/verify.js';
import { serverMigrations } from '#apps/server/app/migrations.js';
import { runChild } from '#test/crash/child.js';
import { workMonth } from '#test/crash/month.js';
import { goLive, month, office, SteadyBureau } from '#test/crash/office.js';
import { startRunning, type Running } from '#test/crash/running.js';
import { openTestDatabase, type TestDatabase } from '#test/database.js';

type Row = Readonly<Record<string, unknown>>;

/** One closed month of a small office, changed by hand as the owner of the database could. */
describe('a database that was changed by hand', () => {
  let database: TestDatabase;
  let folder: string;
  let running: Running;
  let head: bigint;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'yuejie-tamper-'));
    database = await openTestDatabase([...applicationMigrations, ...serverMigrations]);
    running = await startRunning(database.app, { keys: folder, bank: folder });
    await goLive(running.app, folder, 12);
    await workMonth(new SteadyBureau(running.app), folder);
    head = await running.app.store.head();
  }, 120_000);

  afterAll(async () => {
    await running.stop();
    await database.close();
    await rm(folder, { recursive: true, force: true });
  });

  const ask = async (query: string, values: readonly unknown[] = []): Promise<readonly Row[]> =>
    (await database.owner.query<Row>(query, [...values])).rows;

  async function one(query: string, values: readonly unknown[] = []): Promise<Row> {
    const [row] = await ask(query, values);
    if (row === undefined) throw new Error(`nothing for ${query}`);
    return row;
  }

  const verified = (): Promise<AllVerified> =>
    verifyAll(running.app, { ownerPool: database.owner });

  async function found(): Promise<readonly string[]> {
    const { ok, findings } = await verified();
    expect(ok).toBe(false);
    return findings.map(({ code, position }) => `${code}@${position}`);
  }

  /** Changes, looks, and puts everything back as it was. */
  async function whileChanged(
    change: readonly [string, readonly unknown[]],
    back: readonly [string, readonly unknown[]],
    look: () => Promise<void>,
  ): Promise<void> {
    const { rowCount } = await database.owner.query(change[0], [...change[1]]);
    expect(rowCount).toBeGreaterThan(0);
    try {
      await look();
    } finally {
      await database.owner.query(back[0], [...back[1]]);
    }
  }

  it('is found clean before, with everything looked at', async () => {
    const { ok, checked, findings, segregation } = await verified();
    expect({ ok, findings, breaches: segregation.breaches }).toEqual({
      ...{ ok: true, findings: [], breaches: 0 },
    });
    expect(checked.events).toBe(Number(head));
    expect(checked).toMatchObject({ months: 1, readModels: 11 });
    for (const count of Object.values(checked)) expect(count).toBeGreaterThan(0);
  });

  it('gives the month and its certificate by themselves too', async () => {
    const { app } = running;
    expect(await verifyClose(app, { month, office })).toMatchObject({ ok: true, findings: [] });
    expect(await segregationReport(app, month)).toMatchObject({ breaches: 0 });
  });

  it.each(['data', 'metadata'])('names the position after one byte of %s', async (column) => {
    const [event] = await ask(
      `select position, ${column} as text from events where type = 'PaymentBooked'
       order by position limit 1`,
    );
    const { position, text } = event ?? {};
    const changed = withOtherDigit(String(text));
    await whileChanged(
      [`update events set ${column} = $2 where position = $1`, [position, changed]],
      [`update events set ${column} = $2 where position = $1`, [position, text]],
      async () => {
        expect((await found())[0]).toBe(`LOG_CHANGED@${String(position)}`);
      },
    );
  });

  it('names the first event that binds a document, of any kind, after one byte of it', async () => {
    const chunks = await ask(
      `select distinct on (d.kind) d.kind, d.sha256, c.content, c.no, c.body
       from documents d join document_chunks c using (content)
       where c.body <> '' order by d.kind, d.sha256`,
    );
    const kinds = chunks.map(({ kind }) => kind);
    expect(kinds).toEqual(
      expect.arrayContaining(['batch', 'closing', 'opening', 'receipt', 'roll']),
    );
    for (const { kind, sha256, content, no, body } of chunks) {
      const { position } = await one(
        'select min(position) as position from events where strpos(data, $1) > 0',
        [sha256],
      );
      const put = 'update document_chunks set body = $3 where content = $1 and no = $2';
      await whileChanged(
        [put, [content, no, withOtherDigit(String(body))]],
        [put, [content, no, body]],
        async () => {
          const codes = await found();
          expect([kind, codes]).toEqual([
            kind,
            expect.arrayContaining([`DOCUMENT_CHANGED@${String(position)}`]),
          ]);
        },
      );
    }
  });

  it.each(['identity', 'account', 'phone'])(
    'names the first event that binds a sealed %s after one byte of it',
    async (kind) => {
      const { ref, ciphertext, position } = await one(
        `select r.ref, r.ciphertext, min(e.position) as position from sealed_rows r
         join events e on strpos(e.data, r.ref) > 0
         where r.kind = $1 group by r.ref, r.ciphertext order by r.ref limit 1`,
        [kind],
      );
      const bytes = Buffer.from(ciphertext as Buffer);
      bytes.writeUInt8(bytes.readUInt8(3) ^ 1, 3);
      const put = 'update sealed_rows set ciphertext = $2 where ref = $1';
      await whileChanged([put, [ref, bytes]], [put, [ref, ciphertext]], async () => {
        expect(await found()).toContain(`SEALED_CHANGED@${String(position)}`);
      });
    },
  );

  it.each(['hash', 'leaves', 'recorded_at'])(
    'names the position after a link lost its %s',
    async (column) => {
      const link = await one(
        `select first, count, ${column} as held from links
       where first <= $1 and first + count > $1`,
        [head / 2n],
      );
      const held = link['held'];
      const bytes = Buffer.isBuffer(held) ? Buffer.from(held) : undefined;
      bytes?.writeUInt8(bytes.readUInt8(0) ^ 1, 0);
      const put = `update links set ${column} = $2 where first = $1`;
      await whileChanged(
        [put, [link['first'], bytes ?? (held as bigint) + 1n]],
        [put, [link['first'], held]],
        async () => {
          expect((await found())[0]).toBe(`LOG_CHANGED@${String(link['first'])}`);
        },
      );
    },
  );

  it('names the last position after the last event is gone', async () => {
    const { row } = await one('select to_jsonb(e)::text as row from events e where position = $1', [
      head,
    ]);
    await whileChanged(
      ['delete from events where position = $1', [head]],
      ['insert into events select * from json_populate_record(null::events, $1::json)', [row]],
      async () => {
        expect((await found())[0]).toBe(`LOG_CHANGED@${head}`);
      },
    );
  });

  it('names the first of two events that changed places', async () => {
    const first = head - 20n;
    const swap = `update events set position = -position where position in ($1, $2)`;
    const place = `update events
      set position = case when position = -$1::bigint then $2::bigint else $1::bigint end
      where position in (-$1::bigint, -$2::bigint)`;
    const both = [first, first + 3n];
    await database.owner.query(swap, both);
    await whileChanged([place, both], [swap, both], async () => {
      expect((await found())[0]).toBe(`LOG_CHANGED@${first}`);
    });
    await database.owner.query(place, both);
  });

  it('names a read model whose row is not what a replay gives', async () => {
    const { page, events } = await one(
      'select page, events from read.award_page order by page limit 1',
    );
    const put = 'update read.award_page set events = $2 where page = $1';
    await whileChanged([put, [page, Number(events) + 1]], [put, [page, events]], async () => {
      const { ok, findings } = await verified();
      expect(ok).toBe(false);
      expect(findings).toMatchObject([
        { code: 'READ_MODEL_DIFFERS', stream: 'read.award_page', position: head },
      ]);
    });
  });

  it('is told by the command line with its exit status and the position', async () => {
    const { position, data } = await one(
      `select position, data from events where type = 'LineDue' order by position limit 1`,
    );
    expect(await commandLine()).toMatchObject({ status: 0, result: { ok: true, findings: [] } });
    const put = 'update events set data = $2 where position = $1';
    await whileChanged(
      [put, [position, withOtherDigit(String(data))]],
      [put, [position, data]],
      async () => {
        const { status, result } = await commandLine();
        expect([status, result['ok']]).toEqual([1, false]);
        expect(result['findings']).toContainEqual(
          expect.objectContaining({ code: 'LOG_CHANGED', position: String(position) }),
        );
      },
    );
  }, 60_000);

  async function commandLine(): Promise<Readonly<{ status: number | null; result: Row }>> {
    const { status, said } = await runChild('apps/cli/main.ts', ['verify', '--json'], {
      ...{ DATABASE_URL: database.ownerUrl, APP_DATABASE_URL: database.appUrl },
      ...{ DATA_DIR: folder, BANK_FOLDER: folder },
    });
    return { status, result: JSON.parse(said) as Row };
  }

  it('is clean again when everything is put back', async () => {
    expect((await verified()).findings).toEqual([]);
  });
});

/** One digit of a text becomes another one: the smallest change that a figure can suffer. */
function withOtherDigit(text: string): string {
  const at = text.search(/\d(?=[^\d]*$)/);
  return `${text.slice(0, at)}${(Number(text[at]) + 1) % 10}${text.slice(at + 1)}`;
}
