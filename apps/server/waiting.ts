import type { Pool } from 'pg';
import type { Act, App } from '#application/app.js';
import { refusalWords, type BothWords } from '#application/refusal-texts.js';
import { stored } from '#application/stored.js';
import { forbidPayee } from '#domain/actor/relation.js';
import { forbidOtherHand } from '#domain/batch/batch-sending.js';
import { batchStream } from '#domain/batch/batch.js';
import { Refusal, type RefusalCode } from '#domain/refusal.js';
import { forbidOtherStep, type Hand, type Step } from '#domain/signing/signing.js';
import { unfinishedWork } from '#projections/batch-board.js';
import type { BatchRow, RollRow } from '#projections/batch-fold.js';

/** A refusal as an answer carries it, when it is no answer itself. */
type Said = BothWords & Readonly<{ code: RefusalCode; facts: Readonly<Record<string, string>> }>;

/** What a signed document waits for before it goes on by itself: funds, an open month, … */
export type WaitsFor = Said;

type SignedRow = RollRow | BatchRow;

/**
 * The reaction to the last signature met a refusal and is asked again by itself: that refusal is
 * what the document waits for. Null for one that goes on, or still waits for a signature.
 */
export async function waitsFor(pool: Pool, row: SignedRow): Promise<WaitsFor | null> {
  if (row.nextStep !== null || row.status !== 'prepared') return null;
  const { rows } = await pool.query<{ code: RefusalCode; facts: string }>(
    'select code, facts from reaction_block where reaction = $1 and position = $2',
    ['rollId' in row ? 'advance-roll' : 'advance-batch', row.position],
  );
  const [block] = rows;
  if (block === undefined) return null;
  const facts = JSON.parse(block.facts) as WaitsFor['facts'];
  return said(block.code, facts);
}

function said(code: RefusalCode, facts: Said['facts']): Said {
  return { code, facts, ...refusalWords(code, facts) };
}

/** What waits for a signature: who has signed it, and whom of the register it is about. */
export type Signable = Readonly<{ hands: readonly Hand[]; personRef?: string }>;

/**
 * Why whoever asks may not sign what waits for that step: he stands elsewhere in its chain, or it
 * is about himself or a relative. Null when neither is so; the signature itself is asked more.
 */
export function mayNotSign(act: Act, step: Step, { hands, personRef }: Signable): Said | null {
  return refusedBy(() => {
    if (personRef !== undefined) forbidPayee(act, personRef);
    forbidOtherStep({ hands }, step, act.by);
  });
}

/** The same of a batch that waits for its cashier, who has no other hand in it whatever. */
export async function mayNotSend(
  { transact }: App,
  { by }: Act,
  batchId: string,
): Promise<Said | null> {
  const batch = await transact.state(stored.batch, batchStream(batchId));
  return batch.status === 'none' ? null : refusedBy(() => forbidOtherHand(batch, by));
}

function refusedBy(forbid: () => void): Said | null {
  try {
    forbid();
    return null;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return said(error.code, error.facts);
  }
}

/** A document as an inbox shows it: signed by all its hands, and held up. */
export type HeldUp = Readonly<{
  kind: 'roll' | 'batch';
  id: string;
  office: string;
  month: string;
  lines: number;
  amountFen: bigint;
  hands: readonly Hand[];
  returned: boolean;
  waitsFor: WaitsFor;
}>;

/** Rolls and batches of those offices that are signed and wait for something else. */
export async function heldUp(pool: Pool, offices: readonly string[]): Promise<readonly HeldUp[]> {
  const { rolls, batches } = await unfinishedWork(pool);
  const held: HeldUp[] = [];
  for (const row of [...rolls, ...batches]) {
    if (!offices.includes(row.office)) continue;
    const waits = await waitsFor(pool, row);
    if (waits === null) continue;
    const { office, month, lines, amountFen, hands, returned } = row;
    const named =
      'rollId' in row
        ? ({ kind: 'roll', id: row.rollId } as const)
        : ({ kind: 'batch', id: row.batchId } as const);
    held.push({ ...named, office, month, lines, amountFen, hands, returned, waitsFor: waits });
  }
  return held;
}
