import type { AskedMonth } from '#domain/recovery/asked-months.events.js';
import { askedByOthers, askedMonthsStream } from '#domain/recovery/asked-months.js';
import {
  demands,
  recoveryDecider,
  recoveryStream,
  roundToOpen,
  type OpenRecovery,
} from '#domain/recovery/recovery.js';
import type { Month } from '#domain/values/calendar.js';
import type { App } from './app.js';
import type { Context } from './context.js';
import { bodyHash, derivedId } from './ids.js';
import { stored } from './stored.js';
import type { Receipt } from './transact.js';

type Opening = Omit<OpenRecovery, 'round'>;

/**
 * Opens a recovery whose months no other one asks back. They are asked of the award's own list
 * first, where of two at once one is refused; a crash between leaves them with this number, under
 * which it can be opened again.
 *
 * @throws Refusal RECOVERY_MONTH_TAKEN, and what the recovery itself refuses
 */
export async function openAskedOnce(
  app: Pick<App, 'transact'>,
  context: Context,
  opening: Opening,
): Promise<Receipt> {
  const stream = recoveryStream(opening.recoveryNo);
  const recovery = await app.transact.state(stored.recovery, stream);
  const command: OpenRecovery = { ...opening, round: roundToOpen(recovery) };
  if (recovery.status === 'none' || recovery.signing.returned) {
    // What is refused anyway asks for no month.
    recoveryDecider.decide(command, recovery);
    await askMonths(app, context, command);
  }
  // The round follows from the stream: it is no part of what the caller said.
  return app.transact.run(stored.recovery, stream, command, context, bodyHash(opening));
}

/** Of these months those that another recovery asks back, and that it still demands. */
export async function monthsOfOthers(
  app: Pick<App, 'transact'>,
  asking: Readonly<{ awardNo: string; recoveryNo: string; months: readonly Month[] }>,
): Promise<readonly Month[]> {
  const { others, over } = await askedBefore(app, asking);
  return others.filter((one) => !over.includes(one)).map(({ month }) => month);
}

async function askMonths(
  app: Pick<App, 'transact'>,
  context: Context,
  { awardNo, recoveryNo, months, round }: OpenRecovery,
): Promise<void> {
  const { over } = await askedBefore(app, { awardNo, recoveryNo, months });
  const asked = { type: 'AskMonthsBack', recoveryNo, round, months } as const;
  const commandId = derivedId(context.commandId, 'ask-months-back', round, ...months);
  const stream = askedMonthsStream(awardNo);
  const command = { ...asked, over };
  const mine = { ...context, commandId };
  await app.transact.run(stored.askedMonths, stream, command, mine, bodyHash(asked));
}

/** `over` are those of which their recovery was opened without them: they are free again. */
async function askedBefore(
  app: Pick<App, 'transact'>,
  asking: Readonly<{ awardNo: string; recoveryNo: string; months: readonly Month[] }>,
): Promise<Readonly<{ others: readonly AskedMonth[]; over: readonly AskedMonth[] }>> {
  const { awardNo } = asking;
  const asked = await app.transact.state(stored.askedMonths, askedMonthsStream(awardNo));
  const others = askedByOthers(asked, asking);
  const over: AskedMonth[] = [];
  for (const one of others) {
    const stream = recoveryStream(one.recoveryNo);
    const recovery = await app.transact.state(stored.recovery, stream);
    if (demands(recovery, { awardNo, ...one }) === false) over.push(one);
  }
  return { others, over };
}
