import { Refusal } from '#domain/refusal.js';
import { lastDay, type Day, type Month } from '#domain/values/calendar.js';
import { verificationStream } from '#domain/verification/verification.js';
import type { RecordedEvent } from '#event-store/port.js';
import type { Effect } from '#law/topics.js';
import { verificationRule } from '#law/verification.js';
import { jurisdictionOf } from '#projections/actors.js';
import type { App } from './app.js';
import { signInLine } from './document-lines.js';
import { stored } from './stored.js';
import { foldHistory } from './transact.js';

type Place = Readonly<{ office: string; month: Month }>;

/** What so many months missed in a row mean. */
export type Missed = (monthsMissed: number) => Effect;

/**
 * What the place's rule makes of months missed in a row. Where no text says it, the
 * line is held: nothing leaves without the month's verification, and nobody is stopped by a guess.
 */
export async function missedRule(app: App, { office, month }: Place): Promise<Missed> {
  const jurisdiction = await jurisdictionOf(app.pool, office);
  const window = lastDay(month);
  return (monthsMissed) => {
    try {
      const rules = app.law.on(jurisdiction, window);
      const facts = { signedBy: null, window, monthsMissed, goodReason: false };
      return verificationRule(rules, facts).effect;
    } catch (error) {
      const silent = error instanceof Refusal && silence.includes(error.code);
      if (!silent) throw error;
      return 'hold';
    }
  };
}

const silence: readonly string[] = ['NO_LOCAL_RULE', 'NO_RULE_ON_DAY'];

/** Those who signed within the window; whoever came later has missed the month. */
export async function signedPersons(
  app: App,
  history: readonly RecordedEvent[],
  until: Day,
): Promise<ReadonlySet<string>> {
  const signed = new Set<string>();
  for (const { type, data } of history) {
    if (type !== 'SignInsReceived') continue;
    const { document } = JSON.parse(data) as { document: string };
    for await (const chunk of app.documents.lines(document))
      for (const text of chunk) {
        const { person, signedOn } = signInLine(text);
        if (signedOn <= until) signed.add(person);
      }
  }
  return signed;
}

/**
 * Who had signed in for a month that was judged before a line of it fell due, as a supplement's
 * does: the judgement has not seen that line. Undefined when nobody has missed it, as while the
 * month is not judged.
 *
 * @param at the position up to which sign-ins count, so that a repeat finds the same
 */
export async function signedBefore(
  app: App,
  place: Place,
  at: bigint,
): Promise<ReadonlySet<string> | undefined> {
  const recorded = await app.store.read(verificationStream(place.office, place.month));
  const history = recorded.filter(({ position }) => position <= at);
  const state = foldHistory(stored.verification, history);
  if (state.status !== 'judged') return undefined;
  const missed = await missedRule(app, place);
  if (missed(1) === 'none') return undefined;
  return signedPersons(app, history, state.window.to);
}
