import type { Act, App } from './app.js';
import { prepareBatch } from './batches.js';
import { postDocument } from './line-posting.js';
import { prepareClose, signClose } from './months.js';
import { bookReceipt } from './receipts.js';
import { prepareRoll } from './rolls.js';
import { submitBatch, writeFile } from './sending.js';
import { judgeSignIns } from './verifications.js';

/** What takes longer the more awards there are; what is given and answered are plain values. */
export const works = {
  prepareRoll,
  judgeSignIns,
  prepareBatch,
  writeFile,
  submitBatch,
  bookReceipt,
  prepareClose,
  signClose,
  postDocument,
} as const;

type Works = typeof works;
export type WorkName = keyof Works;
export type WorkArgs<Name extends WorkName> = Works[Name] extends (
  app: never,
  ...args: infer Args
) => unknown
  ? Args
  : never;
export type WorkResult<Name extends WorkName> = Awaited<ReturnType<Works[Name]>>;

/** Does the work in a thread of its own where the city is large, and here where it is not. */
export async function carryOut<Name extends WorkName>(
  app: App,
  name: Name,
  ...args: WorkArgs<Name>
): Promise<WorkResult<Name>> {
  const { aside } = app;
  if (aside !== undefined && (await aside.isWorthIt())) return aside.run(name, args);
  return workOf(name)(app, ...args);
}

/** The name pairs a work with its arguments, which the compiler cannot carry through a lookup. */
export function workOf<Name extends WorkName>(
  name: Name,
): (app: App, ...args: readonly unknown[]) => Promise<WorkResult<Name>> {
  return works[name] as unknown as ReturnType<typeof workOf<Name>>;
}

type DeedName = Exclude<WorkName, 'postDocument'>;

/** A use case that is carried out so. */
export function carriedOut<Name extends DeedName>(name: Name): Works[Name] {
  const deed = (app: App, act: Act, input: unknown) =>
    carryOut(app, name, ...([act, input] as unknown as WorkArgs<Name>));
  return deed as unknown as Works[Name];
}
