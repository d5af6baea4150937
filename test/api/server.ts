import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createServer } from '#apps/server/create-server.js';
import { BusinessDays } from '#apps/server/business-days.js';
import { demoLogin, demoPassword, installDemoStaff } from '#apps/server/demo-staff.js';
import type { ServerDeps } from '#apps/server/deps.js';
import { firstStart, type FirstPassword } from '#apps/server/first-start.js';
import { openLog } from '#apps/server/log.js';
import { Metrics } from '#apps/server/metrics.js';
import { serverMigrations } from '#apps/server/app/migrations.js';
import { RateLimit } from '#apps/server/rate-limit.js';
import { Reservations } from '#apps/server/reservations.js';
import { Work } from '#apps/server/work.js';
import { workSources } from '#apps/server/work-sources.js';
import { Staff } from '#application/staff.js';
import { System, applicationMigrations } from '#application/start.js';
import type { Duty } from '#domain/actor/duties.js';
import { day } from '#domain/values/calendar.js';
import { shippedPolicies } from '#law/shipped.js';
import { StaffAccounts } from '#security/accounts.js';
import type { Keys } from '#security/keys.js';
import { Sessions } from '#security/sessions.js';
import { openTestDatabase } from '#test/database.js';

export const pool = '440100';

export type Answer = Readonly<{
  status: number;
  headers: Readonly<Record<string, unknown>>;
  text: string;
  body: Readonly<Record<string, unknown>>;
}>;

export type Asking = Readonly<{
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  body?: unknown;
  /** Login of a demo account by its duty; without it nobody is signed in. */
  as?: Duty;
  headers?: Readonly<Record<string, string>>;
  commandId?: string;
}>;

/** A server over a real database, with its administrators and a demo account for each duty. */
export class TestServer {
  private readonly sessions = new Map<Duty, string>();

  constructor(
    readonly url: string,
    readonly nest: NestFastifyApplication,
    readonly deps: ServerDeps,
    readonly first: readonly FirstPassword[],
    readonly close: () => Promise<void>,
  ) {}

  /** Sends a request; commands get a fresh id unless one is given. */
  async ask(path: string, asking: Asking = {}): Promise<Answer> {
    const { method = 'GET', body, as, headers = {}, commandId } = asking;
    const signed = as === undefined ? {} : { authorization: `Bearer ${await this.sessionOf(as)}` };
    const isFile = Buffer.isBuffer(body);
    const type = isFile ? 'application/octet-stream' : 'application/json';
    const answer = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        ...signed,
        ...(method === 'GET' ? {} : { 'idempotency-key': commandId ?? randomUUID() }),
        ...(body === undefined ? {} : { 'content-type': type }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: isFile ? new Uint8Array(body) : JSON.stringify(body) }),
    });
    const text = await answer.text();
    const isJson = String(answer.headers.get('content-type')).includes('json');
    return {
      status: answer.status,
      headers: Object.fromEntries(answer.headers),
      text,
      body: isJson ? (JSON.parse(text) as Readonly<Record<string, unknown>>) : {},
    };
  }

  /** Waits until the read models have followed everything that stands in the log by now. */
  async settled(): Promise<void> {
    const { app } = this.deps;
    await app.settled(await app.store.head());
  }

  private async sessionOf(duty: Duty): Promise<string> {
    const known = this.sessions.get(duty);
    if (known !== undefined) return known;
    const { body } = await this.ask('/api/v1/session', {
      method: 'POST',
      body: { login: demoLogin(duty), password: demoPassword },
    });
    const session = String(body['session']);
    this.sessions.set(duty, session);
    return session;
  }
}

export async function openTestServer(over: Partial<ServerDeps> = {}): Promise<TestServer> {
  const database = await openTestDatabase([...applicationMigrations, ...serverMigrations]);
  const folder = await mkdtemp(join(tmpdir(), 'yuejie-bank-'));
  const system = new System({
    pool: database.app,
    keys: madeKeys(),
    policies: shippedPolicies,
    bank: { outgoing: join(folder, 'out'), incoming: join(folder, 'in') },
    onStopped: (name, position, error) => {
      throw new Error(`${name} stopped at ${position}`, { cause: error });
    },
  });
  const { app } = system;
  const ending = new AbortController();
  const following = system.follow(ending.signal);
  const now = () => new Date();
  const accounts = new StaffAccounts(database.app, now);
  const staff = new Staff(app, accounts);
  const deps: ServerDeps = {
    ...{ app, staff, accounts, pool },
    sessions: new Sessions(database.app, now),
    days: new BusinessDays(database.app, now),
    reservations: new Reservations(database.app),
    signInLimit: new RateLimit(1_000, now),
    work: new Work(workSources(system), ending.signal),
    metrics: new Metrics(),
    log: openLog('silent'),
    version: '0.0.0-test',
    demo: true,
    secureCookie: false,
    ...over,
  };
  const today = day('2026-09-01');
  const names = { zh: '市失业保险中心', en: 'City office' };
  const { first } = await firstStart(deps, { code: pool, names }, today);
  await installDemoStaff(deps, pool);
  await app.settled(await app.store.head());
  const nest = await createServer(deps);
  await nest.listen(0, '127.0.0.1');
  return new TestServer(await nest.getUrl(), nest, deps, first, async () => {
    ending.abort();
    await nest.close();
    await following;
    await database.close();
  });
}

function madeKeys(): Keys {
  const wrapping = new Map([['k1', randomBytes(32)]]);
  return { current: 'k1', wrapping, index: randomBytes(32) };
}
