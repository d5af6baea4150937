import { employerStream, type EmployerCommand } from '#domain/employer/employer.js';
import { refuse } from '#domain/refusal.js';
import type { Day } from '#domain/values/calendar.js';
import { isCreditCode, normaliseCode } from '#domain/values/codes.js';
import { employerByNo } from '#projections/employer-register.js';
import type { Act, App } from './app.js';
import { contextFor } from './claims.js';
import { knownRow } from './known-row.js';
import { stored } from './stored.js';
import type { Receipt } from './transact.js';

/** A credit code that fails its check character is kept: early ones really do. */
export async function changeCreditCode(
  app: App,
  act: Act,
  { employerNo, creditCode, from }: Readonly<{ employerNo: string; creditCode: string; from: Day }>,
): Promise<Receipt> {
  await mine(app, act, employerNo);
  if (from > act.on) refuse('DAY_IN_FUTURE', { from });
  const code = normaliseCode(creditCode);
  const creditCodeValid = isCreditCode(code);
  const command = { type: 'ChangeCreditCode', creditCode: code, creditCodeValid, from } as const;
  return run(app, act, employerNo, command);
}

/** The other employer goes on, and must be at work itself: nobody is merged in a circle. */
export async function mergeEmployer(
  app: App,
  act: Act,
  { employerNo, into }: Readonly<{ employerNo: string; into: string }>,
): Promise<Receipt> {
  await mine(app, act, employerNo);
  await mine(app, act, into);
  const other = await app.transact.state(stored.employer, employerStream(into));
  if (other.status !== 'open') refuse('EMPLOYER_CLOSED', { employerNo: into });
  return run(app, act, employerNo, { type: 'MergeEmployer', into });
}

export async function closeEmployer(
  app: App,
  act: Act,
  { employerNo, on }: Readonly<{ employerNo: string; on: Day }>,
): Promise<Receipt> {
  await mine(app, act, employerNo);
  if (on > act.on) refuse('DAY_IN_FUTURE', { on });
  return run(app, act, employerNo, { type: 'CloseEmployer', on });
}

/** Another office's employer is as unknown as one that does not exist. */
async function mine(app: App, { offices }: Act, employerNo: string): Promise<void> {
  const row = await knownRow(app, () => employerByNo(app.pool, employerNo));
  if (row === undefined || !offices.includes(row.office))
    refuse('EMPLOYER_UNKNOWN', { employer: employerNo });
}

function run(app: App, act: Act, employerNo: string, command: EmployerCommand): Promise<Receipt> {
  return app.transact.run(stored.employer, employerStream(employerNo), command, contextFor(act));
}
