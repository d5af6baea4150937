import { escapeLiteral, type Pool } from 'pg';
import { awardCodecs, type AwardEvent } from '#domain/award/award.events.js';
import type { BareEvent, BareQuery, EventStore, RecordedEvent } from '#event-store/port.js';
import { lineTypes, openingTypes } from './open-lines.js';

/** A stretch of the log, as one office's lines are counted over it. */
export type Span = Readonly<{ office: string; from: bigint; to: bigint }>;

/** A stream of which something is left to be folded, from its first event in the stretch. */
type Left = Readonly<{ stream: string; revision: number }>;

/** What the server keeps of each award while it looks is some 60 MB for so many events. */
const longestLook = 500_000n;
/** Asking for one stream costs about as much as so many events that are read with the rest. */
const eventsAStream = 20;
/** An event that is read with its stream costs as much as so many of them. */
const eventsAnEvent = 3;
const streamsAtOnce = 200;

/**
 * The events of a stretch that move lines, in the order of each award; those of awards whose one
 * line fell due, was instructed and was paid, and of which nothing is left, may be missing.
 *
 * @throws LogGap
 */
export async function* lineMoves(
  { pool, store }: Readonly<{ pool: Pool; store: EventStore }>,
  span: Span,
): AsyncIterable<readonly BareEvent[]> {
  const { office, from, to } = span;
  const query = { to, types: lineTypes, ofOffice: openingTypes, office };
  const left = to - from > longestLook ? undefined : await streamsLeft(pool, span);
  if (left === undefined) return yield* store.readBare(from, query);
  for (let at = 0; at < left.length; at += streamsAtOnce) {
    const some = left.slice(at, at + streamsAtOnce);
    const read = await Promise.all(
      some.map(({ stream, revision }) => store.read(stream, revision)),
    );
    for (const events of read) yield events.filter((event) => isAsked(event, query));
  }
}

function isAsked(
  { position, type, metadata }: RecordedEvent,
  { to, types, ofOffice, office }: BareQuery,
): boolean {
  if (position > to || !types.includes(type)) return false;
  return !ofOffice.includes(type) || metadata.includes(`"office":"${office}"`);
}

/**
 * The streams that are to be folded; undefined where they are so many that reading the stretch
 * whole is less work, or where the stretch has a gap, which that reading names.
 *
 * Nearly every award of a month has three events that leave nothing open. The server finds those
 * where they stand, in less time than it takes to send them.
 */
export async function streamsLeft(
  pool: Pool,
  { from, to }: Omit<Span, 'office'>,
): Promise<readonly Left[] | undefined> {
  // Two statements answer together, with the setting for the two of them alone.
  const answers: unknown = await pool.query(
    `set local work_mem = '64MB';
     select coalesce(sum(events), 0)::int as events,
            coalesce(sum(events) filter (where is_left), 0)::int as left_events,
            coalesce(array_agg(stream) filter (where is_left), '{}') as streams,
            coalesce(array_agg(revision) filter (where is_left), '{}') as revisions
       from (${byStream(from, to)}) as found`,
  );
  type Row = Readonly<{ events: number; left_events: number }> &
    Readonly<{ streams: string[]; revisions: number[] }>;
  const [, { rows }] = answers as [unknown, Readonly<{ rows: readonly Row[] }>];
  const [found] = rows;
  if (found === undefined || BigInt(found.events) !== to - from) return undefined;
  const { events, left_events: leftEvents, streams, revisions } = found;
  if (streams.length * eventsAStream + leftEvents * eventsAnEvent > events) return undefined;
  return streams.map((stream, at) => ({ stream, revision: revisions[at] ?? 0 }));
}

/**
 * Nothing is left where one line fell due, one payment of this line alone was instructed, and this
 * payment was booked, in that order. Texts are compared as they are printed, up to where what
 * matters ends; one that is printed in another way, or says more, leaves its stream to the fold.
 */
function byStream(from: bigint, to: bigint): string {
  const moves = `type in (${lineTypes.map((type) => escapeLiteral(type)).join(', ')})`;
  const [due, paid, booked] = [of('LineDue'), of('PaymentInstructed'), of('PaymentBooked')];
  const payment = `max(case when ${paid} then split_part(data, '"]', 1) end)`;
  const line = `max(case when ${due} then split_part(data, '","', 1) end)`;
  const behindId = `split_part(data, '"instructionId":"', 2)`;
  const instruction = `max(case when ${booked} then ${behindId} end)`;
  return `
    select stream, count(*) as events, min(revision) as revision,
      count(*) filter (where ${moves}) > 0 and (
        count(*) filter (where ${moves}) = 3
        and max(revision) filter (where ${due}) < max(revision) filter (where ${paid})
        and max(revision) filter (where ${paid}) < max(revision) filter (where ${booked})
        and starts_with(${line}, '{"lineId":"')
        and right(${instruction}, 2) = '"}'
        and strpos(${payment}, '\\') = 0
        and ${payment} = '{"instructionId":"' || left(${instruction}, -2)
          || '","lineIds":["' || substr(${line}, ${'{"lineId":"'.length + 1})
      ) is not true as is_left
    from events where position between ${from + 1n} and ${to} group by stream`;
}

/** As today's program writes it: an older shape is left to who can read it. */
function of(type: AwardEvent['type']): string {
  return `type = ${escapeLiteral(type)} and schema = ${awardCodecs[type].schema}`;
}
