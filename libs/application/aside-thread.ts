import { parentPort, workerData } from 'node:worker_threads';
import { PeopleClock } from '#event-store/people-clock.js';
import { openPool } from '#postgres/database.js';
import type { Keys } from '#security/keys.js';
import type { ThreadData, Word } from './aside.js';
import { workOf, type WorkName } from './aside-works.js';
import { restWhile } from './breath.js';
import type { Hands } from './hands.js';
import type { PartName, PartResult } from './parts.js';
import { answerTo, Questions, type Message } from './questions.js';
import { System } from './start.js';

const connections = 8;

function begin(): void {
  if (parentPort === null) throw new Error('this program is a thread of another one');
  const port = parentPort;
  const { databaseUrl, keys, policies, bank, people } = workerData as ThreadData;
  const pool = openPool({ connectionString: databaseUrl, max: connections });
  const send = (message: Message<PartName>): void => port.postMessage(message);
  const questions = new Questions<PartName>(send);
  const clock = new PeopleClock({ shared: people });
  const peopleAtWork = () => clock.areAtWork();
  restWhile(peopleAtWork);
  const system = new System({
    ...{ pool, policies, bank, people },
    keys: keysOf(keys),
    hands: handsOf(questions, peopleAtWork),
    // Nothing is followed here.
    onStopped: () => undefined,
  });
  const { app } = system;
  port.on('message', (told: Message<WorkName> | Word) => {
    if (told === 'ending') return system.end();
    if ('answer' in told) return questions.answered(told.answer);
    const { task } = told;
    void answerTo(task, () => workOf(task.name)(app, ...task.args)).then((answer) =>
      send({ answer }),
    );
  });
}

/** The thread that began this one, as far as nobody is at work in it. */
function handsOf(questions: Questions<PartName>, peopleAtWork: () => boolean): Hands {
  return {
    areFree: () => !peopleAtWork(),
    // The other thread knows the part by its name alone, which the compiler cannot follow there.
    ask: async <Name extends PartName>(name: Name, input: unknown) =>
      (await questions.ask(name, [input])) as PartResult<Name>,
  };
}

/** Bytes are buffers no more when they have come from another thread. */
function keysOf({ current, wrapping, index }: Keys): Keys {
  const keys = [...wrapping].map(([id, key]) => [id, Buffer.from(key)] as const);
  return { current, wrapping: new Map(keys), index: Buffer.from(index) };
}

begin();
