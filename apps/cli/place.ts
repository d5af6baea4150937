import type { Acting, Client, Json } from './client.js';
import { Failure, UsageError } from './failure.js';
import { dutyWords } from './words.js';

/** The office that a command is for, and how it was found. */
export type ForOffice = Readonly<{
  office: string;
  /** Whether `--office` named it. */
  isNamed: boolean;
  /** Whether it is the pool's own office; not asked of one that was named. */
  isPool: boolean;
  /** The duty that was asked for, and whose office it is. */
  duty?: string;
}>;

export type FoundPlace = Readonly<{ office: string; month: string; found: ForOffice }>;

/** The office of my first duty, or of `--duty`, and the business day's month, unless named. */
export async function placeOf(
  api: Client,
  office: string | undefined,
  month: string | undefined,
): Promise<FoundPlace> {
  if (office !== undefined && month !== undefined)
    return { office, month, found: { office, isNamed: true, isPool: false } };
  const me = await api.get('/api/v1/me');
  const held = me['duties'] as readonly Readonly<{ duty: string; office: string }>[];
  const first = held.find(({ duty }) => api.duty === undefined || duty === api.duty);
  const own = office ?? first?.office;
  if (own === undefined) throw new UsageError('请用 --office 指明机构', 'Name the --office');
  const found = await forOffice(api, office, own);
  return { office: own, month: month ?? String(me['day']).slice(0, 7), found };
}

/** Says of an office that nobody named whether it is the pool: that is seldom meant. */
export async function forOffice(
  api: Client,
  named: string | undefined,
  office: string,
): Promise<ForOffice> {
  if (named !== undefined) return { office: named, isNamed: true, isPool: false };
  const { rows } = await api.get('/api/v1/offices');
  const known = (rows as readonly Json[]).find(({ code }) => code === office);
  const isPool = known?.['kind'] === 'pool';
  const { duty } = api;
  return { office, isNamed: false, isPool, ...(duty === undefined ? {} : { duty }) };
}

/** A refusal of what was done for an office that nobody named says which office that was. */
export async function tellingOffice<T>(
  api: Client,
  named: string | undefined,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Failure) || named !== undefined) throw error;
    const found = await placeOf(api, named, undefined).catch(() => undefined);
    if (found === undefined) throw error;
    const advice = [error.advice, officeWords(found.found)].filter((line) => line !== '');
    throw new Failure(error.code, error.title, advice.join('\n'), error.facts);
  }
}

export function officeWords({ office, isNamed, isPool, duty }: ForOffice): string {
  if (isNamed) return `机构 office ${office}`;
  const [zh, en] = isPool ? ['，是统筹区', ', the pool'] : ['', ''];
  const [dutyZh, dutyEn] =
    duty === undefined
      ? ['您第一项职责', 'your first duty']
      : [`职责 ${dutyWords(duty)} `, `duty ${duty}`];
  return (
    `机构 office ${office}（未指明 --office，按${dutyZh}的机构${zh} · ` +
    `--office was not given: the office of ${dutyEn}${en}）`
  );
}

export function actingWords({ login, person, duty, office }: Acting): string {
  const who = login === undefined || login === person ? person : `${login}（${person}）`;
  return `办理人 acting ${who}  职责 duty ${dutyWords(duty)}  所属 of ${office}`;
}

/** The last lines of whatever was done: for which office, and as whom. */
export function doneBy(api: Client, found?: ForOffice): readonly string[] {
  const { acting } = api;
  return [
    ...(found === undefined ? [] : [`  ${officeWords(found)}`]),
    ...(acting === undefined ? [] : [`  ${actingWords(acting)}`]),
  ];
}

/** The same in JSON. */
export function doneFacts(api: Client, found?: ForOffice): Json {
  const { acting } = api;
  return {
    ...(found === undefined ? {} : { for: found }),
    ...(acting === undefined ? {} : { actor: acting }),
  };
}
