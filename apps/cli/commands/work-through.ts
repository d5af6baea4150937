import type { Json } from '../client.js';
import { Failure } from '../failure.js';
import type { Output } from '../output.js';

/** One of several things to do: what came of it as facts, and as words for whoever watches. */
export type Case = Readonly<{
  id: string;
  work: () => Promise<Readonly<{ facts: Json; words: string }>>;
}>;

/** For whom and by whom it was done, once it was. */
export type Told = Readonly<{ facts: () => Json; words: () => readonly string[] }>;

/** Without these nothing else can be done either. */
const endsAll = new Set(['SERVER_UNREACHABLE', 'NOT_SIGNED_IN', 'PASSWORD_MUST_CHANGE']);

/**
 * Works case by case, each a command of its own: one that is refused is told and hides no other.
 * The process ends with 1 if any was.
 *
 * @throws Failure when nobody is signed in, or no server answers any more
 */
export async function workThrough(
  output: Output,
  step: string,
  cases: readonly Case[],
  told: Told,
): Promise<void> {
  const done: Json[] = [];
  const refused: Json[] = [];
  for (const { id, work } of cases) {
    try {
      const { facts, words } = await work();
      done.push({ id, ...facts });
      if (!output.json) output.item({}, () => `✓ ${id}  ${words}`);
    } catch (error) {
      if (!(error instanceof Failure) || endsAll.has(error.code)) throw error;
      const { code, title, advice, facts } = error;
      refused.push({ id, code, title, advice, facts });
      if (!output.json) output.item({}, () => `✗ ${id}  ${title} [${code}]`);
    }
  }
  output.result({ step, done, refused, ...told.facts() }, () =>
    [...told.words(), `${step}: ${countWords(done.length, refused.length)}`].join('\n'),
  );
  if (refused.length > 0) process.exitCode = 1;
}

/** Two noughts would leave one wondering whether anything should have happened. */
function countWords(done: number, refused: number): string {
  if (done + refused === 0) return '没有待办，什么也没有办 · nothing waited, and nothing was done';
  return `${done} ✓  ${refused} ✗`;
}
