import { codec, type EventCodec } from '../codec.js';
import type { Fact } from '../decider.js';
import type { Day } from '../values/calendar.js';
import type { Fen } from '../values/fen.js';

/**
 * What an employer's month of contributions (申报) can remember. These shapes are on disk for ever:
 * add a field as optional, or write a new version and an upcaster. The lines stand in documents,
 * named by their SHA-256; a part is what was declared together (the first list, a later one).
 */
export type DeclarationEvent =
  | Fact<'DeclarationLinesAdded', Chunk>
  | Fact<
      'DeclarationCompleted',
      { part: string; lines: number; digest: string; employerFen: Fen; employeeFen: Fen }
    >
  | Fact<'DeclarationBilled', { part: string; amountFen: Fen }>
  | Fact<'ContributionReceived', Contribution>
  | Fact<'DeclarationPosted', { part: string; lines: number; amountFen: Fen; on: Day }>;

/** Amounts are fen, summed over the chunk's lines. */
export type Chunk = Readonly<{
  part: string;
  chunk: number;
  document: string;
  lines: number;
  employerFen: Fen;
  employeeFen: Fen;
}>;

export type Contribution = Readonly<{
  receiptNo: string;
  amountFen: Fen;
  valueDate: Day;
  fileSha256: string;
}>;

export const declarationCodecs: Record<DeclarationEvent['type'], EventCodec> = {
  DeclarationLinesAdded: codec(['employerFen', 'employeeFen']),
  DeclarationCompleted: codec(['employerFen', 'employeeFen']),
  DeclarationBilled: codec(['amountFen']),
  ContributionReceived: codec(['amountFen']),
  DeclarationPosted: codec(['amountFen']),
};
