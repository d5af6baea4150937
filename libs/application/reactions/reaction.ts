import type { AnyEvent } from '../transact.js';
import type { App } from '../app.js';
import type { Context } from '../context.js';
import { reactionContext } from '../context.js';
import type { Metadata } from '#event-store/port.js';

/** The event that a reaction answers, decoded. */
export type Cause = Readonly<{
  id: string;
  stream: string;
  position: bigint;
  event: AnyEvent;
  metadata: Metadata;
}>;

/**
 * What must happen in another stream because of an event: subscription → command, with an id
 * derived from cause, reaction and target. It runs at least once and is harmless twice. A Refusal
 * leaves the reaction blocked, and it is asked again when something has changed.
 */
export type Reaction = Readonly<{
  name: string;
  on: readonly string[];
  react: (app: App, cause: Cause) => Promise<void>;
  /**
   * Answers many causes that stand together in the log, as if one after the other. Whatever it
   * throws, each of them is then answered alone.
   */
  reactTogether?: (app: App, causes: readonly Cause[]) => Promise<void>;
}>;

export function contextOfReaction(name: string, cause: Cause, target: string): Context {
  return reactionContext(name, cause, target);
}

/** The data of a cause whose type the reaction named itself. */
export function dataOf<Event extends AnyEvent, Type extends Event['type']>(
  { event }: Cause,
  type: Type,
): Extract<Event, { type: Type }>['data'] {
  if (event.type !== type) throw new Error(`expected ${type}, got ${event.type}`);
  return event.data as Extract<Event, { type: Type }>['data'];
}
