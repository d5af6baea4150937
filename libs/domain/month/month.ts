import { impossible, type Decider } from '../decider.js';
import { refuse } from '../refusal.js';
import type { Seen, Signer, Signing, Step } from '../signing/signing.js';
import type { Day, Month } from '../values/calendar.js';
import type { Fen } from '../values/fen.js';
import { sameSheets, type Sheet } from '../values/totals.js';
import { cut, prepareClose, sendCloseBack, signClose } from './month-close.js';
import type { CloseStatement, DocumentKind, MonthEvent } from './month.events.js';
import { evolve } from './month-evolve.js';

export type MonthCommand =
  | Readonly<{
      type: 'OpenMonth';
      office: string;
      pool: string;
      month: Month;
      provisional: boolean;
      on: Day;
    }>
  | Readonly<{
      type: 'BringOpening';
      month: Month;
      sheet: Sheet;
      availableFen: Fen;
      from: 'close' | 'nothing';
    }>
  | Readonly<{
      type: 'ReceiveAllotment';
      month: Month;
      /** Whose plan it is: an office spends its own pool's money only. */
      pool: string;
      planId: string;
      amountFen: Fen;
    }>
  | Readonly<{
      type: 'AdmitDocument';
      month: Month;
      documentId: string;
      kind: DocumentKind;
      sha256: string;
      root: string;
      lines: number;
      sheet: Sheet;
      reservedFen: Fen;
    }>
  | Readonly<{
      type: 'DischargeDocument';
      month: Month;
      documentId: string;
      posted: number;
      refused: number;
      refusedKeys?: readonly string[];
      sheet: Sheet;
      releasedFen: Fen;
    }>
  | Readonly<{ type: 'CutMonth'; month: Month; by: Signer; on: Day }>
  | Readonly<{
      type: 'PrepareClose';
      month: Month;
      close: CloseStatement;
      /** Persons who paid in this month: cashier and payroll clerks. */
      payers: readonly string[];
      by: Signer;
      on: Day;
    }>
  | Readonly<{
      type: 'SignClose';
      month: Month;
      step: Step;
      seen: Seen;
      /** The signer's own recomputation: it must be the statement that was prepared. */
      recomputed: CloseStatement;
      /** Persons who paid in this month: cashier and payroll clerks. */
      payers: readonly string[];
      by: Signer;
      on: Day;
    }>
  | Readonly<{ type: 'SendCloseBack'; month: Month; reason: string; by: Signer; on: Day }>;

export type MonthState = Readonly<{ status: 'none' }> | LiveMonth;

export type LiveMonth = Readonly<{
  status: 'open' | 'cut' | 'closed';
  office: string;
  pool: string;
  month: Month;
  provisional: boolean;
  /** What the month began with, once it is not provisional any more. */
  opening?: Readonly<{ sheet: Sheet; availableFen: Fen }>;
  sheet: Sheet;
  availableFen: Fen;
  plans: readonly string[];
  /** Admitted and not discharged: what still stands in the way of the cut. */
  pending: Readonly<Record<string, Fen>>;
  discharged: readonly string[];
  close?: CloseStatement;
  signing?: Signing;
}>;

export const monthStream = (office: string, month: Month) => `month-${office}-${month}`;

export const monthDecider: Decider<MonthState, MonthCommand, MonthEvent> = {
  initial: { status: 'none' },
  decide,
  evolve,
};

function decide(command: MonthCommand, state: MonthState): readonly MonthEvent[] {
  if (command.type === 'OpenMonth') return openMonth(command, state);
  if (state.status === 'none') return refuse('MONTH_NOT_OPEN', { month: command.month });
  switch (command.type) {
    case 'BringOpening':
      return bringOpening(command, state);
    case 'ReceiveAllotment':
      return receiveAllotment(command, state);
    case 'AdmitDocument':
      return admit(command, state);
    case 'DischargeDocument':
      return discharge(command, state);
    case 'CutMonth':
      return cut(command, state);
    case 'PrepareClose':
      return prepareClose(command, state);
    case 'SignClose':
      return signClose(command, state);
    case 'SendCloseBack':
      return sendCloseBack(command, state);
    default:
      return impossible(command, 'month command');
  }
}

function openMonth(
  { type: _type, ...data }: Extract<MonthCommand, { type: 'OpenMonth' }>,
  state: MonthState,
): readonly MonthEvent[] {
  return state.status === 'none' ? [{ type: 'MonthOpened', data }] : [];
}

/**
 * The predecessor's close makes a provisional month final: its unpaid lines are this month's
 * opening. A month has one opening: another one would be money that nobody carries.
 */
function bringOpening(
  { type: _type, ...data }: Extract<MonthCommand, { type: 'BringOpening' }>,
  state: LiveMonth,
): readonly MonthEvent[] {
  const { opening, month } = state;
  if (opening === undefined) return [{ type: 'OpeningBrought', data }];
  const isSame =
    opening.availableFen === data.availableFen && sameSheets(opening.sheet, data.sheet);
  return isSame ? [] : refuse('MONTH_DIFFERS', { month, side: 'opening' });
}

function receiveAllotment(
  { type: _type, pool, ...data }: Extract<MonthCommand, { type: 'ReceiveAllotment' }>,
  state: LiveMonth,
): readonly MonthEvent[] {
  const { office } = state;
  if (pool !== state.pool) refuse('OFFICE_OUT_OF_SCOPE', { office, pool, plan: data.planId });
  if (state.plans.includes(data.planId)) return [];
  refuseUnlessOpen(state);
  return [{ type: 'AllotmentReceived', data }];
}

/**
 * One decision of the month's stream: the month is open and the allotment covers what the document
 * reserves. Two batches that race for one allotment meet here, at one expected revision.
 */
function admit(
  { type: _type, ...data }: Extract<MonthCommand, { type: 'AdmitDocument' }>,
  state: LiveMonth,
): readonly MonthEvent[] {
  if (data.documentId in state.pending || state.discharged.includes(data.documentId)) return [];
  refuseUnlessOpen(state);
  if (data.reservedFen < 0n) refuse('AMOUNT_NEGATIVE', { document: data.documentId });
  if (data.reservedFen > state.availableFen)
    refuse('AWAITING_FUNDS', {
      document: data.documentId,
      neededFen: String(data.reservedFen),
      availableFen: String(state.availableFen),
      missingFen: String(data.reservedFen - state.availableFen),
    });
  return [{ type: 'DocumentAdmitted', data }];
}

function discharge(
  { type: _type, ...data }: Extract<MonthCommand, { type: 'DischargeDocument' }>,
  state: LiveMonth,
): readonly MonthEvent[] {
  if (state.discharged.includes(data.documentId)) return [];
  if (!(data.documentId in state.pending))
    refuse('DOCUMENT_UNKNOWN', { document: data.documentId });
  return [{ type: 'DocumentDischarged', data }];
}

export function refuseUnlessOpen({ status, month }: LiveMonth): void {
  if (status === 'closed') refuse('MONTH_CLOSED', { month });
  if (status === 'cut') refuse('MONTH_CUT', { month });
}
