import type { PoolClient } from 'pg';
import type { AwardEvent } from '#domain/award/award.events.js';
import { awardDecider } from '#domain/award/award.js';
import { evolveMoving, type MovingEvent } from '#domain/award/award-evolve.js';
import type { Award, LiveAward } from '#domain/award/award-state.js';
import { payeeRef } from '#domain/values/payee.js';
import {
  AwardPage,
  pageColumns,
  pagesOfAwards,
  placesIn,
  type CachedAward,
  type PageRow,
  type Place,
} from './award-page.js';
import type { FoldedEvent, Sources } from './projection.js';

/** Folds a batch of award events into their pages. */
export async function foldAwards(
  events: readonly FoldedEvent[],
  db: PoolClient,
  sources: Sources,
): Promise<void> {
  const fold = new PageFold(db, sources);
  await fold.load(byAward(events));
  await fold.write();
}

/** What a month does to an award: the fold of these needs nothing but the moving part. */
export const monthlyTypes: readonly MovingEvent['type'][] = [
  'LineDue',
  'LineAdded',
  'LineHeld',
  'LineReleased',
  'LineWithdrawn',
  'LineCancelled',
  'PaymentInstructed',
  'PaymentRecalled',
  'PaymentBooked',
  'PaymentFailed',
];
const monthly: ReadonlySet<string> = new Set(monthlyTypes);

/** Whether an event leaves the terms of its award as they were. */
export function movesOnly(type: string): type is MovingEvent['type'] {
  return monthly.has(type) || type === 'AwardExhausted';
}

type ByAward = ReadonlyMap<string, readonly FoldedEvent[]>;

function byAward(events: readonly FoldedEvent[]): Map<string, FoldedEvent[]> {
  const found = new Map<string, FoldedEvent[]>();
  for (const event of events) {
    const awardNo = event.stream.slice('award-'.length);
    const mine = found.get(awardNo);
    if (mine === undefined) found.set(awardNo, [event]);
    else mine.push(event);
  }
  return found;
}

const factsOf = (events: readonly FoldedEvent[]) =>
  events.map(({ type, data }) => ({ type, data }) as AwardEvent);

type Standing = Readonly<{ awardNo: string; state: LiveAward; page: number }>;

/** One batch of events: its pages are read once, moved on and written once. */
class PageFold {
  private readonly changed = new Set<AwardPage>();
  private readonly standings: Standing[] = [];

  constructor(
    private readonly db: PoolClient,
    private readonly sources: Sources,
  ) {}

  async load(awards: ByAward): Promise<void> {
    const pages = await pagesOfAwards(this.db, '', [...awards.keys()], {
      lock: 'for update',
    });
    const places = placesIn(pages);
    const opening = [...awards].filter(([awardNo]) => !places.has(awardNo));
    for (const [awardNo, place] of await this.placed(opening, pages)) places.set(awardNo, place);
    for (const [awardNo, events] of awards) {
      const place = places.get(awardNo);
      if (place === undefined) throw new Error(`award ${awardNo} has no page`);
      await this.fold(awardNo, place, events);
    }
  }

  /** In the order of their openings, whatever the batches: a replay fills the same pages. */
  private async placed(
    opening: readonly Opening[],
    read: readonly AwardPage[],
  ): Promise<ReadonlyMap<string, Place>> {
    const places = new Map<string, Place>();
    if (opening.length === 0) return places;
    const offices = opening.map(([awardNo, events]) => [awardNo, officeOf(events)] as const);
    const unknown = offices.filter(([, office]) => office === undefined);
    if (unknown.length > 0) throw new Error(`${unknown.length} awards not opened`);
    const { last, pages } = await lastPages(this.db, offices, read);
    let next = last + 1;
    for (const [awardNo, office = ''] of offices) {
      let page = pages.get(office);
      if (page === undefined || page.isFull) {
        page = AwardPage.empty(next, office);
        pages.set(office, page);
        next += 1;
      }
      places.set(awardNo, { page, slot: page.add(awardNo) });
    }
    return places;
  }

  private async fold(
    awardNo: string,
    { page, slot }: Place,
    all: readonly FoldedEvent[],
  ): Promise<void> {
    const before = page.isNew(slot) ? undefined : page.movingAt(slot);
    const known = before?.revision ?? -1;
    const events = all.filter(({ recorded }) => recorded.revision > known);
    const last = events.at(-1);
    if (last === undefined) return;
    const { revision } = last.recorded;
    this.changed.add(page);
    if (before !== undefined && events.every(({ type }) => movesOnly(type))) {
      const facts = factsOf(events) as readonly MovingEvent[];
      const after = facts.reduce(evolveMoving, { awardNo, ...before });
      page.putMoving(slot, { before, revision, after });
      return;
    }
    const cached = before === undefined ? undefined : page.award(slot);
    const state = await advanced(awardNo, cached, events, this.sources);
    page.putMoving(slot, { before, revision, after: state });
    page.putTerms(slot, state);
    this.standings.push({ awardNo, state, page: page.page });
  }

  async write(): Promise<void> {
    const pages = [...this.changed];
    await putPages(
      this.db,
      pages.filter(({ termsChanged }) => termsChanged),
    );
    await putMovings(
      this.db,
      pages.filter(({ termsChanged }) => !termsChanged),
    );
    await putStandings(this.db, this.standings);
  }
}

type Opening = readonly [string, readonly FoldedEvent[]];

function officeOf(events: readonly FoldedEvent[]): string | undefined {
  const [first] = events;
  if (first?.type !== 'AwardOpened' && first?.type !== 'AwardBroughtIn') return undefined;
  return (first.data as { office: string }).office;
}

