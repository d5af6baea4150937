import { describe, expect, it } from '@jest/globals';
import { administrators, duties, incompatible, type Duty } from './duties.js';

const watchers: readonly Duty[] = ['inspector', 'auditor', ...administrators];
const kept: readonly Duty[] = ['approver', 'reviewer', 'accountant', 'reconciler'];

describe('duties that one person may not hold together', () => {
  it('are the watchers’ and administrators’ with every other one, in any office', () => {
    for (const watcher of watchers) {
      for (const other of duties) {
        expect(incompatible(watcher, other)).toBe(watcher !== other);
        expect(incompatible(other, watcher)).toBe(watcher !== other);
      }
    }
  });
  it('are the cashier’s with those who check and book, in any office', () => {
    for (const other of duties.filter((duty) => !watchers.includes(duty))) {
      expect(incompatible('cashier', other)).toBe(kept.includes(other));
      expect(incompatible(other, 'cashier')).toBe(kept.includes(other));
    }
  });
  it('are no others: what separates operators is the chain they sign', () => {
    const operating = duties.filter((duty) => !watchers.includes(duty) && duty !== 'cashier');
    for (const left of operating) {
      for (const right of operating) expect(incompatible(left, right)).toBe(false);
    }
  });
});
