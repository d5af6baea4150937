import type { PartInput, PartName, PartResult } from './parts.js';

/** Another thread of this process, which takes parts of bulk work while nobody waits for it. */
export type Hands = Readonly<{
  areFree: () => boolean;
  /** @throws Error as the part itself does */
  ask: <Name extends PartName>(name: Name, input: PartInput<Name>) => Promise<PartResult<Name>>;
}>;

/** A part by its name in the other thread, and the same work in this one. */
export type Part<Name extends PartName> = Readonly<{
  name: Name;
  here: (input: PartInput<Name>) => Promise<PartResult<Name>>;
}>;

/** Some megabytes of lines: one thread is not to stand still while the other is at a long part. */
const partsAtOnce = 4;

/**
 * Works parts off in both threads, each part where fewer are under way, and gives what they make in
 * the order of the inputs. Where people wait for the other thread, or there is none, all is done
 * here.
 */
export async function* inParts<Name extends PartName>(
  hands: Hands | undefined,
  part: Part<Name>,
  inputs: Iterable<PartInput<Name>>,
): AsyncIterable<PartResult<Name>> {
  const underWay: Promise<PartResult<Name>>[] = [];
  const count = { here: 0, there: 0 };
  const begin = (input: PartInput<Name>): Promise<PartResult<Name>> => {
    const lent = hands?.areFree() === true && count.there <= count.here ? hands : undefined;
    const place = lent === undefined ? 'here' : 'there';
    count[place] += 1;
    const made = lent?.ask(part.name, input) ?? part.here(input);
    return made.finally(() => (count[place] -= 1));
  };
  for (const input of inputs) {
    const made = begin(input);
    // Whoever stops early never asks for it.
    made.catch(() => undefined);
    underWay.push(made);
    if (underWay.length < partsAtOnce) continue;
    const [first] = underWay.splice(0, 1);
    if (first !== undefined) yield await first;
  }
  for (const made of underWay) yield await made;
}
