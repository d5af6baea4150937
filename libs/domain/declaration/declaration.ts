import { impossible, type Decider } from '../decider.js';
import { refuse } from '../refusal.js';
import type { Day, Month } from '../values/calendar.js';
import { addFen, noFen, sumFen, type Fen } from '../values/fen.js';
import type { Chunk, Contribution, DeclarationEvent } from './declaration.events.js';

export type DeclarationCommand = AddDeclarationLines | CompleteDeclaration | ReceiveContribution;

export type AddDeclarationLines = Readonly<{ type: 'AddDeclarationLines' }> & Chunk;

/** Says how much a part must hold, so that a part cut short is never billed. */
export type CompleteDeclaration = Readonly<{ type: 'CompleteDeclaration'; on: Day }> & Completion;

/** Money of this employer and month; `on` is the business day, `valueDate` the bank's. */
export type ReceiveContribution = Readonly<{ type: 'ReceiveContribution'; on: Day }> & Contribution;

/** Amounts are fen, summed over the part; `digest` is the SHA-256 (hex) of its documents. */
export type Completion = Readonly<{
  part: string;
  lines: number;
  digest: string;
  employerFen: Fen;
  employeeFen: Fen;
}>;

export type Bill = Readonly<{ part: string; lines: number; amountFen: Fen }>;

/** Parts are billed in the order of their completion and posted in that order, each in full. */
export type Declaration = Readonly<{
  chunks: readonly Chunk[];
  completed: readonly Completion[];
  bills: readonly Bill[];
  contributions: readonly Contribution[];
  postedParts: number;
}>;

export const declarationStream = (employerNo: string, month: Month): string =>
  `declaration-${employerNo}-${month}`;

export const declarationDecider: Decider<Declaration, DeclarationCommand, DeclarationEvent> = {
  initial: { chunks: [], completed: [], bills: [], contributions: [], postedParts: 0 },
  decide,
  evolve,
};

export function receivedFen({ contributions }: Declaration): Fen {
  return sumFen(contributions.map(({ amountFen }) => amountFen));
}

export function billedFen({ bills }: Declaration): Fen {
  return sumFen(bills.map(({ amountFen }) => amountFen));
}

function decide(
  command: DeclarationCommand,
  declaration: Declaration,
): readonly DeclarationEvent[] {
  switch (command.type) {
    case 'AddDeclarationLines':
      return addLines(command, declaration);
    case 'CompleteDeclaration':
      return complete(command, declaration);
    case 'ReceiveContribution':
      return receive(command, declaration);
  }
}

function addLines(
  { part, chunk, document, lines, employerFen, employeeFen }: AddDeclarationLines,
  { chunks, completed }: Declaration,
): readonly DeclarationEvent[] {
  const known = chunks.find((one) => one.part === part && one.chunk === chunk);
  if (known?.document === document) return [];
  if (employerFen < 0n || employeeFen < 0n) refuse('AMOUNT_NEGATIVE', { part });
  const isClosed = known !== undefined || completed.some((one) => one.part === part);
  if (isClosed) refuse('DECLARATION_CLOSED', { part, chunk: String(chunk) });
  const data = { part, chunk, document, lines, employerFen, employeeFen };
  return [{ type: 'DeclarationLinesAdded', data }];
}

/** Declared by names, so billed as declared; it posts at once when the money is there already. */
function complete(
  { part, lines, digest, employerFen, employeeFen, on }: CompleteDeclaration,
  declaration: Declaration,
): readonly DeclarationEvent[] {
  const { chunks, completed } = declaration;
  const known = completed.find((one) => one.part === part);
  if (known?.digest === digest) return [];
  if (known !== undefined) refuse('DECLARATION_CLOSED', { part });
  const mine = chunks.filter((one) => one.part === part);
  if (mine.length === 0) refuse('DECLARATION_UNKNOWN', { part });
  const held = mine.reduce((sum, one) => sum + one.lines, 0);
  const isWhole =
    held === lines &&
    sumFen(mine.map((one) => one.employerFen)) === employerFen &&
    sumFen(mine.map((one) => one.employeeFen)) === employeeFen;
  if (!isWhole) refuse('DECLARATION_INCOMPLETE', { part, held: String(held), said: String(lines) });
  const completion = { part, lines, digest, employerFen, employeeFen };
  const amountFen = addFen(employerFen, employeeFen);
  const events: readonly DeclarationEvent[] = [
    { type: 'DeclarationCompleted', data: completion },
    { type: 'DeclarationBilled', data: { part, amountFen } },
  ];
  return [...events, ...postings(events.reduce(evolve, declaration), on)];
}

/** Money is a fact, and is kept before anything is declared: it is posted when the names come. */
function receive(
  { receiptNo, amountFen, valueDate, fileSha256, on }: ReceiveContribution,
  declaration: Declaration,
): readonly DeclarationEvent[] {
  const known = declaration.contributions.find((one) => one.receiptNo === receiptNo);
  if (known !== undefined) {
    if (known.amountFen === amountFen && known.valueDate === valueDate) return [];
    refuse('RECEIPT_NUMBER_TAKEN', { receiptNo });
  }
  if (amountFen < 0n) refuse('AMOUNT_NEGATIVE', { receiptNo });
  const data = { receiptNo, amountFen, valueDate, fileSha256 };
  const received: DeclarationEvent = { type: 'ContributionReceived', data };
  return [received, ...postings(evolve(declaration, received), on)];
}

/** The bills that all money together now covers, oldest first; a part is never posted by halves. */
function postings(declaration: Declaration, on: Day): readonly DeclarationEvent[] {
  const { bills, postedParts } = declaration;
  const received = receivedFen(declaration);
  const events: DeclarationEvent[] = [];
  let due = noFen;
  for (const [index, bill] of bills.entries()) {
    due = addFen(due, bill.amountFen);
    if (due > received) break;
    if (index >= postedParts) events.push({ type: 'DeclarationPosted', data: { ...bill, on } });
  }
  return events;
}

function evolve(declaration: Declaration, event: DeclarationEvent): Declaration {
  const { chunks, completed, bills, contributions, postedParts } = declaration;
  switch (event.type) {
    case 'DeclarationLinesAdded':
      return { ...declaration, chunks: [...chunks, event.data] };
    case 'DeclarationCompleted':
      return { ...declaration, completed: [...completed, event.data] };
    case 'DeclarationBilled': {
      const { part, amountFen } = event.data;
      const completion = completed.at(-1);
      if (completion?.part !== part) return impossible(event.type, 'a part not completed');
      return { ...declaration, bills: [...bills, { part, lines: completion.lines, amountFen }] };
    }
    case 'ContributionReceived':
      return { ...declaration, contributions: [...contributions, event.data] };
    case 'DeclarationPosted':
      if (bills[postedParts]?.part !== event.data.part) {
        return impossible(event.type, 'a part out of its turn');
      }
      return { ...declaration, postedParts: postedParts + 1 };
    default:
      return impossible(event, 'a declaration');
  }
}
