import { readFile } from 'node:fs/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import { boot, type Booted } from '#application/boot.js';
import type { Configuration } from '#application/configuration.js';
import { Staff } from '#application/staff.js';
import { runWorker } from '#application/worker.js';
import { demonstrationPolicies, shippedPolicies } from '#law/shipped.js';
import { StaffAccounts } from '#security/accounts.js';
import { Sessions } from '#security/sessions.js';
import { BusinessDays } from './business-days.js';
import { createServer } from './create-server.js';
import { refuseRealData } from './demo-database.js';
import { installDemoStaff } from './demo-staff.js';
import type { ServerDeps } from './deps.js';
import { firstStart, type FirstStart } from './first-start.js';
import { openLog } from './log.js';
import { Metrics } from './metrics.js';
import { holdPort, type Release } from './app/held-port.js';
import { serverMigrations } from './app/migrations.js';
import { dropAddress, keepAddress, urlOf } from './app/serving-address.js';
import { RateLimit } from './rate-limit.js';
import { Reservations } from './reservations.js';
import { Work } from './work.js';
import { workSources } from './work-sources.js';

export type ServeOptions = Readonly<{
  /** Adds the demonstration accounts and the policies that only a demonstration may use. */
  demo?: boolean;
  /** Without it another process runs the worker. */
  worker?: boolean;
}>;

export type Serving = FirstStart &
  Readonly<{
    url: string;
    /** Drains what is under way, ends the loops, stops the database. Safe to call twice. */
    stop: () => Promise<void>;
  }>;

const signInsAMinute = 120;
const sweepEveryMs = 10 * 60_000;

/**
 * Starts everything that one process runs: database, worker, API.
 *
 * @throws SetupError PORT_TAKEN, ADDRESS_UNUSABLE, DEMO_ON_REAL_DATA, and those of `boot`
 */
export async function serve(
  configuration: Configuration,
  options: ServeOptions = {},
): Promise<Serving> {
  const release = await holdPort(configuration);
  try {
    return await start(configuration, options, release);
  } finally {
    await release();
  }
}

async function start(
  configuration: Configuration,
  { demo = false, worker = true }: ServeOptions,
  release: Release,
): Promise<Serving> {
  const log = openLog(configuration.logLevel);
  const booted = await boot(configuration, {
    policies: demo ? demonstrationPolicies : shippedPolicies,
    migrations: serverMigrations,
    onStopped: (name, position, error) =>
      log.fatal({ name, position: String(position), error: error.name }, 'a follower stopped'),
    onLost: () => log.warn('a database connection was lost'),
  });
  const ending = new AbortController();
  const loops = worker
    ? runWorker(booted.system, ending.signal, (message, facts) => log.info(facts, message))
    : Promise.resolve();
  try {
    const deps = await dependencies(booted, configuration, { demo, log, ending: ending.signal });
    const started = await prepare(deps, configuration);
    const nest = await createServer(deps);
    await release();
    await nest.listen(configuration.port, configuration.host);
    const sweep = setInterval(() => void deps.sessions.sweep().catch(ignore), sweepEveryMs);
    sweep.unref();
    const url = addressOf(nest, configuration);
    const { dataDir } = configuration;
    await keepAddress(dataDir, url);
    const parts = { nest, ending, loops, booted, log };
    let stopping: Promise<void> | undefined;
    const stop = (): Promise<void> =>
      (stopping ??= dropAddress(dataDir, url).then(() => ended(parts, sweep)));
    return { url, ...started, stop };
  } catch (error) {
    ending.abort();
    await loops;
    await booted.close();
    throw error;
  }
}

async function dependencies(
  { system, database }: Booted,
  configuration: Configuration,
  { demo, log, ending }: Readonly<{ demo: boolean; log: Logger; ending: AbortSignal }>,
): Promise<ServerDeps> {
  const now = () => new Date();
  const { app } = system;
  const accounts = new StaffAccounts(database.app, now);
  return {
    ...{ app, accounts, log, demo },
    staff: new Staff(app, accounts),
    sessions: new Sessions(database.app, now),
    days: new BusinessDays(database.app, now),
    reservations: new Reservations(database.app),
    signInLimit: new RateLimit(signInsAMinute, now),
    work: new Work(workSources(system), ending),
    metrics: new Metrics(),
    version: await versionOf(),
    pool: configuration.pool.code,
    secureCookie: configuration.secureCookie,
  };
}

async function prepare(deps: ServerDeps, { pool }: Configuration): Promise<FirstStart> {
  const { app, days, demo } = deps;
  if (demo) await refuseRealData(app, pool.code);
  const on = await days.of(pool.code);
  const started = await firstStart(deps, pool, on);
  if (demo) await installDemoStaff(deps, pool.code);
  await app.projected(await app.store.head());
  return started;
}

async function ended(
  {
    nest,
    ending,
    loops,
    booted: { system, close },
    log,
  }: Readonly<{
    nest: NestFastifyApplication;
    ending: AbortController;
    loops: Promise<void>;
    booted: Booted;
    log: Logger;
  }>,
  sweep: NodeJS.Timeout,
): Promise<void> {
  clearInterval(sweep);
  // Live pages and requests that wait for the loops are let go first: they would hold the server
  // open for ever.
  ending.abort();
  system.end();
  await nest.close();
  await loops;
  await close();
  log.info('stopped');
}

function addressOf(nest: NestFastifyApplication, { host, port }: Configuration): string {
  const address = nest.getHttpServer().address();
  const bound = typeof address === 'object' && address !== null ? address.port : port;
  return urlOf(host, bound);
}

/** The release, as package.json has it; sources and build lie at different depths. */
export async function versionOf(): Promise<string> {
  for (const up of ['../../package.json', '../../../package.json']) {
    try {
      const text = await readFile(new URL(up, import.meta.url), 'utf8');
      const { version } = JSON.parse(text) as { version?: unknown };
      if (typeof version === 'string') return version;
    } catch {
      continue;
    }
  }
  return 'unknown';
}

function ignore(): void {}
