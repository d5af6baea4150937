import type { App } from './app.js';
import { payablePart } from './batches.js';
import { judgedPart } from './receipt-parts.js';
import { duePart } from './rolls.js';

/**
 * What the thread of the requests takes over from the thread of bulk work. What is given and
 * answered are plain values, and many lines are one text: a thousand small ones take longer to hand
 * over than to make.
 */
export const parts = { duePart, payablePart, judgedPart } as const;

type Parts = typeof parts;
export type PartName = keyof Parts;
export type PartInput<Name extends PartName> = Parameters<Parts[Name]>[1];
export type PartResult<Name extends PartName> = Awaited<ReturnType<Parts[Name]>>;

/** The name pairs a part with its input, which the compiler cannot carry through a lookup. */
export function partOf(name: PartName): (app: App, input: unknown) => Promise<unknown> {
  return parts[name] as unknown as ReturnType<typeof partOf>;
}
