import { personStream } from '#domain/person/person.js';
import { refuse } from '#domain/refusal.js';
import { maskAccount, maskId, maskName, maskPhone } from '#security/masks.js';
import { personByRef, personsByRefs, type PersonRow } from '#projections/person-register.js';
import { awardsOfPersons } from '#projections/award-state.js';
import type { Act, App } from './app.js';
import { acting, contextFor } from './claims.js';
import { knownRow } from './known-row.js';
import { stored } from './stored.js';
import type { Receipt } from './transact.js';

/** A person as any answer may show one: nothing readable that the counter does not need. */
export type PersonView = Readonly<
  Omit<PersonRow, 'identityKey' | 'identityRef' | 'identitySha256' | 'phoneRef' | 'phoneSha256'>
> &
  Readonly<{ name: string; idNumber: string; phone: string; account: string }>;

/** @throws Refusal PERSON_UNKNOWN, also for a person of an office that the reader does not see */
export async function personView(app: App, act: Act, personRef: string): Promise<PersonView> {
  const person = await personByRef(app.pool, personRef);
  if (person === undefined || !(await isSeen(app, act, person)))
    return refuse('PERSON_UNKNOWN', { person: personRef });
  return masked(app, person);
}

export type PersonSearch = Readonly<{ idNumber?: string; name?: string; account?: string }>;

/** Exact search by what a person shows at the counter; the text is compared by its keyed digest. */
export async function searchPersons(
  app: App,
  act: Act,
  { idNumber, name, account }: PersonSearch,
): Promise<readonly PersonView[]> {
  const { persons } = app.vault;
  const found = [
    ...(idNumber === undefined ? [] : await persons.findPersons('id-number', idNumber)),
    ...(name === undefined ? [] : await persons.findPersons('name', name)),
    ...(account === undefined ? [] : await persons.findPersons('account', account)),
  ];
  const refs = [...new Set(found.map(({ personRef }) => personRef))];
  const rows = await personsByRefs(app.pool, refs);
  const views: PersonView[] = [];
  for (const row of rows.values()) {
    if (await isSeen(app, act, row)) views.push(await masked(app, row));
  }
  return views;
}

/** A person is seen by the office that enrolled them and by the one that pays them. */
async function isSeen(app: App, { offices }: Act, person: PersonRow): Promise<boolean> {
  if (offices.includes(person.office)) return true;
  const awards = await awardsOfPersons(app.pool, [person.personRef]);
  return awards.some(({ state }) => offices.includes(state.office));
}

async function masked(app: App, person: PersonRow): Promise<PersonView> {
  const { identityKey: _key, identityRef, identitySha256: _sha, phoneRef, ...row } = person;
  const { phoneSha256: _phoneSha, ...shown } = row;
  const refs = [identityRef, phoneRef, person.accountRef].filter((ref) => ref !== null);
  const opened = await app.vault.rows.openMany(refs);
  const field = (ref: string | null, name: string) => opened.get(ref ?? '')?.[name] ?? '';
  return {
    ...shown,
    name: maskName(field(identityRef, 'name')),
    idNumber: maskId(field(identityRef, 'id')),
    phone: maskPhone(field(phoneRef, 'phone')),
    account: maskAccount(field(person.accountRef, 'account')),
  };
}

export type MergeInput = Readonly<{ personRef: string; into: string; step: 'make' | 'approve' }>;

/**
 * Two numbers turn out to be one human being: two people say so, and what follows is worked out.
 * Both must see both: whoever sees one county only learns nothing of the other.
 *
 * @throws Refusal PERSON_UNKNOWN, PERSON_MERGED
 */
export async function mergePersons(app: App, act: Act, input: MergeInput): Promise<Receipt> {
  const { personRef, into, step } = input;
  const both = await personsByRefs(app.pool, [personRef, into]);
  for (const ref of [personRef, into]) {
    const person = both.get(ref);
    if (person === undefined || !(await isSeen(app, act, person)))
      return refuse('PERSON_UNKNOWN', { person: ref });
    if (person.mergedInto !== null && ref === into) refuse('PERSON_MERGED', { person: ref });
  }
  const command = { type: 'MergePerson', step, into, ...acting(act) } as const;
  return app.transact.run(stored.person, personStream(personRef), command, contextFor(act));
}

/**
 * Somebody who was registered as unemployed takes it back, or was registered by mistake.
 *
 * @throws Refusal PERSON_UNKNOWN, PERSON_MERGED
 */
export async function withdrawRegistration(
  app: App,
  act: Act,
  { personRef }: Readonly<{ personRef: string }>,
): Promise<Receipt> {
  const person = await knownRow(app, () => personByRef(app.pool, personRef));
  if (person === undefined || !(await isSeen(app, act, person)))
    return refuse('PERSON_UNKNOWN', { person: personRef });
  const command = { type: 'WithdrawRegistration', on: act.on } as const;
  return app.transact.run(stored.person, personStream(personRef), command, contextFor(act));
}
