import type { PersonCommand } from '#domain/person/person.commands.js';
import { personStream } from '#domain/person/person.js';
import { Refusal } from '#domain/refusal.js';
import type { Day } from '#domain/values/calendar.js';
import { acting, fileClaim } from '../claims.js';
import { derivedId } from '../ids.js';
import { stored } from '../stored.js';
import { fieldsRef, sealAccounts } from '../vault.js';
import { groupBy, inParallel, rowContext, runRows } from './bulk.js';
import type { Refused, Taker } from './takers.js';

export const takeRegistrations: Taker<'registrations'> = async (app, act, file) => {
  const { rows, sha256, progress } = file;
  const items = rows.map(({ person, certificate }) => {
    const item = {
      personRef: person,
      kind: 'identity' as const,
      about: 'certificate',
      fields: { certificate },
    };
    return { ...item, ref: fieldsRef(app.vault, item) };
  });
  const certificates = await app.vault.rows.sealMany(items);
  const registering = rows.map((row, at) => ({ row, certificate: certificates[at] }));
  const refused = await runRows(app, stored.person, registering, {
    key: ({ row }) => row.person,
    of: ({ row }) => [row],
    stream: ({ row }) => personStream(row.person),
    command: ({ row: { employer, endedOn, reason, registeredOn }, certificate }): PersonCommand => {
      if (certificate === undefined) throw new Error('a certificate was not sealed');
      return {
        type: 'RegisterUnemployment',
        employerNo: employer,
        ...{ endedOn, registeredOn, certificate, on: laterOf(act.on, registeredOn) },
        termination: reason,
      };
    },
    context: ({ row }) => rowContext(act, sha256, `${row.person}/${row.registeredOn}`),
    fresh: false,
    progress,
  });
  return { refused, made: [] };
};

/** A well-formed claim is never a bad row: what cannot be accepted is a decision with its code. */
export const takeClaims: Taker<'claims'> = async (app, act, file) => {
  const { rows, sha256, progress } = file;
  const refused: Refused[] = [];
  const made: string[] = [];
  let done = 0;
  // Two claims of one person are filed in the file's order; different people do not wait.
  const people = [...groupBy(rows, ({ person }) => person).values()];
  await inParallel(people, 8, async (claims) => {
    for (const row of claims) {
      const { number, person, office, claimedOn, bankCode, account, holder } = row;
      const on = laterOf(act.on, claimedOn);
      const mine = { ...act, on, commandId: derivedId(sha256, number) };
      const claim = { claimNo: number, personRef: person, office, filedOn: claimedOn };
      try {
        const given = account === '' ? {} : { account: { bankCode, account, holder } };
        await fileClaim(app, mine, { ...claim, ...given });
        made.push(number);
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        const { code, facts } = error;
        refused.push({ key: number, code, facts, rows: [row] });
      }
      done += 1;
      progress(done, rows.length);
    }
  });
  return { refused, made };
};

/** A corrected account is proposed in the importer's name; two others sign before it is used. */
export const takeAccounts: Taker<'accounts'> = async (app, act, file) => {
  const { rows, sha256, progress } = file;
  const accounts = await sealAccounts(
    app.vault,
    rows.map(({ person, bankCode, account, holder }) => ({
      personRef: person,
      given: { bankCode, account, holder },
    })),
  );
  const changes = rows.map((row, at) => ({ row, account: accounts[at], changeNo: changeNo(row) }));
  const refused = await runRows(app, stored.person, changes, {
    key: ({ changeNo: number }) => number,
    of: ({ row }) => [row],
    stream: ({ row }) => personStream(row.person),
    command: ({ row, account, changeNo: number }): PersonCommand => {
      if (account === undefined) throw new Error(`the account of ${row.person} was not sealed`);
      return { type: 'ProposeAccountChange', changeNo: number, account, ...acting(act) };
    },
    context: ({ changeNo: number }) => rowContext(act, sha256, number),
    fresh: false,
    progress,
  });
  const held = new Set(refused.map(({ key }) => key));
  const numbers = changes.map(({ changeNo: number }) => number);
  return { refused, made: numbers.filter((number) => !held.has(number)) };
};

/** An export may hold days that are still to come: its rows stand under their own day. */
function laterOf(on: Day, rowDay: Day): Day {
  return rowDay > on ? rowDay : on;
}

function changeNo({ person, changedOn }: Readonly<{ person: string; changedOn: string }>): string {
  return `${person}-${changedOn}`;
}
