import type { Json } from '../client.js';
import { Failure } from '../failure.js';
import type { Output } from '../output.js';

/** One of several things to do: what came of it as facts, and as words for whoever watches. */
export type Case = Readonly<{
  id: string;
  work: () => Promise<Readonly<{ facts: Json; words: string }>>;
}>;

/** What is looked at before it is signed; `sign` signs what was shown, and nothing newer. */
export type Looked = Readonly<{ facts: Json; words: string; sign: () => Promise<unknown> }>;

export type Signable = Readonly<{ id: string; look: () => Promise<Looked> }>;

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
  const refused: (Json & Pick<Failure, 'code' | 'advice'>)[] = [];
  for (const { id, work } of cases) {
    try {
      const { facts, words } = await work();
      done.push({ id, ...facts });
      if (!output.json) output.item({}, () => `✓ ${id}  ${words}`.trimEnd());
    } catch (error) {
      if (!(error instanceof Failure) || endsAll.has(error.code)) throw error;
      const { code, title, advice, facts } = error;
      refused.push({ id, code, title, advice, facts });
      if (!output.json) output.item({}, () => `✗ ${id}  ${title} [${code}]`);
    }
  }
  output.result({ step, done, refused, ...told.facts() }, () =>
    [
      ...adviceWords(refused),
      ...told.words(),
      `${step}: ${countWords(done.length, refused.length)}`,
    ].join('\n'),
  );
  if (refused.length > 0) process.exitCode = 1;
}

/**
 * Shows all that will be signed, and then signs it case by case.
 *
 * @throws Failure as `workThrough`
 */
export async function signThrough(
  output: Output,
  step: string,
  found: readonly Signable[],
  told: Told,
): Promise<void> {
  const cases: Case[] = [];
  for (const one of found) {
    const { id } = one;
    const seen = await lookedAt(output, one);
    const work = async () => {
      if (seen instanceof Failure) throw seen;
      await seen.sign();
      return { facts: seen.facts, words: '' };
    };
    cases.push({ id, work });
  }
  await workThrough(output, step, cases, told);
}

/** Shows what waits and signs none of it; the process ends with 1 if anything does. */
export async function showThrough(
  output: Output,
  step: string,
  found: readonly Signable[],
  told: Told,
): Promise<void> {
  const waiting: Json[] = [];
  const unseen: Failure[] = [];
  for (const one of found) {
    const seen = await lookedAt(output, one);
    const { id } = one;
    if (!(seen instanceof Failure)) waiting.push({ id, ...seen.facts });
    else {
      waiting.push({ id, code: seen.code });
      unseen.push(seen);
      if (!output.json) output.item({}, () => `✗ ${id}  ${seen.title} [${seen.code}]`);
    }
  }
  const count = found.length;
  const said =
    count === 0
      ? countWords(0, 0)
      : `${count} 件待签，还没有签字：全部签字加 --all，只签几件加 --only 编号 · ` +
        `${count} wait and none is signed: add --all, or --only ID for some`;
  const facts = { step, waiting, done: [], refused: [], ...told.facts() };
  output.result(facts, () =>
    [...adviceWords(unseen), ...told.words(), `${step}: ${said}`].join('\n'),
  );
  if (count > 0) process.exitCode = 1;
}

async function lookedAt(output: Output, { id, look }: Signable): Promise<Looked | Failure> {
  try {
    const seen = await look();
    if (!output.json) output.item({}, () => `○ ${id}  ${seen.words}`);
    return seen;
  } catch (error) {
    if (!(error instanceof Failure) || endsAll.has(error.code)) throw error;
    return error;
  }
}

/** What to do about those that were refused, once for each reason. */
function adviceWords(refused: readonly Pick<Failure, 'code' | 'advice'>[]): readonly string[] {
  const advice = new Map(refused.map((one) => [one.code, one.advice]));
  return [...advice].filter(([, what]) => what !== '').map(([code, what]) => `  [${code}] ${what}`);
}

/** Two noughts would leave one wondering whether anything should have happened. */
function countWords(done: number, refused: number): string {
  if (done + refused === 0) return '没有待办，什么也没有办 · nothing waited, and nothing was done';
  return `${done} ✓  ${refused} ✗`;
}
