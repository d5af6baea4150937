import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { isIPv6 } from 'node:net';
import { join } from 'node:path';

/** Where the server of a data folder listens, for the command line on the same machine. */
export type ServingAddress = Readonly<{ url: string; pid: number }>;

/** An IPv6 address stands in brackets (RFC 3986 §3.2.2). */
export function urlOf(host: string, port: number): string {
  return `http://${isIPv6(host) ? `[${host}]` : host}:${port}`;
}

/** What a socket connects to, of the address that a server wrote. */
export function endpointOf(url: string): Readonly<{ host: string; port: number }> {
  const { hostname, port } = new URL(url);
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 80) };
}

export function servingPath(dataDir: string): string {
  return join(dataDir, 'serving.json');
}

/** Readable by the owner alone; whole or not at all. */
export async function keepAddress(dataDir: string, url: string): Promise<void> {
  const path = servingPath(dataDir);
  await mkdir(dataDir, { recursive: true });
  const part = `${path}.${process.pid}.part`;
  const text = JSON.stringify({ url, pid: process.pid } satisfies ServingAddress);
  await writeFile(part, `${text}\n`, { mode: 0o600, flush: true });
  await rename(part, path);
}

/** Takes away what this server wrote; the address of another one that came after it stays. */
export async function dropAddress(dataDir: string, url: string): Promise<void> {
  const kept = await readAddress(dataDir);
  if (kept?.url === url && kept.pid === process.pid)
    await rm(servingPath(dataDir), { force: true });
}

/** @returns undefined when no server wrote one, or it cannot be read as one */
export async function readAddress(dataDir: string): Promise<ServingAddress | undefined> {
  try {
    const { url, pid } = JSON.parse(await readFile(servingPath(dataDir), 'utf8')) as ServingAddress;
    return typeof url === 'string' && Number.isSafeInteger(pid) ? { url, pid } : undefined;
  } catch {
    return undefined;
  }
}
