import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { applicationMigrations } from '#application/start.js';
import { openTestDatabase, type TestDatabase } from '#test/database.js';
import { runChild, type Ended } from './child.js';
import { cloneOf, type Clone } from './clone.js';
import { goLive, office } from './office.js';
import { startRunning } from './running.js';

/** What a month came to: its money by kind of event, its documents, its sheet and its close. */
export type Outcome = Readonly<{
  events: readonly Readonly<{ type: string; events: number; fen: string | null }>[];
  sheet: readonly unknown[];
  close: readonly unknown[];
  sent: readonly string[];
}>;

export const wentWell: Ended = {
  ...{ status: 0, signal: null, complained: '' },
  said: '{"ok":true,"findings":[]}',
};

/** How a run is made to end; without either it ends by itself. */
export type End = Readonly<{
  crashAt: string;
  killAfterMs: number;
  way: 'as-built' | 'aside' | 'naive';
}>;

/** One office on the morning of its month, given out as often as a test begins it. */
export class OfficeMornings {
  private readonly clones: Clone[] = [];

  private constructor(
    private readonly base: TestDatabase,
    private readonly folder: string,
  ) {}

  static async open(awards: number): Promise<OfficeMornings> {
    const folder = await mkdtemp(join(tmpdir(), 'yuejie-crash-'));
    const base = await openTestDatabase(applicationMigrations);
    const { app, stop } = await startRunning(base.app, { keys: folder, bank: folder });
    await goLive(app, folder, awards);
    await stop();
    return new OfficeMornings(base, folder);
  }

  /** The same office on the same morning, in a database and with a bank of its own. */
  async begin(): Promise<OfficeMonth> {
    const clone = await cloneOf(this.base);
    this.clones.push(clone);
    return new OfficeMonth(clone, this.folder, await mkdtemp(join(this.folder, 'bank-')));
  }

  async close(): Promise<void> {
    for (const clone of this.clones) await clone.drop();
    await this.base.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}

export class OfficeMonth {
  private readonly out: string;

  constructor(
    private readonly clone: Clone,
    private readonly folder: string,
    private readonly bank: string,
  ) {
    this.out = join(bank, 'out');
  }

  work(end: Partial<End> = {}): Promise<Ended> {
    const { crashAt = '', way = 'as-built', killAfterMs } = end;
    const args = [this.clone.appUrl, this.folder, this.bank, way];
    const env = { YUEJIE_CRASH_AT: crashAt };
    return runChild('test/crash/run-month.ts', args, env, killAfterMs);
  }

  /** A file that is put there a second time is another file under the same name. */
  async arrived(): Promise<readonly bigint[]> {
    const names = await readdir(this.out);
    const paths = names.map((name) => join(this.out, name));
    const found = await Promise.all(paths.map((path) => stat(path, { bigint: true })));
    return found.map(({ ino }) => ino);
  }

  outcome(): Promise<Outcome> {
    return outcomeOf(this.clone, this.out);
  }
}

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
