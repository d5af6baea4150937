import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sweepServers } from './server-teardown.mjs';

/** Names the folder of this run's database server; the first test that needs one starts it. */
export default async function setup() {
  await sweepServers();
  process.env.YUEJIE_TEST_FOLDER = await mkdtemp(join(tmpdir(), `yuejie-test-${process.pid}-`));
}
