import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SetupError, faultCode } from './setup-error.js';

const name = 'owner.lock';

/**
 * One process of ours owns a data folder. The lock names the process and the moment it began, so
 * that a number used again after a crash or in a new container does not count as the same process.
 *
 * @returns the way to give the folder back
 * @throws SetupError FOLDER_IN_USE while its owner lives
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const file = join(folder, name);
  const mine = `${process.pid} ${beginning(process.pid)}\n`;
  for (let attempt = 0; attempt < 10; attempt += 1) {
    if (await placeWhole(file, mine)) return () => release(file, mine);
    const holder = await readFile(file, 'utf8').catch(() => undefined);
    if (holder === undefined) continue;
    if (isAlive(holder)) throw inUse(folder, holder);
    await setAside(file, holder);
  }
  throw inUse(folder, await readFile(file, 'utf8').catch(() => '?'));
}

/** Whether a living process of ours owns the folder. */
export async function isLocked(folder: string): Promise<boolean> {
  const holder = await readFile(join(folder, name), 'utf8').catch(() => undefined);
  return holder !== undefined && isAlive(holder);
}

/** A hard link appears with its content or not at all: no reader sees an empty lock. */
async function placeWhole(file: string, content: string): Promise<boolean> {
  const draft = `${file}.${randomUUID()}`;
  await writeFile(draft, content, { mode: 0o644 });
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if (faultCode(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/** Two starters may find one dead owner: whoever moved a living lock by mistake puts it back. */
async function setAside(file: string, dead: string): Promise<void> {
  const aside = `${file}.dead-${process.pid}`;
  try {
    await rename(file, aside);
  } catch (error) {
    if (faultCode(error) === 'ENOENT') return;
    throw error;
  }
  if ((await readFile(aside, 'utf8')) !== dead) await link(aside, file).catch(() => undefined);
  await rm(aside, { force: true });
}

async function release(file: string, mine: string): Promise<void> {
  const holder = await readFile(file, 'utf8').catch(() => undefined);
  if (holder === mine) await rm(file, { force: true });
}

function isAlive(holder: string): boolean {
  const [pid = '', began = ''] = holder.trim().split(' ');
  if (Number(pid) === process.pid) return began === beginning(process.pid);
  try {
    process.kill(Number(pid), 0);
  } catch (error) {
    if (faultCode(error) !== 'EPERM') return false;
  }
  return began === beginning(Number(pid));
}

/**
 * Clock ticks since boot at which a process began; `-` where the system does not tell, `ended` for
 * one that was killed and that nobody has collected yet: it answers to its number and owns nothing.
 */
function beginning(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' || state === 'X' ? 'ended' : (rest[18] ?? '-');
  } catch {
    return '-';
  }
}

function inUse(folder: string, holder: string): SetupError {
  const pid = holder.split(' ')[0] ?? '?';
  return new SetupError('FOLDER_IN_USE', {
    zh: `数据目录 ${folder} 正被另一个月结进程使用（进程号 ${pid}）。请先停止它，或用 --data 指定别的目录。`,
    en:
      `The data folder ${folder} is in use by another Yuejie process (${pid}). Stop it ` +
      'first, or name another folder with --data.',
  });
}
