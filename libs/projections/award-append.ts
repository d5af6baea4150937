import { DatabaseError } from 'pg';
import { between } from './award-fold.js';
import type { AwardPage } from './award-page.js';
import type { EventLines } from './event-lines.js';
import type { Queryable } from './rows.js';
import { liveSchema } from './runner.js';

/** What the function raises when a page or a stream has moved on since it was read. */
const movedOn = 'YJ001';
const deadlock = '40P01';

/** How many events of other people the read model's checkpoint is carried over at a time. */
const fewEvents = 1_000;

const texts = [
  ...['streams', 'revisions', 'ids', 'types', 'schemas', 'data'],
  ...['commands', 'shared'],
  ...['pages', 'befores', 'events', 'open_lines', 'open_fens', 'movings'],
];

/** Before the hash of a line's body was its document's, which all of them share. */
const firstParameters = 15;

function textParameters(count: number): string {
  return Array.from({ length: count }, () => 'text').join(', ');
}

const places = texts.map((_name, at) => `$${at + 1}`).join(', ');

/**
 * Appends events of awards and writes the pages that follow from them, all or nothing in one round
 * trip. The checkpoint of the read model moves along when nothing of an award stands between it
 * and these events; where it stays, the runner reads them and finds them folded.
 *
 * Pages are locked before the head of the log, and a checkpoint that is held is passed by: the
 * runner, which locks them the other way round, never waits for a call that waits for it.
 */
export const appendFoldedMigration = {
  id: 'award-append-folded-2',
  sql: `
    drop function if exists ${liveSchema}.append_folded(${textParameters(firstParameters)});
    create function ${liveSchema}.append_folded(${texts.map((name) => `${name} text`).join(', ')})
    returns table (first bigint, added int)
    language plpgsql strict
    set search_path = pg_catalog, public, pg_temp
    as $append$
    #variable_conflict use_column
    declare
      answer record;
      written int;
    begin
      update ${liveSchema}.award_page p
         set events = new.events::bigint, open_lines = new.open_lines::int,
             open_fen = new.open_fen::bigint, moving = new.moving
        from unnest(string_to_array(pages, E'\\n'), string_to_array(befores, E'\\n'),
                    string_to_array(append_folded.events, E'\\n'),
                    string_to_array(append_folded.open_lines, E'\\n'),
                    string_to_array(open_fens, E'\\n'), string_to_array(movings, E'\\x02'))
             as new (page, before, events, open_lines, open_fen, moving)
       where p.page = new.page::int and p.events = new.before::bigint;
      get diagnostics written = row_count;
      if written <> cardinality(string_to_array(pages, E'\\n')) then
        raise exception 'append_folded: a page has moved on' using errcode = '${movedOn}';
      end if;

      for answer in
        select * from append_events(
          streams, revisions, ids, types, schemas, append_folded.data,
          '{"commandId":"' || replace(commands, E'\n', '",' || shared || E'\n{"commandId":"')
            || '",' || shared)
      loop
        if answer.refused is not null then
          raise exception 'append_folded: a stream has moved on' using errcode = '${movedOn}';
        end if;
        first := answer.at_position;
        added := answer.last_revision;
      end loop;

      update ${liveSchema}.projection_checkpoint c set position = append_folded.first + added - 1
        from (select name, position from ${liveSchema}.projection_checkpoint
               where name = 'award_state' and error is null for update skip locked) free
       where c.name = free.name and free.position < append_folded.first
         and free.position >= append_folded.first - 1 - ${fewEvents}
         and not exists (select from public.events e
                          where e.position > free.position and e.position < append_folded.first
                            and starts_with(e.stream, 'award-'));
      return next;
    end
    $append$;
    revoke all on function ${liveSchema}.append_folded(${textParameters(texts.length)})
      from public;
    grant execute on function ${liveSchema}.append_folded(${textParameters(texts.length)})
      to yuejie_app;`,
};

/**
 * @param shared what follows the command's id in the metadata of all of them
 * @returns where the events stand; undefined when a page or a stream has moved on since it was
 *   read: nothing was written then
 */
export async function appendFolded(
  db: Queryable,
  events: EventLines,
  shared: string,
  pages: readonly AwardPage[],
): Promise<Readonly<{ first: bigint; added: number }> | undefined> {
  const lines = (text: (page: AwardPage) => number | bigint) => pages.map(text).join('\n');
  try {
    const { rows } = await db.query<{ first: bigint; added: number }>({
      name: 'append_folded',
      text: `select first, added from ${liveSchema}.append_folded(${places})`,
      values: [
        ...events.values,
        shared,
        lines(({ page }) => page),
        lines(({ before }) => before),
        lines((page) => page.events),
        lines(({ openLines }) => openLines),
        lines(({ openFen }) => openFen),
        pages.map(({ movingText }) => movingText).join(between),
      ],
    });
    return rows[0];
  } catch (error) {
    if (error instanceof DatabaseError && [movedOn, deadlock].includes(error.code ?? ''))
      return undefined;
    throw error;
  }
}
