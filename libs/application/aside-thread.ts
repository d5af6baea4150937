import { parentPort, workerData } from 'node:worker_threads';
import { Refusal } from '#domain/refusal.js';
import { openPool } from '#postgres/database.js';
import type { Keys } from '#security/keys.js';
import type { Answer, Fault, Task, ThreadData, Word } from './aside.js';
import { workOf } from './aside-works.js';
import { System } from './start.js';

const connections = 8;

function begin(): void {
  if (parentPort === null) throw new Error('this program is a thread of another one');
  const port = parentPort;
  const { databaseUrl, keys, policies, bank, people } = workerData as ThreadData;
  const pool = openPool({ connectionString: databaseUrl, max: connections });
  const system = new System({
    ...{ pool, policies, bank, people },
    keys: keysOf(keys),
    // Nothing is followed here.
    onStopped: () => undefined,
  });
  const { app } = system;
  const answer = async ({ no, name, args }: Task): Promise<Answer> => {
    try {
      return { no, result: await workOf(name)(app, ...args) };
    } catch (error) {
      if (!(error instanceof Refusal)) return { no, fault: faultOf(error) };
      const { code, facts } = error;
      return { no, refusal: { code, facts } };
    }
  };
  port.on('message', (told: Task | Word) => {
    if (told === 'ending') system.end();
    else void answer(told).then((said) => port.postMessage(said));
  });
}

/** Bytes are buffers no more when they have come from another thread. */
function keysOf({ current, wrapping, index }: Keys): Keys {
  const keys = [...wrapping].map(([id, key]) => [id, Buffer.from(key)] as const);
  return { current, wrapping: new Map(keys), index: Buffer.from(index) };
}

function faultOf(error: unknown): Fault {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
  const { name, message, stack } = error;
  return {
    ...{ name, message },
    ...(stack === undefined ? {} : { stack }),
    ...('code' in error ? { code: String(error.code) } : {}),
  };
}

begin();
