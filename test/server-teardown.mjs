import { existsSync } from 'node:fs';
import { readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** Ends the run's database server, if a test started one, and removes its folder. */
export default async function teardown() {
  const folder = process.env.YUEJIE_TEST_FOLDER;
  if (folder !== undefined) await removeServer(folder);
}

/** A run that was killed leaves its server behind: the next run ends it. */
export async function sweepServers() {
  for (const name of await readdir(tmpdir())) {
    const pid = /^yuejie-test-(\d+)-/.exec(name)?.[1];
    if (pid === undefined || isAlive(Number(pid))) continue;
    await removeServer(join(tmpdir(), name)).catch(() => undefined);
  }
}

async function removeServer(folder) {
  const file = join(folder, 'server', 'postgres', 'postmaster.pid');
  if (existsSync(file)) {
    const pid = Number((await readFile(file, 'utf8')).split('\n')[0]);
    if (isAlive(pid)) process.kill(pid, 'SIGINT');
    const deadline = Date.now() + 30_000;
    // Its last act is to take the file away; a number may answer on while nobody collects it.
    while (existsSync(file) && isAlive(pid) && Date.now() < deadline) await pause(20);
  }
  await rm(folder, { recursive: true, force: true });
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
