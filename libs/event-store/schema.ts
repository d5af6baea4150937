import { appendFunction as appendBeforeLock, appendNearFunction } from './append-function.js';

/**
 * Two indexes on the log and no more: each further one costs every event. Data and metadata are
 * text
 * because what is hashed must come back byte for byte. Leaf hashes stand in the links, 32 bytes an
 * event, so that the tree grows without reading the log again; `verify` recomputes them.
 */
const tables = `
    create table events (
      position bigint             primary key,
      stream   text collate "C"   not null,
      revision int                not null,
      id       uuid               not null,
      type     text collate "C"   not null,
      schema   smallint           not null,
      data     text               not null,
      metadata text               not null,
      constraint events_stream_revision unique (stream, revision)
    );
    create table log_head (
      only_row    boolean primary key default true check (only_row),
      position    bigint  not null,
      hash        bytea   not null,
      recorded_at bigint  not null
    );
    insert into log_head (position, hash, recorded_at)
      values (0, decode(repeat('00', 32), 'hex'), 0);
    create table links (
      first       bigint primary key,
      count       int    not null,
      recorded_at bigint not null,
      leaves      bytea  not null,
      hash        bytea  not null
    );
    alter table links alter column leaves set storage external;
    create index links_recorded_at on links (recorded_at);
    create table log_tree (
      size  bigint primary key,
      stack bytea  not null,
      root  bytea  not null
    );`;

/** The first form of the function, which looks everything up under the lock; replaced below. */
const appendFunction = `
    create function append_events(
      streams text, revisions text, ids text, types text, schemas text, data text, metadata text
    ) returns table (refused text, last_revision int, at_position bigint)
    language plpgsql security definer strict
    set search_path = pg_catalog, public, pg_temp
    set enable_seqscan = off
    set enable_bitmapscan = off
    as $append$
    #variable_conflict use_column
    declare
      s text[] := string_to_array(streams, E'\\n');
      r int[] := string_to_array(revisions, E'\\n')::int[];
      i uuid[] := string_to_array(ids, E'\\n')::uuid[];
      t text[] := string_to_array(types, E'\\n');
      v smallint[] := string_to_array(schemas, E'\\n')::smallint[];
      d text[] := string_to_array(append_events.data, E'\\n');
      m text[] := string_to_array(append_events.metadata, E'\\n');
      head public.log_head;
      hashes bytea;
      bad text[];
      added int := cardinality(s);
    begin
      if added = 0 or array[cardinality(r), cardinality(i), cardinality(t), cardinality(v),
          cardinality(d), cardinality(m)] <> array_fill(added, array[6]) then
        raise exception 'append_events: the lines do not match';
      end if;

      select string_agg(sha256('\\x00'::bytea || convert_to(
               e.stream || E'\\n' || e.revision || E'\\n' || e.id || E'\\n' || e.type || E'\\n' ||
               e.schema || E'\\n' || e.data || E'\\n' || e.metadata, 'UTF8')), '' order by e.line)
        into hashes
        from unnest(s, r, i, t, v, d, m) with ordinality
             e (stream, revision, id, type, schema, data, metadata, line);

      select * into strict head from public.log_head for update;

      select array_agg(item.stream) into bad
        from (select e.stream, min(e.revision) as first,
                     min(e.revision - e.line) = max(e.revision - e.line) as together
                from unnest(s, r) with ordinality e (stream, revision, line)
               group by e.stream) item
        left join lateral (select o.revision from public.events o where o.stream = item.stream
                            order by o.revision desc limit 1) last on true
       where coalesce(last.revision, -1) <> item.first - 1 or not item.together;

      if bad is null then
        insert into public.events
        select head.position + e.line, e.stream, e.revision, e.id, e.type, e.schema, e.data,
               e.metadata
          from unnest(s, r, i, t, v, d, m) with ordinality
               e (stream, revision, id, type, schema, data, metadata, line);
      else
        if exists (select from unnest(s, r) with ordinality e (stream, revision, line)
                    group by e.stream
                   having min(e.revision - e.line) <> max(e.revision - e.line)) then
          raise exception 'append_events: an item is not in one piece';
        end if;
        insert into public.events
        select head.position + row_number() over (order by e.line), e.stream, e.revision, e.id,
               e.type, e.schema, e.data, e.metadata
          from unnest(s, r, i, t, v, d, m) with ordinality
               e (stream, revision, id, type, schema, data, metadata, line)
         where e.stream <> all (bad);
        get diagnostics added = row_count;
        select string_agg(substring(hashes from (32 * (e.line - 1) + 1)::int for 32), ''
                          order by e.line)
          into hashes
          from unnest(s) with ordinality e (stream, line)
         where e.stream <> all (bad);
      end if;

      return query values (null::text, added, head.position + 1);
      if bad is not null then
        return query
        select e.stream,
               coalesce((select o.revision from public.events o where o.stream = e.stream
                          order by o.revision desc limit 1), -1),
               case when bool_and(coalesce(o.id = e.id, false)) then max(o.position) end
          from unnest(s, r, i) e (stream, revision, id)
          left join lateral (select o.id, o.position from public.events o
                              where o.stream = e.stream and o.revision = e.revision
                              limit 1) o on true
         where e.stream = any (bad)
         group by e.stream;
      end if;
      if added = 0 then
        return;
      end if;

      head.recorded_at := greatest(
        head.recorded_at, floor(extract(epoch from clock_timestamp()) * 1000)::bigint);
      head.hash := sha256('\\x02'::bytea || convert_to(
        (head.position + 1) || E'\\n' || added || E'\\n' || head.recorded_at || E'\\n', 'UTF8')
        || head.hash || hashes);
      insert into public.links
        values (head.position + 1, added, head.recorded_at, hashes, head.hash);
      update public.log_head
         set position = head.position + added, hash = head.hash, recorded_at = head.recorded_at;
      perform pg_notify('events', (head.position + added)::text);
    end
    $append$;`;

