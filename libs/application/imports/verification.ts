import { monthOf } from '#domain/values/calendar.js';
import { awardsOfPersons } from '#projections/award-state.js';
import type { Act, App } from '../app.js';
import { receiveExtract, receiveSignIns } from '../verifications.js';
import { groupBy } from './bulk.js';
import type { Taker } from './takers.js';

/**
 * Sign-ins go to the month and office of the award; those of others are kept with the importer's.
 */
export const takeSignIns: Taker<'sign-ins'> = async (app, act, file) => {
  const { rows, sha256, progress } = file;
  const officeOf = await officesOf(
    app,
    act,
    rows.map(({ person }) => person),
  );
  const groups = groupBy(
    rows,
    ({ person, signedOn }) => `${officeOf(person)}/${monthOf(signedOn)}`,
  );
  let done = 0;
  for (const lines of groups.values()) {
    const [first] = lines;
    if (first === undefined) continue;
    const office = officeOf(first.person);
    const month = monthOf(first.signedOn);
    const documentId = `sign-ins-${sha256.slice(0, 16)}-${office}-${month}`;
    await receiveSignIns(app, act, { office, month, documentId, lines });
    done += lines.length;
    progress(done, rows.length);
  }
  return { refused: [], made: [] };
};

/** Hits belong to the month in which the comparison is made, whatever day the event happened on. */
export const takeExtracts: Taker<'extracts'> = async (app, act, file) => {
  const { rows, sha256, progress } = file;
  const hits = await Promise.all(
    rows.map(async ({ id, event, happenedOn, source }) => {
      const [known] = await app.vault.persons.findPersons('id-number', id);
      return { person: known?.personRef ?? '', event, on: happenedOn, source };
    }),
  );
  const officeOf = await officesOf(
    app,
    act,
    hits.map(({ person }) => person),
  );
  const made: string[] = [];
  let done = 0;
  for (const [office, lines] of groupBy(hits, ({ person }) => officeOf(person))) {
    const month = monthOf(act.on);
    const documentId = `extract-${sha256.slice(0, 16)}-${office}`;
    const proposals = await receiveExtract(app, act, { office, month, documentId, hits: lines });
    made.push(...proposals.map(({ proposalId }) => proposalId));
    done += lines.length;
    progress(done, rows.length);
  }
  return { refused: [], made };
};

async function officesOf(
  app: App,
  act: Act,
  persons: readonly string[],
): Promise<(person: string) => string> {
  const awards = await awardsOfPersons(app.pool, persons);
  const offices = new Map(awards.map(({ state }) => [state.personRef, state.office]));
  return (person) => offices.get(person) ?? act.by.office;
}
