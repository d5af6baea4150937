import { spawn, type ChildProcess } from 'node:child_process';
import { checkout, type Program } from './ordinary-user.js';

type Said = { ownerUrl?: string; adopted?: boolean; fault?: string; zh?: string; en?: string };

/** Children that may still live, each with the promise of its end. */
const children = new Map<ChildProcess, Promise<void>>();

/** Another process of ours: it starts the folder's server, says how it went and stays. */
export async function otherProcess(
  dataDir: string,
  { node, embedded, user }: Program = checkout(),
) {
  const script = `
    const { startEmbedded } = await import(${JSON.stringify(embedded)});
    let server;
    try {
      server = await startEmbedded({ dataDir: ${JSON.stringify(dataDir)} });
      console.log(JSON.stringify({ ownerUrl: server.ownerUrl, adopted: server.adopted }));
    } catch ({ fault, zh, en, message }) {
      console.log(JSON.stringify({ fault: fault ?? message, zh, en }));
    }
    process.stdin.once('data', async () => {
      await server?.stop();
      process.exit(0);
    });`;
  const args = ['--input-type=module', '-e', script];
  const child = spawn(node, args, { ...user, stdio: ['pipe', 'pipe', 'inherit'] });
  const end = new Promise<void>((done) => child.once('exit', () => done()));
  children.set(child, end);
  const text = await new Promise<string>((done) =>
    child.stdout
      .once('data', (chunk: Buffer) => done(chunk.toString()))
      .once('end', () => done('{}')),
  );
  return {
    said: JSON.parse(text) as Said,
    kill: () => (child.kill('SIGKILL'), end),
    stop: () => (child.stdin.write('stop\n'), end),
  };
}

/** A child owns its folder until it has ended, which may be long after its output closed. */
export async function killChildren(): Promise<void> {
  for (const child of children.keys()) child.kill('SIGKILL');
  await Promise.all(children.values());
  children.clear();
}
