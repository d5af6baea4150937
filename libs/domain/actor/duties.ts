/** The closed list of duties. A duty is granted for an office and a time, to a staff person. */
export const duties = [
  'intake',
  'payroll',
  'approver',
  'reviewer',
  'authoriser',
  'accountant',
  'cashier',
  'reconciler',
  'inspector',
  'auditor',
  'system-admin',
  'security-admin',
  'audit-admin',
] as const;

export type Duty = (typeof duties)[number];

/** Those who configure (三员分立): the only duties that a new system may install unsigned. */
export const administrators = ['system-admin', 'security-admin', 'audit-admin'] as const;

export type Administrator = (typeof administrators)[number];

/** Each excludes every other duty, in any office: who watches or configures does not operate. */
const exclusive: readonly Duty[] = ['inspector', 'auditor', ...administrators];

/**
 * 会计法 art. 35: the cashier neither checks nor books; and approves nothing of what he pays. In
 * any office, as a pool's duty acts in its counties too: what he sends in one he could book there.
 */
const notCashier: readonly Duty[] = ['approver', 'reviewer', 'accountant', 'reconciler'];

/** Whether one person may not hold both duties at a time, whatever offices they are for. */
export function incompatible(left: Duty, right: Duty): boolean {
  if (left === right) return false;
  if (exclusive.includes(left) || exclusive.includes(right)) return true;
  return (
    (left === 'cashier' && notCashier.includes(right)) ||
    (right === 'cashier' && notCashier.includes(left))
  );
}
