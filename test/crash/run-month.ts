import { join } from 'node:path';
import { System } from '#application/start.js';
import { verifyAll } from '#application/verify.js';
import { shippedPolicies } from '#law/shipped.js';
import { openPool } from '#postgres/database.js';
import { openKeys } from '#security/keys.js';
import { sendFirst, workMonth } from './month.js';
import { SteadyBureau } from './office.js';

/** A process that works one month and says whether its history holds; it may be killed anywhere. */
async function main(): Promise<void> {
  const [appUrl = '', base = '', folder = '', way = ''] = process.argv.slice(2);
  const pool = openPool({ connectionString: appUrl });
  const system = new System({
    pool,
    keys: await openKeys(join(base, 'keys.json')),
    policies: shippedPolicies,
    bank: { outgoing: join(folder, 'out'), incoming: join(folder, 'in') },
    onStopped: (name, position, error) => {
      throw new Error(`${name} stopped at ${position}`, { cause: error });
    },
  });
  const ending = new AbortController();
  const following = system.follow(ending.signal);
  // What was cut off is finished by the reactions before anybody goes on.
  await system.app.settled(await system.app.store.head());
  const bureau = new SteadyBureau(system.app);
  await (way === 'naive' ? sendFirst : workMonth)(bureau, base);
  const { ok, findings } = await verifyAll(system.app);
  process.stdout.write(JSON.stringify({ ok, findings: findings.map(({ code }) => code) }));
  ending.abort();
  await following;
  await pool.end();
}

await main();
