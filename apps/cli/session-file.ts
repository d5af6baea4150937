import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Who is signed in where, for the next command; readable by its owner alone. */
export type SessionFile = Readonly<{
  url: string;
  current: string;
  sessions: Readonly<Record<string, string>>;
}>;

export function sessionPath(dataDir: string): string {
  return join(dataDir, 'session.json');
}

export async function readSessions(dataDir: string): Promise<SessionFile | undefined> {
  try {
    return JSON.parse(await readFile(sessionPath(dataDir), 'utf8')) as SessionFile;
  } catch {
    return undefined;
  }
}

export async function keepSession(
  dataDir: string,
  { url, login, session }: Readonly<{ url: string; login: string; session: string }>,
): Promise<string> {
  const before = await readSessions(dataDir);
  const others = before !== undefined && before.url === url ? before.sessions : {};
  const file: SessionFile = { url, current: login, sessions: { ...others, [login]: session } };
  await mkdir(dataDir, { recursive: true });
  const path = sessionPath(dataDir);
  await writeFile(`${path}.part`, `${JSON.stringify(file)}\n`, { mode: 0o600, flush: true });
  await rename(`${path}.part`, path);
  return path;
}
