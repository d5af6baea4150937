/** SQLSTATE classes of faults that pass: connection, resources, shutdown, deadlock. */
const passing = /^(08|53|57|40|55P03)/;

/** What pg says without a code when a connection is gone or cannot be had. */
const lostConnection = /^(Connection terminated|timeout exceeded when trying to connect)/;

/**
 * Whether the fault lies with the database's reach and not with what was asked of it: then the same
 * work succeeds later, and no event is to blame.
 */
export function isOutage(error: Error): boolean {
  const code = 'code' in error ? String(error.code) : '';
  return passing.test(code) || /^E[A-Z]+$/.test(code) || lostConnection.test(error.message);
}

const endingCode = 'EENDING';

/** What ends a wait for those who follow the log when they end: an outage, as it passes too. */
export function endingFault(): Error {
  return Object.assign(new Error('the system ends'), { code: endingCode });
}

/** Known by its code, as a fault that came about in another thread has no more than that. */
export function isEnding(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === endingCode;
}
