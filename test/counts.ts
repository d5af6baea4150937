/**
 * How many cases a suite draws: for a property, `{ numRuns: counts({ ci: 200, release: 5_000 }) }`.
 * A run before a release (RELEASE=1) takes its time; any other keeps to the budget.
 */
export function counts(cases: Readonly<{ ci: number; release: number }>): number {
  return process.env['RELEASE'] === '1' ? cases.release : cases.ci;
}
