/**
 * Named places at which a test may kill the process, to show that a restart finishes the work and
 * repeats nothing. Without YUEJIE_CRASH_AT in the environment they do nothing.
 */
export const crashPoints = [
  'roll:admitted',
  'roll:half-posted',
  'roll:posted',
  'adjustment:admitted',
  'adjustment:posted',
  'batch:admitted',
  'batch:half-instructed',
  'batch:instructed',
  'file:sealed',
  'file:recorded',
  'submission:started',
  'submission:renamed',
  'submission:sent',
  'receipt:sealed',
  'receipt:admitted',
  'receipt:half-booked',
  'receipt:booked',
  'month:cut',
] as const;
export type CrashPoint = (typeof crashPoints)[number];

export function crashPoint(name: CrashPoint): void {
  if (process.env['YUEJIE_CRASH_AT'] === name) process.kill(process.pid, 'SIGKILL');
}
