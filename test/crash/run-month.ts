import { verifyAll } from '#application/verify.js';
import { openPool } from '#postgres/database.js';
import { sendFirst, workMonth } from './month.js';
import { SteadyBureau } from './office.js';
import { startRunning } from './running.js';

/** A process that works one month and says whether its history holds; it may be killed anywhere. */
async function main(): Promise<void> {
  const [appUrl = '', base = '', bank = '', way = ''] = process.argv.slice(2);
  const pool = openPool({ connectionString: appUrl });
  const { app, stop } = await startRunning(pool, { keys: base, bank, isAside: way === 'aside' });
  // What was cut off is finished by the reactions before anybody goes on.
  await app.settled(await app.store.head());
  await (way === 'naive' ? sendFirst : workMonth)(new SteadyBureau(app), base);
  const { ok, findings } = await verifyAll(app);
  process.stdout.write(JSON.stringify({ ok, findings: findings.map(({ code }) => code) }));
  await stop();
  await pool.end();
}

await main();
