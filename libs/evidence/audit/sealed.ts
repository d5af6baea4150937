import { Findings, type Finding, type Place, type Report } from './findings.js';
import { takeSafely } from './money.js';
import type { Fact, Json, Log } from './raw.js';

/** A sealed row that is not as events bind it, as `libs/security` finds it. */
export type SealFault = Readonly<{ ref: string; fault: 'changed' | 'missing' }>;

/** Compares rows with the SHA-256 (hex) that events bind; answers those that differ. */
export type VerifySealed = (expected: ReadonlyMap<string, string>) => Promise<readonly SealFault[]>;

const chunkSize = 5_000;

/**
 * Every pair of a sealed row and its hash that stands in an event, wherever it stands there. Rows
 * are compared as they turn up, a chunk at a time, so that only their hashes are kept.
 */
export class SealedAudit {
  private readonly bound = new Map<string, string>();
  private readonly pending = new Map<string, Readonly<{ sha256: string; place: Place }>>();
  checked = 0;

  constructor(
    private readonly verifySealed: VerifySealed,
    private readonly report: Report,
  ) {}

  take({ data, position, stream }: Fact): void {
    eachSealed(data, (ref, sha256) => {
      const known = this.bound.get(ref);
      if (known === undefined) {
        this.bound.set(ref, sha256);
        this.pending.set(ref, { sha256, place: { position, stream } });
      } else if (known !== sha256) this.report('SEALED_REBOUND', { position, stream }, { ref });
    });
  }

  /** Between chunks of the log: nothing happens until there is enough to ask for. */
  async rest(isLast = false): Promise<void> {
    if (this.pending.size === 0 || (!isLast && this.pending.size < chunkSize)) return;
    const expected = new Map([...this.pending].map(([ref, { sha256 }]) => [ref, sha256]));
    for (const { ref, fault } of await this.verifySealed(expected)) {
      const place = this.pending.get(ref)?.place;
      if (place === undefined) throw new Error(`${ref} was not asked for`);
      this.report(fault === 'missing' ? 'SEALED_MISSING' : 'SEALED_CHANGED', place, { ref });
    }
    this.checked += expected.size;
    this.pending.clear();
  }
}

/** The sealed rows of a whole log by themselves. */
export async function verifySealedRows(
  events: Log,
  verifySealed: VerifySealed,
): Promise<Readonly<{ findings: readonly Finding[]; checked: number }>> {
  const findings = new Findings();
  const audit = new SealedAudit(verifySealed, findings.report);
  for await (const chunk of events) {
    for (const event of chunk) takeSafely(event, (fact) => audit.take(fact), findings.report);
    await audit.rest();
  }
  await audit.rest(true);
  return { findings: findings.sorted(), checked: audit.checked };
}

function eachSealed(value: unknown, found: (ref: string, sha256: string) => void): void {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (const one of value) eachSealed(one, found);
    return;
  }
  const object = value as Json;
  const ref = object['ref'] ?? object['accountRef'];
  const sha256 = object['sealedSha256'];
  if (typeof ref === 'string' && typeof sha256 === 'string') found(ref, sha256);
  for (const key in object) {
    const inner = object[key];
    if (typeof inner === 'object') eachSealed(inner, found);
  }
}
