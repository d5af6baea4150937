import { movingOf } from './award-text.js';
import type { Queryable } from './rows.js';
import { liveSchema } from './runner.js';

type Asked = Readonly<{ award: string; instruction: string }>;

/** Whether each of those payments waits for the bank's answer; of undefined, no. */
export async function areSent(
  pool: Queryable,
  payments: readonly (Asked | undefined)[],
): Promise<readonly boolean[]> {
  const awards: string[] = [];
  for (const payment of payments) if (payment !== undefined) awards.push(payment.award);
  const movings = await movingsOf(pool, awards);
  return payments.map((payment) => {
    const moving = payment === undefined ? undefined : movings.get(payment.award);
    return moving !== undefined && isSentIn(moving, payment?.instruction ?? '');
  });
}

/** What moves of each award of the pages that hold those. */
async function movingsOf(
  pool: Queryable,
  awards: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const movings = new Map<string, string>();
  if (awards.length === 0) return movings;
  const { rows } = await pool.query<Readonly<{ awards: string; moving: string }>>(
    `select awards, moving from ${liveSchema}.award_page
     where page = any(array(
       select distinct page from ${liveSchema}.award_state
       where award_no = any(string_to_array($1, E'\\n'))))`,
    [awards.join('\n')],
  );
  for (const row of rows) {
    const moving = row.moving.split('\n');
    row.awards.split('\n').forEach((award, slot) => movings.set(award, moving[slot] ?? ''));
  }
  return movings;
}

/** A line begins with two texts as a payment does, but then its month follows and no amount. */
const paymentShape = /\["[^"]*","[^"]*","-?\d+",\[/y;

/**
 * Whether a payment is among those that a `movingText` keeps, which are in transit all: it is
 * looked for in the text, as reading the whole takes several times as long.
 */
export function isSentIn(moving: string, instructionId: string): boolean {
  if (moving.includes('\\') || instructionId.includes('"'))
    return movingOf(moving).payments.some((payment) => payment.instructionId === instructionId);
  const beginning = `["${instructionId}","`;
  let at = moving.indexOf(beginning);
  while (at !== -1) {
    paymentShape.lastIndex = at;
    if (paymentShape.test(moving)) return true;
    at = moving.indexOf(beginning, at + 1);
  }
  return false;
}
