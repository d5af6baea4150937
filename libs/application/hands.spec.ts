import { describe, expect, it } from '@jest/globals';
import { inParts, type Hands, type Part } from './hands.js';
import type { PartInput } from './parts.js';

/** What is handed on is nobody's business here: a name stands for it. */
const named = (names: readonly string[]) => names as unknown as readonly PartInput<'judgedPart'>[];

/** Parts that end when they are told to, with where each was begun. */
function openDesk() {
  const begun: string[] = [];
  const ends = new Map<string, (failed: boolean) => void>();
  const begin = (place: string, input: string): Promise<string> => {
    begun.push(`${place} ${input}`);
    return new Promise((resolve, reject) => {
      ends.set(input, (failed) =>
        failed ? reject(new Error(`${input} failed`)) : resolve(`made of ${input}`),
      );
    });
  };
  let free = true;
  const hands: Hands = {
    areFree: () => free,
    ask: async (_name, input) => (await begin('there', String(input))) as never,
  };
  const here = async (input: unknown) => (await begin('here', String(input))) as never;
  const part: Part<'judgedPart'> = { name: 'judgedPart', here };
  const end = async (input: string, failed = false): Promise<void> => {
    ends.get(input)?.(failed);
    // Whatever follows from it has its turn first.
    await new Promise((wake) => setImmediate(wake));
  };
  return { begun, hands, part, end, leave: () => (free = false) };
}

async function taken(results: AsyncIterable<unknown>, into: unknown[]): Promise<void> {
  for await (const result of results) into.push(result);
}

describe('parts of a work', () => {
  it('are begun in both threads by turns, where fewer are under way', async () => {
    const { begun, hands, part, end } = openDesk();
    const results: string[] = [];
    const done = taken(inParts(hands, part, named(['a', 'b', 'c', 'd', 'e', 'f'])), results);
    expect(begun).toEqual(['there a', 'here b', 'there c', 'here d']);
    await end('b');
    await end('d');
    await end('a');
    expect(begun.slice(4)).toEqual(['here e', 'there f']);
    for (const input of ['c', 'e', 'f']) await end(input);
    await done;
  });

  it('are given in the order of the inputs, however they end', async () => {
    const { hands, part, end } = openDesk();
    const results: string[] = [];
    const done = taken(inParts(hands, part, named(['a', 'b', 'c'])), results);
    for (const input of ['c', 'b']) await end(input);
    expect(results).toEqual([]);
    await end('a');
    await done;
    expect(results).toEqual(['made of a', 'made of b', 'made of c']);
  });

  it('are all done here while people wait for the other thread, or there is none', async () => {
    const desk = openDesk();
    desk.leave();
    const busy = taken(inParts(desk.hands, desk.part, named(['a', 'b'])), []);
    const alone = taken(inParts(undefined, desk.part, named(['c'])), []);
    expect(desk.begun).toEqual(['here a', 'here b', 'here c']);
    for (const input of ['a', 'b', 'c']) await desk.end(input);
    await Promise.all([busy, alone]);
  });

  it('fail with the first that fails, and what is under way is let go', async () => {
    const { hands, part, end } = openDesk();
    const results: string[] = [];
    const done = taken(inParts(hands, part, named(['a', 'b', 'c'])), results);
    const failed = done.catch((error: unknown) => error);
    await end('a');
    await end('b', true);
    expect(await failed).toMatchObject({ message: 'b failed' });
    await end('c', true);
    expect(results).toEqual(['made of a']);
  });
});
