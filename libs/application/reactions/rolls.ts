import type { RollEvent } from '#domain/roll/roll.events.js';
import { rollStream, type Roll, type RollCommand } from '#domain/roll/roll.js';
import { Refusal } from '#domain/refusal.js';
import { isComplete } from '#domain/signing/signing.js';
import { addMonths, type Month } from '#domain/values/calendar.js';
import { noFen } from '#domain/values/fen.js';
import type { Sheet } from '#domain/values/totals.js';
import type { App } from '../app.js';
import { carryOut } from '../aside-works.js';
import { crashPoint } from '../crash-points.js';
import { admit, discharge, type Admission } from '../month-documents.js';
import { signedBefore } from '../sign-ins.js';
import { stored } from '../stored.js';
import { sheetOfTally } from '../tally.js';
import { postOpening } from './opening.js';
import { contextOfReaction, dataOf, type Cause, type Reaction } from './reaction.js';

/**
 * A roll goes on by itself once its chain is complete: the month admits it, its lines are written
 * into the awards, the month is told. Every step asks the streams where the roll stands.
 */
export const advanceRoll: Reaction = {
  name: 'advance-roll',
  on: ['RollSigned'],
  react: async (app, cause) => {
    const { rollId } = dataOf<RollEvent, 'RollSigned'>(cause, 'RollSigned');
    const roll = await app.transact.state(stored.roll, rollStream(rollId));
    if (roll.status === 'none' || !isComplete(roll.signing)) return;
    if (roll.status === 'discharged') return;
    const month = await admitRoll(app, cause, roll);
    crashPoint('roll:admitted');
    await app.projected(cause.position);
    const { posted, refused, refusedKeys, sheet } =
      roll.kind === 'opening'
        ? await postOpening(app, cause, { roll, month })
        : await postDue(app, cause, { roll, month });
    crashPoint('roll:posted');
    await discharge(app, contextOfReaction('discharge-roll', cause, rollId), {
      ...{ office: roll.office, month, documentId: `roll-${rollId}`, posted, refused, sheet },
      ...(refusedKeys.length === 0 ? {} : { refusedKeys }),
      releasedFen: noFen,
    });
    const done = { type: 'RecordRollDischarged', rollId, posted, refused } as const;
    await onRoll(app, cause, done);
  },
};

export type LiveRoll = Exclude<Roll, { status: 'none' }>;

async function admitRoll(app: App, cause: Cause, roll: LiveRoll): Promise<Month> {
  const { rollId, office, document, sheet, kind } = roll;
  const { root, lines } = roll.signing.seen;
  const admission: Admission = {
    ...{ office, root, lines, sheet },
    month: roll.month,
    documentId: `roll-${rollId}`,
    kind: kind === 'opening' ? 'opening' : 'roll',
    sha256: document,
    reservedFen: noFen,
  };
  const month = await admitFrom(app, cause, admission);
  await onRoll(app, cause, { type: 'RecordRollAdmitted', rollId, month });
  return month;
}

/** A cut month refuses; the document is then asked of the next one. */
export async function admitFrom(app: App, cause: Cause, admission: Admission): Promise<Month> {
  const { documentId, month } = admission;
  const context = contextOfReaction('admit', cause, `${documentId}/${month}`);
  try {
    await admit(app, context, admission);
    return month;
  } catch (error) {
    const late = error instanceof Refusal && ['MONTH_CUT', 'MONTH_CLOSED'].includes(error.code);
    if (!late) throw error;
    return admitFrom(app, cause, { ...admission, month: addMonths(month, 1) });
  }
}

export type PostedSheet = Readonly<{
  posted: number;
  refused: number;
  refusedKeys: readonly string[];
  sheet: Sheet;
}>;

async function postDue(
  app: App,
  cause: Cause,
  { roll, month: bookedMonth }: Readonly<{ roll: LiveRoll; month: Month }>,
): Promise<PostedSheet> {
  const { office, month } = roll;
  const signed = await signedBefore(app, roll, cause.position);
  const context = contextOfReaction('post-roll', cause, roll.rollId);
  const tally = await carryOut(app, 'postDocument', {
    kind: 'due',
    document: roll.document,
    documentId: `roll-${roll.rollId}`,
    context: { ...context, office, month: bookedMonth },
    bookedMonth,
    ...(signed === undefined ? {} : { missed: { month, signed, cause: cause.id } }),
  });
  const { posted, refused, refusedKeys } = tally;
  return { posted, refused, refusedKeys, sheet: sheetOfTally(tally) };
}

async function onRoll(app: App, cause: Cause, command: RollCommand): Promise<void> {
  const context = contextOfReaction(command.type, cause, command.rollId);
  await app.transact.run(stored.roll, rollStream(command.rollId), command, context);
}