/** The number of the last page of all, and of each office the page that is being filled. */
async function lastPages(
  db: PoolClient,
  offices: readonly (readonly [string, string | undefined])[],
  read: readonly AwardPage[],
): Promise<Readonly<{ last: number; pages: Map<string, AwardPage> }>> {
  const names = [...new Set(offices.map(([, office]) => office))].join('\n');
  const { rows } = await db.query<PageRow>(
    `select ${pageColumns} from award_page
     where page in (select max(page) from award_page
                    where office = any(string_to_array($1, E'\\n')) group by office)
     for update`,
    [names],
  );
  const { rows: all } = await db.query<{ last: number }>(
    'select coalesce(max(page), 0)::int as last from award_page',
  );
  // A page that was read already is the same page: two copies would overwrite each other.
  const pages = new Map(
    rows.map((row) => [
      row.office,
      read.find(({ page }) => page === row.page) ?? new AwardPage(row),
    ]),
  );
  return { last: all[0]?.last ?? 0, pages };
}

function live(awardNo: string, state: Award): LiveAward {
  if (state.status === 'none') throw new Error(`award ${awardNo} has no opening`);
  return state;
}

/** A payment that came back was answered before, so it is no longer here: the stream knows it. */
async function advanced(
  awardNo: string,
  before: CachedAward | undefined,
  events: readonly FoldedEvent[],
  { awardHistory }: Sources,
): Promise<LiveAward> {
  const last = events.at(-1);
  if (last === undefined) throw new Error(`nothing to fold for ${awardNo}`);
  const needsHistory = events.some(
    ({ type, data }) => type === 'PaymentReturned' && !knowsPayment(before, events, data),
  );
  const facts = needsHistory ? await awardHistory(awardNo, last.position) : factsOf(events);
  const start: Award = needsHistory ? { status: 'none' } : (before?.state ?? { status: 'none' });
  return live(awardNo, facts.reduce(awardDecider.evolve, start));
}

function knowsPayment(
  before: CachedAward | undefined,
  events: readonly FoldedEvent[],
  data: object,
): boolean {
  const { instructionId } = data as { instructionId: string };
  const inCache = before?.state.payments.some((one) => one.instructionId === instructionId);
  return (
    inCache === true ||
    events.some(
      (event) =>
        event.type === 'PaymentInstructed' &&
        (event.data as { instructionId: string }).instructionId === instructionId,
    )
  );
}

/** What ends one text in a list of texts that have lines of their own. */
export const between = '\u0002';
const textsAt = (index: number) => `string_to_array($${index}, E'\\x02')`;
const linesAt = (index: number) => `string_to_array($${index}, E'\\n')`;

async function putPages(db: PoolClient, pages: readonly AwardPage[]): Promise<void> {
  if (pages.length === 0) return;
  const rows = pages.map((page) => page.row());
  const lines = (of: (row: PageRow) => string | number | bigint) => rows.map(of).join('\n');
  const texts = (of: (row: PageRow) => string) => rows.map(of).join(between);
  await db.query(
    `insert into award_page (${pageColumns})
     select page::int, office, events::bigint, open_lines::int, open_fen::bigint, awards, moving,
            terms
     from unnest(${[1, 2, 3, 4, 5].map(linesAt).join(', ')}, ${[6, 7, 8].map(textsAt).join(', ')})
       as new (${pageColumns})
     on conflict (page) do update set
       events = excluded.events, open_lines = excluded.open_lines, open_fen = excluded.open_fen,
       awards = excluded.awards, moving = excluded.moving, terms = excluded.terms`,
    [
      lines(({ page }) => page),
      lines(({ office }) => office),
      lines(({ events }) => events),
      lines((row) => row.open_lines),
      lines((row) => row.open_fen),
      texts(({ awards }) => awards),
      texts(({ moving }) => moving),
      texts(({ terms }) => terms),
    ],
  );
}

async function putMovings(db: PoolClient, pages: readonly AwardPage[]): Promise<void> {
  if (pages.length === 0) return;
  const lines = (of: (page: AwardPage) => number | bigint) => pages.map(of).join('\n');
  await db.query(
    `update award_page p set events = new.events::bigint, open_lines = new.open_lines::int,
            open_fen = new.open_fen::bigint, moving = new.moving
     from unnest(${[1, 2, 3, 4].map(linesAt).join(', ')}, ${textsAt(5)})
       as new (page, events, open_lines, open_fen, moving)
     where p.page = new.page::int`,
    [
      lines(({ page }) => page),
      lines(({ events }) => events),
      lines(({ openLines }) => openLines),
      lines(({ openFen }) => openFen),
      pages.map(({ movingText }) => movingText).join(between),
    ],
  );
}

async function putStandings(db: PoolClient, standings: readonly Standing[]): Promise<void> {
  if (standings.length === 0) return;
  const lines = (of: (one: Standing) => string | number) => standings.map(of).join('\n');
  await db.query(
    `insert into award_state (award_no, office, person_ref, status, usable_from, page)
     select award_no, office, person_ref, status, nullif(usable_from, ''), page::int
     from unnest(${[1, 2, 3, 4, 5, 6].map(linesAt).join(', ')})
       as new (award_no, office, person_ref, status, usable_from, page)
     where award_no is not null
     on conflict (award_no) do update set
       status = excluded.status, usable_from = excluded.usable_from,
       person_ref = excluded.person_ref`,
    [
      lines(({ awardNo }) => awardNo),
      lines(({ state }) => state.office),
      lines(({ state }) => payeeRef(state)),
      lines(({ state }) => state.status),
      `${lines(({ state }) => state.account?.usableFrom ?? '')}\n`,
      lines(({ page }) => page),
    ],
  );
}
