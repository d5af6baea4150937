import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isLocked, lockFolder } from '#postgres/folder-lock.js';

let folder: string;
let parent: ChildProcess;
let owner: number;

/** A shell starts the folder's owner and then becomes a program that never asks how it ended. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'yuejie-lock-'));
  const built = pathToFileURL(resolve('dist/libs/postgres/folder-lock.js')).href;
  const script = `
    const { lockFolder } = await import(${JSON.stringify(built)});
    await lockFolder(${JSON.stringify(folder)});
    console.log(process.pid);
    setInterval(() => undefined, 60_000);`;
  const shell = '"$0" --input-type=module -e "$1" & exec sleep 600';
  parent = spawn('sh', ['-c', shell, process.execPath, script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (parent.stdout === null) throw new Error('a shell without its output');
  const [said] = (await once(parent.stdout, 'data')) as [Buffer];
  owner = Number(said.toString());
});

afterAll(async () => {
  const end = once(parent, 'exit');
  parent.kill('SIGKILL');
  await end;
  await rm(folder, { recursive: true, force: true });
});

/** `Z` for one that has ended while nobody asked how. */
async function stateOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  return stat.charAt(stat.lastIndexOf(')') + 2);
}

describe('the lock of a folder', () => {
  it('holds while its owner lives, and not when only its number is left', async () => {
    expect(await isLocked(folder)).toBe(true);
    await expect(lockFolder(folder)).rejects.toMatchObject({ fault: 'FOLDER_IN_USE' });

    process.kill(owner, 'SIGKILL');
    while ((await stateOf(owner)) !== 'Z') await pause(5);
    expect(process.kill(owner, 0)).toBe(true);
    expect(await isLocked(folder)).toBe(false);
    const release = await lockFolder(folder);
    expect(await isLocked(folder)).toBe(true);
    await release();
    expect(await isLocked(folder)).toBe(false);
  });
});
