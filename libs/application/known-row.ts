import { refuse } from '#domain/refusal.js';
import type { App } from './app.js';

/**
 * What a read model knows: of what it does not know it is asked again once it has followed the
 * whole log. Who was recorded a moment ago is known, however far behind the read model is.
 */
export async function knownRow<Row>(
  app: App,
  find: () => Promise<Row | undefined>,
): Promise<Row | undefined> {
  const row = await find();
  if (row !== undefined) return row;
  await app.projected(await app.store.head());
  return find();
}

/**
 * What money is worked out from is asked of read models that have followed the whole log: one that
 * lags behind would count too few months, and whoever reviews might ask it as early.
 *
 * @throws Refusal READ_MODEL_STOPPED, of one that does not follow any more
 */
export async function refuseBehind(app: App, models: readonly string[]): Promise<void> {
  const head = await app.store.head();
  await app.projected(head);
  // One that was let go on a moment ago has no error any more, and is behind all the same.
  const { rows } = await app.pool.query<Readonly<{ name: string }>>(
    `select name from read.projection_checkpoint
      where name = any(string_to_array($1, E'\\n')) and (error is not null or position < $2)
      order by name`,
    [models.join('\n'), head],
  );
  const [stopped] = rows;
  if (stopped !== undefined) refuse('READ_MODEL_STOPPED', { model: stopped.name });
}
