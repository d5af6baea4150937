import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Act } from '#application/app.js';
import { contextOf } from '#application/context.js';
import { importFile } from '#application/imports/import-file.js';
import { Staff } from '#application/staff.js';
import { stored } from '#application/stored.js';
import { Transact } from '#application/transact.js';
import { accountsProposed } from '#domain/actor/actor-accounts.js';
import { actorStream } from '#domain/actor/actor.js';
import { identityStream } from '#domain/identity/identity.js';
import { day } from '#domain/values/calendar.js';
import type { AppendItem, EventStore } from '#event-store/port.js';
import { StaffAccounts } from '#security/accounts.js';
import { residentId } from '#test/stories/desk.js';
import { Bureau } from './bureau.js';
import { openTestSystem, type TestSystem } from './system.js';

const pool = '440100';
const on = day('2026-09-01');

/** The store, when whatever is appended with an event of that type does not reach it. */
function losing(store: EventStore, type: string): EventStore {
  const append = (item: AppendItem) =>
    item.events.some((event) => event.type === type)
      ? Promise.reject(new Error(`${type} is lost`))
      : store.append(item);
  return new Proxy(store, {
    get: (target, name) => (name === 'append' ? append : Reflect.get(target, name)),
  });
}

describe('whom somebody at work must not pay', () => {
  let test: TestSystem;
  let bureau: Bureau;
  let staff: Staff;
  const { id18: idNumber } = residentId(7, '19800203');

  beforeAll(async () => {
    test = await openTestSystem();
    const { app } = test.system;
    bureau = new Bureau(app, pool, []);
    await bureau.openOffices(on);
    staff = new Staff(app, new StaffAccounts(app.pool, () => new Date()));
    const act: Act = { ...bureau.act('intake', on), commandId: randomUUID() };
    const actor = { actorId: 'li', office: pool, name: '李四', idNumber, related: ['P900'] };
    await staff.registerActor(act, actor);
  }, 60_000);

  afterAll(() => test.close());

  const related = async () => (await staff.actingOn('li', on)).related;

  it('is whom he named, as long as he is in no register himself', async () => {
    expect(await related()).toEqual(['P900']);
  });

  it('is himself as well, once the register is brought in', async () => {
    const rows = ['number,id,name,household,enrolledOn', `P1,${idNumber},李四,urban,2020-01-01`];
    const bytes = Buffer.from(`${rows.join('\n')}\n`);
    const file = { kind: 'persons', fileName: 'persons.csv', bytes };
    await importFile(test.system.app, bureau.act('intake', on), file);
    expect(await related()).toEqual(['P1', 'P900']);
  });

  it('is himself under each number that his identity ever had', async () => {
    const { transact, vault } = test.system.app;
    const { by, commandId } = bureau.act('intake', on);
    const stream = identityStream(vault.blind('id-number', idNumber));
    const move = { type: 'MoveIdentity', personRef: 'P2' } as const;
    await transact.run(stored.identity, stream, move, contextOf(by, commandId, on));
    expect(await related()).toEqual(['P1', 'P2', 'P900']);
  });
});