/** Several streams in one call; the settings hold whatever the statistics say of a young log. */
const readFunction = `
    create function read_streams(streams text, revisions text)
    returns table (item bigint, at_position text, revision int, id uuid, type text, schema smallint,
                   data text, metadata text)
    language plpgsql stable strict
    set search_path = pg_catalog, public, pg_temp
    set enable_seqscan = off
    set enable_bitmapscan = off
    as $read$
    #variable_conflict use_column
    begin
      return query
      select q.item, e.position::text, e.revision, e.id, e.type, e.schema, e.data, e.metadata
        from unnest(string_to_array(streams, E'\\n'), string_to_array(revisions, E'\\n')::int[])
             with ordinality q (stream, revision, item)
       cross join lateral (
         select o.* from public.events o
          where o.stream = q.stream and o.revision >= q.revision
          order by o.revision offset 0) e;
    end
    $read$;`;

/**
 * What these two ask has one good plan, an index descent a stream. Planned anew each time, as a
 * server likes to where it knows how much is asked for, a stream takes twice as long to read.
 */
const plannedOnce = [
  'append_events(text, text, text, text, text, text, text)',
  'read_streams(text, text)',
]
  .map((name) => `alter function ${name} set plan_cache_mode = force_generic_plan;`)
  .join('\n');

/**
 * The app may append through the one function and read; its tree is a cache, only ever added to.
 */
const grants = `
    revoke all on function append_events(text, text, text, text, text, text, text) from public;
    grant execute on function append_events(text, text, text, text, text, text, text)
      to yuejie_app;
    grant execute on function read_streams(text, text) to yuejie_app;
    grant select on events, log_head, links, log_tree to yuejie_app;
    grant insert on log_tree to yuejie_app;`;

/**
 * The log on PostgreSQL: three tables, two functions, and a role that can do nothing else to them.
 */
export const eventStoreMigrations: readonly Readonly<{ id: string; sql: string }>[] = [
  { id: 'event-store-1-tables', sql: tables },
  { id: 'event-store-2-append', sql: appendFunction },
  { id: 'event-store-3-read', sql: readFunction },
  { id: 'event-store-4-grants', sql: grants },
  { id: 'event-store-5-append-before-lock', sql: appendBeforeLock },
  { id: 'event-store-6-append-near', sql: appendNearFunction },
  { id: 'event-store-7-planned-once', sql: plannedOnce },
];
