import type { Pool } from 'pg';
import type { App } from '#application/app.js';
import { metadataText } from '#application/context.js';
import { bodyHash, derivedId } from '#application/ids.js';
import { awardCodecs, type AwardEvent, type PayeeAccount } from '#domain/award/award.events.js';
import { awardStream } from '#domain/award/award.js';
import { addMonths, day, firstDay, month, type Month } from '#domain/values/calendar.js';
import { fen } from '#domain/values/fen.js';
import type { AppendItem, NewEvent } from '#event-store/port.js';
import { instructionIdOf } from '#application/batches.js';

export const benchOffice = '440103';
export const benchPool = '440100';
export const monthlyFen = fen(207_000n);
export const monthsOfHistory = 11;
/** The first month that is measured: the twelfth of every award. */
export const firstMeasured = month('2026-09');

const monthsAwarded = 24;
/** The month after them ends every award at once, which no month of a bureau does. */
export const monthsToMeasure = monthsAwarded - monthsOfHistory - 1;
export const lastMeasured = addMonths(firstMeasured, monthsToMeasure - 1);
const atOnce = 2_000;

export type Seeding = Readonly<{ recipients: number; say: (text: string) => void }>;

/** The months that every award has behind it, oldest first. */
export function historyMonths(): readonly Month[] {
  return Array.from({ length: monthsOfHistory }, (_, at) =>
    addMonths(firstMeasured, at - monthsOfHistory),
  );
}

/** Awards in force with eleven paid months each, in the order in which a bureau writes them. */
export async function seedAwards(app: App, { recipients, say }: Seeding): Promise<void> {
  const accounts = new Array<PayeeAccount>();
  for (let from = 1; from <= recipients; from += atOnce) {
    const chunk = numbers(from, recipients);
    accounts.push(...(await sealAccounts(app, chunk)));
    await append(
      app,
      chunk.map((no) => opening(no, accounts[no - 1] as PayeeAccount)),
    );
  }
  for (const [at, of] of historyMonths().entries()) {
    for (let from = 1; from <= recipients; from += atOnce) {
      const items = numbers(from, recipients).map((no) =>
        paidMonth(no, { of, at, account: accounts[no - 1] as PayeeAccount }),
      );
      await append(app, items);
    }
    say(`history: ${of}`);
  }
}

function numbers(from: number, last: number): readonly number[] {
  return Array.from({ length: Math.min(atOnce, last - from + 1) }, (_, at) => from + at);
}

export function awardNoOf(no: number): string {
  return `C${String(no).padStart(7, '0')}`;
}

export function personRefOf(no: number): string {
  return `P${String(no).padStart(7, '0')}`;
}

async function append(app: App, items: readonly AppendItem[]): Promise<void> {
  const results = await app.store.appendMany(items);
  if (results.some(({ ok }) => !ok)) throw new Error('the awards of the benchmark exist already');
}

/** Invented accounts, sealed as real ones are. */
async function sealAccounts(app: App, chunk: readonly number[]): Promise<readonly PayeeAccount[]> {
  const sealed = await app.vault.rows.sealMany(
    chunk.map((no) => ({
      ref: `account-${personRefOf(no)}`,
      personRef: personRefOf(no),
      kind: 'account' as const,
      fields: {
        account: `622202${String(no).padStart(13, '0')}`,
        holder: `领金人${no}`,
        bankCode: '102581000013',
      },
    })),
  );
  return sealed.map(({ ref, sealedSha256 }) => ({
    accountRef: ref,
    accountKey: bodyHash(ref),
    sealedSha256,
    usableFrom: firstDay(addMonths(firstMeasured, -monthsOfHistory)),
    hands: [],
  }));
}

function opening(no: number, account: PayeeAccount): AppendItem {
  const awardNo = awardNoOf(no);
  const first = addMonths(firstMeasured, -monthsOfHistory);
  const event: AwardEvent = {
    type: 'AwardOpened',
    data: {
      claimNo: awardNo,
      paidMonths: 76,
      awardNo,
      personRef: personRefOf(no),
      office: benchOffice,
      jurisdiction: benchPool,
      item: 'benefit',
      monthsAwarded,
      firstMonth: first,
      policyVersion: `${benchPool}-1`,
      account,
    },
  };
  return itemOf(awardNo, 'none', [newEvent(awardNo, first, 'carry-out-decision', event)]);
}

function paidMonth(
  no: number,
  { of, at, account }: Readonly<{ of: Month; at: number; account: PayeeAccount }>,
): AppendItem {
  const awardNo = awardNoOf(no);
  const { accountRef, sealedSha256 } = account;
  const batch = { office: benchOffice, month: of, no: 1 };
  const instructionId = instructionIdOf(batch, no);
  const bookedMonth = of;
  const amountFen = monthlyFen;
  const due = { lineId: of, item: 'benefit', month: of, rollMonth: of, amountFen };
  const facts: readonly (readonly [string, AwardEvent])[] = [
    [
      'post-roll',
      {
        type: 'LineDue',
        data: { ...due, documentId: `roll-${benchOffice}-${of}-1`, bookedMonth, no: at + 1 },
      },
    ],
    [
      'instruct',
      {
        type: 'PaymentInstructed',
        data: {
          instructionId,
          lineIds: [of],
          bookedMonth,
          batchId: `${benchOffice}-${of}-1`,
          ...{ amountFen, accountRef, sealedSha256 },
        },
      },
    ],
    [
      'book-receipt',
      {
        type: 'PaymentBooked',
        data: {
          documentId: `receipt-${bodyHash(of)}`,
          bookedMonth,
          amountFen,
          valueDate: day(`${of}-25`),
          lineNo: no,
          bankSerial: bodyHash(instructionId).slice(0, 16).toUpperCase(),
          instructionId,
        },
      },
    ],
  ];
  const events = facts.map(([reaction, event]) => newEvent(awardNo, of, reaction, event));
  return itemOf(awardNo, 3 * at, events);
}

function itemOf(
  awardNo: string,
  expected: AppendItem['expected'],
  events: readonly NewEvent[],
): AppendItem {
  return { stream: awardStream(awardNo), expected, events };
}

/** An event of the history, with an id and metadata as long as a month's own work writes them. */
function newEvent(awardNo: string, of: Month, reaction: string, event: AwardEvent): NewEvent {
  const { schema, encode } = awardCodecs[event.type];
  const commandId = derivedId('history', reaction, of, awardNo);
  const context = {
    ...{ commandId, duty: 'system', office: benchOffice, day: day(`${of}-15`), month: of },
    actor: `system:${reaction}`,
    causation: derivedId('history', reaction, of),
    correlation: derivedId('history', of),
  };
  const metadata = metadataText(context, historyHash);
  const id = derivedId(commandId, event.type, 0);
  return { id, type: event.type, schema, data: encode(event.data), metadata };
}

const historyHash = bodyHash('history');

/** Nothing of the history asks for a reaction: the lanes begin where it ends. */
export async function skipReactions(owner: Pool): Promise<void> {
  await owner.query(`
    insert into reaction_checkpoint (lane, position)
    select lane, position from log_head, (values ('registers'), ('money')) as lanes (lane)
    on conflict (lane) do update set position = excluded.position`);
}