describe('a login that is proposed', () => {
  let test: TestSystem;
  let bureau: Bureau;
  let staff: Staff;
  let accounts: StaffAccounts;
  const actors = ['chen', 'guo', 'he'];

  beforeAll(async () => {
    test = await openTestSystem();
    const { app } = test.system;
    bureau = new Bureau(app, pool, []);
    await bureau.openOffices(on);
    accounts = new StaffAccounts(app.pool, () => new Date());
    staff = new Staff(app, accounts);
    for (const [at, actorId] of actors.entries()) {
      const { id18: idNumber } = residentId(20 + at, '19800203');
      const actor = { actorId, office: pool, name: '某人', idNumber };
      await staff.registerActor(acting(), actor);
    }
  }, 60_000);

  afterAll(() => test.close());

  const acting = (): Act => ({ ...bureau.act('intake', on), commandId: randomUUID() });
  const login = (actorId: string, name: string) => ({ actorId, login: name });
  const propose = (actorId: string, name: string, act = acting()) =>
    staff.proposeAccount(act, login(actorId, name));
  /** At work while the log takes no event of that type. */
  const staffLosing = (type: string): Staff => {
    const { app } = test.system;
    return new Staff({ ...app, transact: new Transact(losing(app.store, type)) }, accounts);
  };
  const standing = async () => {
    const { transact } = test.system.app;
    const states = await Promise.all(
      actors.map((actorId) => transact.state(stored.actor, actorStream(actorId))),
    );
    return states.flatMap(accountsProposed);
  };

  it('is one account’s, of many that ask for it at once', async () => {
    const asking = [...actors, ...actors, ...actors];
    const results = await Promise.allSettled(asking.map((actorId) => propose(actorId, 'door')));
    const codes = results.flatMap((one) =>
      one.status === 'rejected' ? [(one.reason as { code: unknown }).code] : [],
    );
    expect(codes).toEqual(Array(asking.length - 1).fill('ACTOR_ACCOUNT_TAKEN'));
    expect(await standing()).toHaveLength(1);
  });

  it('is proposed once, however often its answer is lost', async () => {
    const act = acting();
    const first = await propose('guo', 'again', act);
    const repeated = { accountId: first.accountId, receipt: { repeated: true } };
    expect(await propose('guo', 'again', act)).toMatchObject(repeated);
    await staff.withdrawAccount(acting(), { actorId: 'guo', accountId: first.accountId });
    expect(await propose('guo', 'again', act)).toMatchObject(repeated);
    await propose('he', 'again');
    await expect(propose('guo', 'again')).rejects.toMatchObject({ code: 'ACTOR_ACCOUNT_TAKEN' });
  });

  it('waits a day for its actor after a proposal that was cut off', async () => {
    const act = acting();
    const cutOff = staffLosing('AccountProposed').proposeAccount(act, login('chen', 'cut-off'));
    await expect(cutOff).rejects.toThrow('AccountProposed is lost');
    await expect(propose('guo', 'cut-off')).rejects.toMatchObject({
      ...{ code: 'ACTOR_ACCOUNT_TAKEN', facts: { actorId: 'chen' } },
    });
    const { accountId } = await propose('chen', 'cut-off');
    await staff.withdrawAccount(acting(), { actorId: 'chen', accountId });
    await propose('guo', 'cut-off');
  });

  it('passes on the day after a proposal that was cut off, and not back to it', async () => {
    const act = acting();
    const cutOff = staffLosing('AccountProposed').proposeAccount(act, login('chen', 'left'));
    await expect(cutOff).rejects.toThrow('AccountProposed is lost');
    const { accountId } = await propose('guo', 'left', { ...acting(), on: day('2026-09-02') });
    for (const late of [act, acting()])
      await expect(propose('chen', 'left', late)).rejects.toMatchObject({
        code: 'ACTOR_ACCOUNT_TAKEN',
      });
    expect(await standing()).toContainEqual({ accountId, proposedBy: 'intake' });
  });

  it('stands in no table while the log has not taken its opening', async () => {
    const { accountId } = await propose('he', 'opening');
    const account = { ...login('he', 'opening'), accountId };
    const act = { ...bureau.act('approver', on), commandId: randomUUID() };
    const lost = staffLosing('AccountOpened').openAccount(act, account);
    await expect(lost).rejects.toThrow('AccountOpened is lost');
    expect(await accounts.loginsOf([accountId])).toEqual(new Map());
    expect(await standing()).toContainEqual({ accountId, proposedBy: 'intake' });
    const { password } = await staff.openAccount(act, account);
    expect(await accounts.loginsOf([accountId])).toEqual(new Map([[accountId, 'opening']]));
    const expected = { accountId, actorId: 'he', mustChange: true };
    expect(await accounts.signIn('opening', password)).toEqual(expected);
  });

  it('is taken back by whoever proposed it or has that duty, and by nobody else', async () => {
    const { accountId } = await propose('he', 'mine');
    const other = bureau.act('approver', on);
    await expect(staff.withdrawAccount(other, { actorId: 'he', accountId })).rejects.toMatchObject({
      code: 'SIGNER_NOT_PROPOSER',
    });
    const successor = { ...acting(), by: { ...acting().by, person: 'somebody' } };
    await staff.withdrawAccount(successor, { actorId: 'he', accountId });
    expect((await standing()).map((one) => one.accountId)).not.toContain(accountId);
  });
});
