import type { AwardCommand, RecordDue } from '#domain/award/award.commands.js';
import type { RollEvent } from '#domain/roll/roll.events.js';
import { rollStream, type Roll, type RollCommand } from '#domain/roll/roll.js';
import { Refusal } from '#domain/refusal.js';
import { isComplete } from '#domain/signing/signing.js';
import { addMonths, type Month } from '#domain/values/calendar.js';
import { noFen } from '#domain/values/fen.js';
import { addToSheet, type Sheet } from '#domain/values/totals.js';
import type { App } from '../app.js';
import { crashPoint } from '../crash-points.js';
import { rollLine, type RollLine } from '../document-lines.js';
import { admit, discharge, type Admission } from '../month-documents.js';
import { missedBefore } from '../sign-ins.js';
import { stored } from '../stored.js';
import { postOpening } from './opening.js';
import { postLines } from './posting.js';
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
  { roll, month }: Readonly<{ roll: LiveRoll; month: Month }>,
): Promise<PostedSheet> {
  const documentId = `roll-${roll.rollId}`;
  const counts = { posted: 0, refused: 0, refusedKeys: new Array<string>() };
  let sheet: Sheet = {};
  const hasMissed = await missedBefore(app, roll, cause.position);
  const chunks = postLines<RollLine>(app, {
    document: roll.document,
    context: { ...contextOfReaction('post-roll', cause, roll.rollId), office: roll.office, month },
    parse: rollLine,
    key: ({ award, line }) => `${award}/${line}`,
    command: (line) => {
      const missed = line.month === roll.month && hasMissed(line.person);
      return dueCommand(line, {
        ...{ documentId, bookedMonth: month },
        ...(missed ? { held: { reason: 'verification-hold', cause: cause.id } } : {}),
      });
    },
    crashAt: 'roll:half-posted',
  });
  for await (const chunk of chunks) {
    for (const { line, refusal } of chunk) {
      if (refusal !== undefined) {
        counts.refused += 1;
        counts.refusedKeys.push(`${line.award}/${line.line}`);
        continue;
      }
      counts.posted += 1;
      const { item, amountFen } = line;
      sheet = addToSheet(sheet, item, 'due', { lines: 1, personMonths: 1, amountFen });
    }
  }
  return { ...counts, sheet };
}

function dueCommand(
  { line: lineId, item, month, rollMonth, amountFen }: RollLine,
  place: Pick<RecordDue, 'documentId' | 'bookedMonth' | 'held'>,
): AwardCommand {
  return { type: 'RecordDue', lineId, item, month, rollMonth, amountFen, ...place };
}

async function onRoll(app: App, cause: Cause, command: RollCommand): Promise<void> {
  const context = contextOfReaction(command.type, cause, command.rollId);
  await app.transact.run(stored.roll, rollStream(command.rollId), command, context);
}
