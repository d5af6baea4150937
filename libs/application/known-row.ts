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
