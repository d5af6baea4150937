/** Where the look at a stream's last event begins; the first place that it stands in. */
const anywhere = 'o.stream = e.stream';

/**
 * Strings in, one line an event; the events of one stream are one item and stand together. The
 * first row answers (null, events added, first position); each further row answers an item that was
 * not added: (stream, its last revision, null), or with the position it had when it is a repeat.
 *
 * Whatever can be done before the head is locked is done before: parsing, hashing, and the look at
 * where the streams stand, so that two callers overlap there and people wait for little more than
 * the insert. A stream only grows: what was found too far on stays so, and what was found right is
 * refused by the unique index if somebody came between. A new stream is looked for by that index
 * alone. Only when something does not fit is every item looked up again, under the lock.
 *
 * Arrays are unnested in the select list, side by side: in `from` each would be copied to a store
 * of its own first. The rows come in the order of the lines, which the hashes rely on. The lookups
 * are limited to one row each: no other plan than an index descent remains, even while the
 * statistics still say that the log is empty.
 */
export const appendFunction = `
    create or replace function append_events(
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
      fits boolean;
      bad text[];
      added int := cardinality(s);
    begin
      if added = 0 or array[cardinality(r), cardinality(i), cardinality(t), cardinality(v),
          cardinality(d), cardinality(m)] <> array_fill(added, array[6]) then
        raise exception 'append_events: the lines do not match';
      end if;

      select string_agg(sha256('\\x00'::bytea || convert_to(
               e.stream || E'\\n' || e.revision || E'\\n' || e.id || E'\\n' || e.type || E'\\n' ||
               e.schema || E'\\n' || e.data || E'\\n' || e.metadata, 'UTF8')), ''),
             bool_and(case
               when e.stream = e.above then e.revision = e.revision_above + 1
               when e.revision = 0 then true
               else coalesce(e.revision = 1 + (select o.revision from public.events o
                                                where ${anywhere}
                                                order by o.revision desc limit 1), false)
             end)
        into hashes, fits
        from (select unnest(s) as stream, unnest(r) as revision, unnest(i) as id,
                     unnest(t) as type, unnest(v) as schema, unnest(d) as data,
                     unnest(m) as metadata,
                     unnest(array_prepend(null, trim_array(s, 1))) as above,
                     unnest(array_prepend(null, trim_array(r, 1))) as revision_above) e;

      select * into strict head from public.log_head for update;

      if fits then
        begin
          insert into public.events
          select head.position + generate_series(1, added), unnest(s), unnest(r), unnest(i),
                 unnest(t), unnest(v), unnest(d), unnest(m);
        exception when unique_violation then
          fits := false;
        end;
      end if;
      if not fits then
        select array_agg(item.stream) into bad
          from (select e.stream, min(e.revision) as first,
                       min(e.revision - e.line) = max(e.revision - e.line) as together
                  from unnest(s, r) with ordinality e (stream, revision, line)
                 group by e.stream) item
          left join lateral (select o.revision from public.events o where o.stream = item.stream
                              order by o.revision desc limit 1) last on true
         where coalesce(last.revision, -1) <> item.first - 1 or not item.together;
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
         where e.stream <> all (coalesce(bad, '{}'));
        get diagnostics added = row_count;
        select string_agg(substring(hashes from (32 * (e.line - 1) + 1)::int for 32), ''
                          order by e.line)
          into hashes
          from unnest(s) with ordinality e (stream, line)
         where e.stream <> all (coalesce(bad, '{}'));
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

/**
 * What stands before the expected revision need not be looked at: without that condition the whole
 * of a stream's part of an index page is gathered before its last entry is answered.
 */
export const appendNearFunction = appendFunction.replace(
  anywhere,
  `${anywhere}
                                                  and o.revision >= e.revision - 1`,
);
