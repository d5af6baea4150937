import type { DocumentKind, MonthEvent } from '#domain/month/month.events.js';
import { monthStream } from '#domain/month/month.js';
import { addMonths, type Month } from '#domain/values/calendar.js';
import type { Fen } from '#domain/values/fen.js';
import type { Sheet } from '#domain/values/totals.js';
import type { App } from './app.js';
import type { Context } from './context.js';
import { stored } from './stored.js';
import { decode, type Receipt } from './transact.js';

export type Admission = Readonly<{
  office: string;
  month: Month;
  documentId: string;
  kind: DocumentKind;
  sha256: string;
  root: string;
  lines: number;
  sheet: Sheet;
  reservedFen: Fen;
}>;

/**
 * Asks the month to take a document in: the one place where a cut month and a lack of funds say no.
 */
export function admit(
  app: App,
  context: Context,
  { office, ...document }: Admission,
): Promise<Receipt> {
  const command = { type: 'AdmitDocument', ...document } as const;
  const stream = monthStream(office, document.month);
  return app.transact.run(stored.month, stream, command, { ...context, month: document.month });
}

export type Discharge = Readonly<{
  office: string;
  month: Month;
  documentId: string;
  posted: number;
  refused: number;
  refusedKeys?: readonly string[];
  sheet: Sheet;
  releasedFen: Fen;
}>;

/** Tells the month what became of a document's lines, once each has been posted or refused. */
export function discharge(
  app: App,
  context: Context,
  { office, ...result }: Discharge,
): Promise<Receipt> {
  const command = { type: 'DischargeDocument', ...result } as const;
  const stream = monthStream(office, result.month);
  return app.transact.run(stored.month, stream, command, { ...context, month: result.month });
}

export type Admitted = Extract<MonthEvent, { type: 'DocumentAdmitted' }>['data'];

/** The document as a month from the given one took it in; undefined while none has. */
export async function admittedFrom(
  app: App,
  place: Readonly<{ office: string; month: Month; documentId: string }>,
): Promise<Admitted | undefined> {
  const { office, documentId } = place;
  for (let { month } = place; ; month = addMonths(month, 1)) {
    const history = await app.store.read(monthStream(office, month));
    if (history.length === 0) return undefined;
    for (const recorded of history) {
      if (recorded.type !== 'DocumentAdmitted') continue;
      const { data } = decode<MonthEvent & { data: Admitted }>(stored.month.codecs, recorded);
      if (data.documentId === documentId) return data;
    }
  }
}

/** The first month from the given one that still takes documents: a cut month sends them on. */
export async function monthTaking(app: App, office: string, from: Month): Promise<Month> {
  let month = from;
  for (let tries = 0; tries < 24; tries += 1) {
    const state = await app.transact.state(stored.month, monthStream(office, month));
    if (state.status !== 'cut' && state.status !== 'closed') return month;
    month = addMonths(month, 1);
  }
  throw new Error(`no month of ${office} from ${from} takes documents`);
}
