import type { BankScript } from '../city/script.js';
import type { City } from '../city/people.js';
import type { Progress } from './progress.js';
import type { OfficeDoor } from './office-door.js';

/** What every part of the demonstration works with. */
export type Bureau = Readonly<{
  door: OfficeDoor;
  city: City;
  script: BankScript;
  /** Where the city's own files lie. */
  files: string;
  /** The folders between the agency and its bank. */
  bank: Readonly<{ toBank: string; fromBank: string }>;
  progress: Progress;
}>;

/** Where a document of three signatures stands, as its list shows it. */
export type Signed = Readonly<{
  root: string;
  lines: number;
  amountFen: unknown;
  nextStep: string | null;
}>;

/**
 * Approves and reviews what waits for it; what has been signed already is left alone. Both sign
 * what the page shows them.
 */
export async function signDocument(
  { door }: Bureau,
  noun: 'rolls' | 'batches' | 'plans',
  id: string,
): Promise<void> {
  const { root, lines, amountFen, nextStep } = await door.get<Signed>('approver', `${noun}/${id}`);
  const sent = { body: { seen: { root, lines, amountFen } } };
  if (nextStep === 'approve') await door.put('approver', `${noun}/${id}/approval`, sent);
  if (nextStep !== null) await door.put('reviewer', `${noun}/${id}/review`, sent);
}
