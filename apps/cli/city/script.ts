/** Reasons as banks code them: name differs, no such account, closed, blocked. */
export const failureReasons = ['BE01', 'AC03', 'AC04', 'AC06'] as const;

/**
 * How the simulated bank answers a line; one without an entry is credited and told at once.
 * `returnedOn`: credited, and sent back on that day. `late`: told in the receipt's second part.
 * `double`: told in both. `unknownAfter`: behind this line stands one that nobody sent.
 */
export type ScriptedAnswer = Readonly<{
  result?: 'failed';
  reason?: (typeof failureReasons)[number];
  returnedOn?: string;
  delivery?: 'late' | 'double';
  unknownAfter?: true;
}>;

/** Month of the batch → person number → answer, as bank.json holds it. */
export type BankScript = Readonly<Record<string, Readonly<Record<string, ScriptedAnswer>>>>;
