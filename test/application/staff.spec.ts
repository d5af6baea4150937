import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Act } from '#application/app.js';
import { contextOf } from '#application/context.js';
import { importFile } from '#application/imports/import-file.js';
import { Staff } from '#application/staff.js';
import { stored } from '#application/stored.js';
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
