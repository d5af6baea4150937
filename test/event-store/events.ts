import { randomUUID } from 'node:crypto';
import type { NewEvent } from '#event-store/port.js';

/** An event with an amount in fen and metadata as they are stored: JSON on one line. */
export function anEvent(amountFen = 100n, type = 'BenefitDue'): NewEvent {
  return {
    id: randomUUID(),
    type,
    schema: 1,
    data: JSON.stringify({ amountFen: `${amountFen}`, benefit: '失业保险金' }),
    metadata: JSON.stringify({ commandId: randomUUID(), office: '440106', day: '2026-09-15' }),
  };
}

export function someEvents(count: number): readonly NewEvent[] {
  return Array.from({ length: count }, (_, at) => anEvent(BigInt(at)));
}
