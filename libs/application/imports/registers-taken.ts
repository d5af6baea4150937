import { employerStream, type EmployerCommand } from '#domain/employer/employer.js';
import { identityStream, type IdentityCommand } from '#domain/identity/identity.js';
import type { PersonCommand } from '#domain/person/person.commands.js';
import { personStream } from '#domain/person/person.js';
import { isCreditCode } from '#domain/values/codes.js';
import { parseResidentId } from '#domain/values/resident-id.js';
import type { RowOf } from '#input/kinds.js';
import { stored } from '../stored.js';
import { fieldsRef } from '../vault.js';
import { groupBy, rowContext, runRows } from './bulk.js';
import type { Taker } from './takers.js';

/** A company's name may be a sole trader's own: it is sealed like a person's. */
export const takeEmployers: Taker<'employers'> = async (app, act, file) => {
  const { rows, sha256, progress } = file;
  const items = rows.map(({ number, name }) => {
    const item = {
      personRef: `employer:${number}`,
      kind: 'employer-contact' as const,
      about: 'name',
      fields: { name },
    };
    return { ...item, ref: fieldsRef(app.vault, item) };
  });
  const names = await app.vault.rows.sealMany(items);
  const named = rows.map((row, at) => ({ row, name: names[at] }));
  const refused = await runRows(app, stored.employer, named, {
    key: ({ row }) => row.number,
    of: ({ row }) => [row],
    stream: ({ row }) => employerStream(row.number),
    command: ({ row: { number, office, enrolledOn, creditCode }, name }): EmployerCommand => {
      if (name === undefined) throw new Error(`the name of ${number} was not sealed`);
      return {
        type: 'RegisterEmployer',
        employerNo: number,
        ...{ office, creditCode, name },
        registeredOn: enrolledOn,
        creditCodeValid: isCreditCode(creditCode),
        on: act.on,
      };
    },
    context: ({ row }) => rowContext(act, sha256, row.number),
    fresh: true,
    progress,
  });
  return { refused, made: [] };
};

/** The identity is reserved first: of two numbers for one human being only one is enrolled. */
export const takePersons: Taker<'persons'> = async (app, act, file) => {
  const { rows, sha256, progress } = file;
  const enrolling = await sealPersons(app, rows);
  const taken = await runRows(app, stored.identity, enrolling, {
    key: ({ row }) => row.number,
    of: ({ row }) => [row],
    stream: ({ identityKey }) => identityStream(identityKey),
    command: ({ row, identityKey }): IdentityCommand => ({
      type: 'ReserveIdentity',
      identityKey,
      personRef: row.number,
    }),
    context: ({ row }) => rowContext(act, sha256, `identity-${row.number}`),
    fresh: true,
    progress: () => undefined,
  });
  const turnedAway = new Set(taken.map(({ key }) => key));
  const free = enrolling.filter(({ row }) => !turnedAway.has(row.number));
  const refused = await runRows(app, stored.person, free, {
    key: ({ row }) => row.number,
    of: ({ row }) => [row],
    stream: ({ row }) => personStream(row.number),
    command: ({ row, identity, phone, identityKey, old }): PersonCommand => ({
      type: 'EnrolPerson',
      personRef: row.number,
      office: act.by.office,
      enrolledOn: row.enrolledOn,
      household: row.household,
      ...{ identity, identityKey, phone, on: act.on },
      ...(old ? { oldNumber: true as const } : {}),
    }),
    context: ({ row }) => rowContext(act, sha256, row.number),
    fresh: true,
    progress,
  });
  return { refused: [...taken, ...refused], made: [] };
};

type Enrolling = Readonly<{
  row: RowOf['persons'];
  identityKey: string;
  identity: Sealed;
  phone: Sealed;
  old: boolean;
}>;
type Sealed = Readonly<{ ref: string; sealedSha256: string }>;
type Vaulted = Parameters<Taker<'persons'>>[0];

async function sealPersons(
  app: Vaulted,
  rows: readonly RowOf['persons'][],
): Promise<readonly Enrolling[]> {
  const { vault } = app;
  const toSeal = rows.flatMap(({ number, id, name, phone }) => {
    const who = {
      personRef: number,
      kind: 'identity' as const,
      about: 'identity',
      fields: { id, name },
    };
    const tel = { personRef: number, kind: 'phone' as const, about: 'phone', fields: { phone } };
    return [who, tel].map((item) => ({ ...item, ref: fieldsRef(vault, item) }));
  });
  const sealed = await vault.rows.sealMany(toSeal);
  await vault.persons.add(
    rows.flatMap(({ number, id, name }, at) => {
      const ref = sealed[at * 2]?.ref ?? '';
      return [
        { kind: 'id-number' as const, text: id, personRef: number, ref },
        { kind: 'name' as const, text: name, personRef: number, ref },
      ];
    }),
  );
  return rows.map((row, at) => {
    const identity = sealed[at * 2];
    const phone = sealed[at * 2 + 1];
    if (identity === undefined || phone === undefined) throw new Error('a row was not sealed');
    const old = parseResidentId(row.id)?.old === true;
    return { row, identity, phone, old, identityKey: vault.blind('id-number', row.id) };
  });
}

/** Spans of paid months before this system, person by person in one event. */
export const takeHistory: Taker<'history'> = async (app, act, file) => {
  const { rows, sha256, progress } = file;
  const people = [...groupBy(rows, ({ person }) => person)];
  const refused = await runRows(app, stored.person, people, {
    key: ([person]) => person,
    of: ([, spans]) => spans,
    stream: ([person]) => personStream(person),
    command: ([, spans]): PersonCommand => ({
      type: 'BringHistory',
      fileSha256: file.fileSha256,
      spans: spans.map(({ from, to, used }) => ({ from, to, used })),
    }),
    context: ([person]) => rowContext(act, sha256, person),
    fresh: false,
    progress,
  });
  return { refused, made: [] };
};
