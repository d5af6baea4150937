import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { applicationMigrations } from '#application/start.js';
import { crashPoints } from '#application/crash-points.js';
import { counts } from '#test/counts.js';
import { openTestDatabase, type TestDatabase } from '#test/database.js';
import { runChild, type Ended } from './child.js';
import { cloneOf, type Clone } from './clone.js';
import { goLive, office } from './office.js';
import { startRunning } from './running.js';

const awards = 40;
const moneyTypes = [
  ...['LineDue', 'LineHeld', 'PaymentInstructed', 'PaymentBooked', 'PaymentFailed'],
  ...['PaymentReturned', 'DocumentAdmitted', 'DocumentDischarged', 'MonthClosed'],
] as const;

/** What a month came to: its money by kind of event, its documents, its sheet and its close. */
type Outcome = Readonly<{
  events: readonly Readonly<{ type: string; events: number; fen: string | null }>[];
  sheet: readonly unknown[];
  close: readonly unknown[];
  sent: readonly string[];
}>;

const wentWell: Ended = {
  ...{ status: 0, signal: null, complained: '' },
  said: '{"ok":true,"findings":[]}',
};

/** How a run is made to end; without either it ends by itself. */
type End = Readonly<{ crashAt: string; killAfterMs: number; way: 'as-built' | 'naive' }>;

/** Five moments of a run, from its first command to past its end, the same for the same seed. */
function momentsOf(seed: number): readonly number[] {
  const moments: number[] = [];
  for (let state = seed; moments.length < 5;) {
    state = (state * 48_271) % 2_147_483_647;
    moments.push(700 + (state % 1_300));
  }
  return moments;
}

describe('a month whose process is killed', () => {
  let base: TestDatabase;
  let folder: string;
  let undisturbed: Outcome;
  const clones: Clone[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'yuejie-crash-'));
    base = await openTestDatabase(applicationMigrations);
    await prepare();
    const run = await begin();
    expect(await run.work()).toEqual(wentWell);
    undisturbed = await run.outcome();
    const types = undisturbed.events.map(({ type }) => type);
    expect(types).toEqual(expect.arrayContaining([...moneyTypes]));
    expect([undisturbed.sheet, undisturbed.close, undisturbed.sent]).toEqual(
      Array.from({ length: 3 }, () => [expect.anything()]),
    );
  }, 120_000);

  afterAll(async () => {
    for (const clone of clones) await clone.drop();
    await base.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function prepare(): Promise<void> {
    const { app, stop } = await startRunning(base.app, { keys: folder, bank: folder });
    await goLive(app, folder, awards);
    await stop();
  }

  /** The same office on the same morning, in a database and with a bank of its own. */
  async function begin() {
    const clone = await cloneOf(base);
    clones.push(clone);
    const bank = await mkdtemp(join(folder, 'bank-'));
    const work = (end: Partial<End> = {}): Promise<Ended> => {
      const { crashAt = '', way = 'as-built', killAfterMs } = end;
      const args = [clone.appUrl, folder, bank, way];
      const env = { YUEJIE_CRASH_AT: crashAt };
      return runChild('test/crash/run-month.ts', args, env, killAfterMs);
    };
    /** A file that is put there a second time is another file under the same name. */
    const arrived = async (): Promise<readonly bigint[]> => {
      const out = join(bank, 'out');
      const names = await readdir(out);
      const found = await Promise.all(names.map((name) => stat(join(out, name), { bigint: true })));
      return found.map(({ ino }) => ino);
    };
    return { work, arrived, outcome: () => outcomeOf(clone, join(bank, 'out')) };
  }

  it.each(crashPoints)(
    'at %s ends as if nothing had happened',
    async (crashAt) => {
      const run = await begin();
      expect(await run.work({ crashAt })).toMatchObject({ signal: 'SIGKILL', said: '' });
      expect(await run.work()).toEqual(wentWell);
      expect(await run.outcome()).toEqual(undisturbed);
    },
    60_000,
  );

  it.each(Array.from({ length: counts({ ci: 2, release: 20 }) }, (_, at) => 1_000 + at))(
    'again and again at moments drawn from seed %i ends as if nothing had happened',
    async (seed) => {
      const run = await begin();
      const moments = momentsOf(seed);
      for (const moment of moments) await run.work({ killAfterMs: moment });
      expect(await run.work()).toEqual(wentWell);
      expect(await run.outcome()).toEqual(undisturbed);
    },
    120_000,
  );

  it('is told of a file once, whatever was known of it when the process died', async () => {
    const run = await begin();
    await run.work({ crashAt: 'submission:renamed' });
    const before = await run.arrived();
    await run.work();
    expect(before).toHaveLength(1);
    expect(await run.arrived()).toEqual(before);
  }, 60_000);

  it('would send twice if it sent first and noted it afterwards', async () => {
    const run = await begin();
    await run.work({ crashAt: 'submission:renamed', way: 'naive' });
    const before = await run.arrived();
    await run.work({ way: 'naive' });
    expect(before).toHaveLength(1);
    expect(await run.arrived()).not.toEqual(before);
  }, 60_000);
});

async function outcomeOf({ ownerUrl }: Clone, out: string): Promise<Outcome> {
  const client = new Client({ connectionString: ownerUrl });
  await client.connect();
  const ask = async <Row extends object>(query: string): Promise<readonly Row[]> =>
    (await client.query<Row>(query)).rows;
  try {
    return {
      events: await ask<Outcome['events'][number]>(
        `select type, count(*)::int as events,
                sum((data::json ->> 'amountFen')::bigint)::text as fen
         from events where stream ~ '^(award|month|roll|plan)-' group by type order by type`,
      ),
      sheet: await ask(
        `select data::json ->> 'sheet' as sheet, data::json ->> 'availableFen' as available
         from events where stream = 'month-${office}-2026-10' and type = 'MonthCut'`,
      ),
      close: await ask(
        `select data::json -> 'close' ->> 'unpaid' as unpaid,
                data::json -> 'close' ->> 'receipts' as receipts,
                data::json -> 'close' ->> 'document' as document
         from events where stream = 'month-${office}-2026-10' and type = 'MonthClosed'`,
      ),
      sent: await readdir(out),
    };
  } finally {
    await client.end();
  }
}
