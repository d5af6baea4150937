import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Act } from '#application/app.js';
import { contextOf } from '#application/context.js';
import { importFile } from '#application/imports/import-file.js';
import { Staff } from '#application/staff.js';
import { stored } from '#application/stored.js';
import { accountsProposed } from '#domain/actor/actor-accounts.js';
import { actorStream } from '#domain/actor/actor.js';
import { loginStream } from '#domain/actor/login.js';
import { identityStream } from '#domain/identity/identity.js';
import { day } from '#domain/values/calendar.js';
import { StaffAccounts } from '#security/accounts.js';
import { residentId } from '#test/stories/desk.js';
import { Bureau } from './bureau.js';
import { openTestSystem, type TestSystem } from './system.js';

const pool = '440100';
const on = day('2026-09-01');

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
  const actors = ['chen', 'guo', 'he'];

  beforeAll(async () => {
    test = await openTestSystem();
    const { app } = test.system;
    bureau = new Bureau(app, pool, []);
    await bureau.openOffices(on);
    staff = new Staff(app, new StaffAccounts(app.pool, () => new Date()));
    for (const [at, actorId] of actors.entries()) {
      const { id18: idNumber } = residentId(20 + at, '19800203');
      const actor = { actorId, office: pool, name: '某人', idNumber };
      await staff.registerActor(acting(), actor);
    }
  }, 60_000);

  afterAll(() => test.close());

  const acting = (): Act => ({ ...bureau.act('intake', on), commandId: randomUUID() });
  const propose = (actorId: string, login: string, act = acting()) =>
    staff.proposeAccount(act, { actorId, login });
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

  it('waits, after a proposal that was cut off, for the actor that it was kept for', async () => {
    const { transact, vault } = test.system.app;
    const loginKey = vault.blind('name', 'login|cut-off');
    const reserve = { type: 'ReserveLogin', loginKey, actorId: 'chen', accountId: 'lost' } as const;
    const { by, commandId } = acting();
    const context = contextOf(by, commandId, on);
    await transact.run(stored.login, loginStream(loginKey), reserve, context);
    await expect(propose('guo', 'cut-off')).rejects.toMatchObject({
      ...{ code: 'ACTOR_ACCOUNT_TAKEN', facts: { actorId: 'chen', accountId: 'lost' } },
    });
    const { accountId } = await propose('chen', 'cut-off');
    await staff.withdrawAccount(acting(), { actorId: 'chen', accountId });
    await propose('guo', 'cut-off');
  });

  it('is taken back by whoever proposed it, and by nobody else', async () => {
    const { accountId } = await propose('he', 'mine');
    const other = { ...acting(), by: { ...acting().by, person: 'somebody' } };
    await expect(staff.withdrawAccount(other, { actorId: 'he', accountId })).rejects.toMatchObject({
      code: 'SIGNER_NOT_PROPOSER',
    });
    await staff.withdrawAccount(acting(), { actorId: 'he', accountId });
  });
});
