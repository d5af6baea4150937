import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cityFiles } from '#apps/cli/city/generate.js';
import { residentIdCheck } from '#domain/values/resident-id.js';
import { openTestServer, type Asking, type TestServer } from './server.js';

let server: TestServer;

const county = {
  code: '440103',
  parent: '440100',
  kind: 'county',
  jurisdiction: '440100',
  names: { zh: '荔湾区经办机构', en: 'Liwan office' },
};

function idNumber(serial: number): string {
  const first17 = `44010319900101${String(serial).padStart(3, '0')}`;
  return first17 + residentIdCheck(first17);
}

beforeAll(async () => {
  server = await openTestServer();
  const day = { method: 'PUT', as: 'system-admin', body: { day: '2026-09-01' } } as const;
  await command('/api/v1/business-day', day);
  await command('/api/v1/offices', { as: 'system-admin', body: county });
  await command('/api/v1/offices', {
    as: 'system-admin',
    body: { ...county, code: '440106', names: { zh: '天河区经办机构', en: 'Tianhe office' } },
  });
});

afterAll(async () => {
  await server.close();
});

/** Sends a command that must be taken, and waits until everything has followed it. */
async function command(path: string, asking: Asking): Promise<Readonly<Record<string, unknown>>> {
  const { status, body } = await server.ask(path, { method: 'POST', ...asking });
  expect({ status, body }).toMatchObject({ status: 200 });
  const { app } = server.deps;
  await app.settled(await app.store.head());
  return body;
}

async function codeOf(path: string, asking: Asking): Promise<unknown> {
  return (await server.ask(path, { method: 'POST', ...asking })).body['code'];
}

const clerk = { actorId: 'li', office: '440103', name: '李明', idNumber: idNumber(1) };
const term = { duty: 'intake', office: '440103', from: '2026-01-01' };

/** One proposes another login for the clerk, a second person opens it. */
async function openDoor(login: string): Promise<Readonly<Record<string, unknown>>> {
  const path = '/api/v1/actors/li/accounts';
  const { accountId } = await command(path, { as: 'security-admin', body: { login } });
  const opening = { method: 'PUT', as: 'audit-admin', body: { login } } as const;
  return (await server.ask(`${path}/${String(accountId)}`, opening)).body;
}

describe('staff', () => {
  it('are registered once, and may do nothing until two people grant a duty', async () => {
    await command('/api/v1/actors', { as: 'security-admin', body: clerk });
    const twin = { ...clerk, actorId: 'li-2' };
    expect(await codeOf('/api/v1/actors', { as: 'security-admin', body: twin })).toBe(
      'ACTOR_ID_TAKEN',
    );
    await command('/api/v1/actors/li/duties', { as: 'security-admin', body: term });
    const granted = { method: 'PUT', as: 'security-admin', body: term } as const;
    expect(await codeOf('/api/v1/actors/li/duties', granted)).toBe('DUTY_MISSING');
    const { body: before } = await server.ask('/api/v1/actors/li', { as: 'audit-admin' });
    expect(before['duties']).toMatchObject([{ duty: 'intake', status: 'proposed' }]);
    await command('/api/v1/actors/li/duties', { ...granted, as: 'audit-admin' });
    const { body: after, text } = await server.ask('/api/v1/actors/li', { as: 'audit-admin' });
    expect(after['duties']).toMatchObject([{ duty: 'intake', status: 'held' }]);
    expect(text).not.toMatch(/李明|identityKey/);
    expect(text).not.toContain(clerk.idNumber);
  });

  it('get an account whose password is shown once and is not kept with the answer', async () => {
    const commandId = randomUUID();
    const asked = { as: 'security-admin', body: { login: 'li' } } as const;
    const proposal = await command('/api/v1/actors/li/accounts', asked);
    expect(proposal).not.toHaveProperty('password');
    const { body: seen } = await server.ask('/api/v1/actors/li', { as: 'audit-admin' });
    expect(seen['proposed']).toMatchObject([{ proposedBy: 'demo-security-admin' }]);
    const door = `/api/v1/actors/li/accounts/${String(proposal['accountId'])}`;
    const alone = { ...asked, method: 'PUT' } as const;
    expect(await codeOf(door, alone)).toBe('DUTY_MISSING');
    const asking = { ...alone, as: 'audit-admin', commandId } as const;
    expect(await codeOf(door, { ...alone, as: 'audit-admin', body: { login: 'wang' } })).toBe(
      'LOGIN_DIFFERS',
    );
    const { password, accountId } = await command(door, asking);
    const { rows } = await server.deps.app.pool.query<{ answer: string | null }>(
      'select answer from command_reservations where command_id = $1',
      [commandId],
    );
    expect(rows).toEqual([{ answer: null }]);
    const again = await command(door, asking);
    expect(again['accountId']).toBe(accountId);
    expect(again['password']).not.toBe(password);
    const login = { login: 'li', password: again['password'] };
    const first = await server.ask('/api/v1/session', { method: 'POST', body: login });
    await server.ask('/api/v1/me/password', {
      method: 'POST',
      headers: { authorization: `Bearer ${String(first.body['session'])}` },
      body: { current: again['password'], next: 'a lantern by the gate' },
    });
    // Once its owner has chosen a password, nobody gets another one by asking again.
    expect(await codeOf(door, asking)).toBe('ACTOR_ACCOUNT_TAKEN');
    for (const taken of ['demo-intake', 'li']) {
      const body = { login: taken };
      const refused = { as: 'security-admin', body } as const;
      expect(await codeOf('/api/v1/actors/demo-payroll/accounts', refused)).toBe(
        'ACTOR_ACCOUNT_TAKEN',
      );
    }
    const { body: shown } = await server.ask('/api/v1/actors/li', { as: 'auditor' });
    expect(shown).toMatchObject({
      proposed: [],
      inForce: [{ accountId, login: 'li', openedBy: 'demo-audit-admin' }],
    });
  });

  it('lose an account that its proposer takes back, and whose login is free again', async () => {
    const path = '/api/v1/actors/li/accounts';
    const asked = { as: 'security-admin', body: { login: 'li.back' } } as const;
    const { accountId } = await command(path, asked);
    expect(await codeOf(path, asked)).toBe('ACTOR_ACCOUNT_TAKEN');
    const other = '/api/v1/actors/demo-payroll/accounts';
    const taken = await server.ask(other, { method: 'POST', ...asked });
    expect(taken).toMatchObject({ status: 409, body: { facts: { actorId: 'li', accountId } } });
    const withdrawal = `${path}/${String(accountId)}/withdrawal`;
    const back = { method: 'PUT', as: 'security-admin' } as const;
    expect(await codeOf(withdrawal, { ...back, as: 'audit-admin' })).toBe('DUTY_MISSING');
    expect(await codeOf(`${path}/none/withdrawal`, back)).toBe('NOT_FOUND');
    await command(withdrawal, back);
    await command(withdrawal, back);
    const late = { method: 'PUT', as: 'audit-admin', body: asked.body } as const;
    expect(await codeOf(`${path}/${String(accountId)}`, late)).toBe('STEP_OUT_OF_ORDER');
    await command(other, asked);
    expect(await codeOf(path, asked)).toBe('ACTOR_ACCOUNT_TAKEN');
  });

  it('do not work beyond their office', async () => {
    const body = await openDoor('li-second');
    const login = { login: 'li-second', password: body['password'] };
    const first = await server.ask('/api/v1/session', { method: 'POST', body: login });
    const bearer = { authorization: `Bearer ${String(first.body['session'])}` };
    const changed = await server.ask('/api/v1/me/password', {
      method: 'POST',
      headers: bearer,
      body: { current: body['password'], next: 'a quiet river at dawn' },
    });
    const mine = { authorization: `Bearer ${String(changed.body['session'])}` };
    const own = await server.ask('/api/v1/awards?office=440103', { headers: mine });
    expect(own.status).toBe(200);
    const other = await server.ask('/api/v1/awards?office=440106', { headers: mine });
    expect(other.body['code']).toBe('OFFICE_OUT_OF_SCOPE');
    const borrowed = { ...mine, 'x-office': '440106' };
    const acting = await server.ask('/api/v1/awards', { headers: borrowed });
    expect(acting.body['code']).toBe('OFFICE_OUT_OF_SCOPE');
    const beside = { as: 'security-admin', body: { ...term, office: '440106' } } as const;
    await command('/api/v1/actors/li/duties', beside);
    await command('/api/v1/actors/li/duties', { ...beside, method: 'PUT', as: 'audit-admin' });
    // Two offices of one duty are both in reach, whether the request says which or not.
    for (const headers of [mine, borrowed]) {
      const both = await server.ask('/api/v1/awards?office=440106', { headers });
      expect(both.status).toBe(200);
    }
    expect((await server.ask('/api/v1/awards?office=440103', { headers: mine })).status).toBe(200);
    await command('/api/v1/actors/li/duties/intake/440106', {
      method: 'DELETE',
      as: 'security-admin',
    });
    await command('/api/v1/actors/li/duties/intake/440103', {
      method: 'DELETE',
      as: 'security-admin',
    });
    const revoked = await server.ask('/api/v1/awards?office=440103', { headers: mine });
    expect(revoked.body['code']).toBe('DUTY_MISSING');
  });
});

describe('files', () => {
  const city = new Map(cityFiles({ persons: 50, months: 1, seed: 'api' }));
  const file = (name: string): Asking => ({
    as: 'intake',
    body: Buffer.from(city.get(name) ?? []),
    headers: { 'x-file-name': name },
  });

  it('are refused by name when they are not what they are said to be', async () => {
    const body = Buffer.from('这不是单位文件\n1,2\n');
    const headers = { 'x-file-name': encodeURIComponent('单位.csv') };
    const asking = { as: 'intake', body, headers } as const;
    expect(await codeOf('/api/v1/imports/employers', asking)).toBe('FILE_COLUMNS');
    expect(await codeOf('/api/v1/imports/cats', asking)).toBe('FILE_KIND_UNKNOWN');
    const nameless = { ...asking, headers: {} };
    expect(await codeOf('/api/v1/imports/employers', nameless)).toBe('BODY_INVALID');
    const path = { ...asking, headers: { 'x-file-name': '..%2Fkeys.json' } };
    expect(await codeOf('/api/v1/imports/employers', path)).toBe('BODY_INVALID');
    const empty = { ...asking, body: Buffer.alloc(0) };
    expect(await codeOf('/api/v1/imports/employers', empty)).toBe('FILE_EMPTY');
  });

  it('are checked without being taken, taken once, and known again', async () => {
    const employers = file('employers.csv');
    const path = '/api/v1/imports/employers';
    expect(await command(`${path}?dryRun=true`, employers)).toMatchObject({ status: 'checked' });
    expect((await server.ask('/api/v1/employers', { as: 'intake' })).body['rows']).toEqual([]);
    expect(await command(path, employers)).toMatchObject({ status: 'taken' });
    expect(await command(path, employers)).toMatchObject({ status: 'same' });
    const { body } = await server.ask('/api/v1/employers', { as: 'intake' });
    expect(body['rows']).not.toEqual([]);
  });

  it('give people who are found by their number and shown masked', async () => {
    const persons = file('persons.csv');
    await command('/api/v1/imports/persons?park=true', persons);
    const text = new TextDecoder('gb18030').decode(persons.body as Buffer);
    const number = /(?<!\d)\d{17}[\dX](?!\d)/.exec(text)?.[0] ?? '';
    const asked = { method: 'POST', as: 'intake', body: { idNumber: number } } as const;
    const found = await server.ask('/api/v1/persons/search', asked);
    const [person] = found.body['rows'] as readonly Readonly<Record<string, unknown>>[];
    expect(person?.['idNumber']).toMatch(/^\d{4}\*{10}[\dX]{4}$/);
    expect(person?.['name']).toMatch(/^\p{Script=Han}\*$/u);
    const one = await server.ask(`/api/v1/persons/${String(person?.['personRef'])}`, {
      as: 'approver',
    });
    expect(one.body).toMatchObject({ personRef: person?.['personRef'], claims: [] });
    for (const answer of [found, one]) {
      expect(answer.text).not.toContain(number);
      expect(answer.text).not.toMatch(/identityKey|accountKey|sha256/i);
    }
  });
});

describe('months', () => {
  it('are opened, cut and seen only by those whose duty it is', async () => {
    const place = { office: '440103', month: '2026-09' };
    expect(await codeOf('/api/v1/months', { as: 'payroll', body: place })).toBe('DUTY_MISSING');
    await command('/api/v1/months', { as: 'reconciler', body: place });
    const { body } = await server.ask('/api/v1/months/440103/2026-09', { as: 'reconciler' });
    expect(body).toMatchObject({ status: 'open', availableFen: 0, availableYuan: '0.00' });
    const empty = { as: 'payroll', body: place } as const;
    expect(await codeOf('/api/v1/rolls', empty)).toBe('ROLL_EMPTY');
    await command('/api/v1/months/440103/2026-09/cut', { method: 'PUT', as: 'reconciler' });
    const sheet = await server.ask('/api/v1/months/sheet?month=2026-09', { as: 'auditor' });
    expect(sheet.body).toMatchObject({ month: '2026-09', items: {} });
    const unknown = await server.ask('/api/v1/months/440106/2026-09', { as: 'auditor' });
    expect(unknown).toMatchObject({ status: 404, body: { code: 'MONTH_UNKNOWN' } });
    const close = await server.ask('/api/v1/months/440106/2026-09/close', { as: 'auditor' });
    expect(close).toMatchObject({ status: 404, body: { code: 'MONTH_UNKNOWN' } });
  });
});

describe('a plan', () => {
  it('allots what its signers saw, under three signatures', async () => {
    await command('/api/v1/months', {
      as: 'reconciler',
      body: { office: '440106', month: '2026-09' },
    });
    const allotments = [{ office: '440106', amountFen: 9_007_199_254_740_991 }];
    const proposal = { pool: '440100', month: '2026-09', allotments };
    await command('/api/v1/plans', { as: 'accountant', body: proposal });
    const path = '/api/v1/plans/440100-2026-09-1';
    const { body } = await server.ask(path, { as: 'approver' });
    const { root, lines, amountFen } = body;
    expect(amountFen).toBe(9_007_199_254_740_991);
    const stale = { seen: { root, lines, amountFen: 1 } };
    const approval = { method: 'PUT', as: 'approver', body: stale } as const;
    expect(await codeOf(`${path}/approval`, approval)).toBe('SEEN_CHANGED');
    const seen = { seen: { root, lines, amountFen } };
    const inbox = await server.ask('/api/v1/inbox', { as: 'approver' });
    expect(inbox.body['documents']).toMatchObject([{ kind: 'plan', id: '440100-2026-09-1' }]);
    await command(`${path}/approval`, { ...approval, body: seen });
    await command(`${path}/review`, { method: 'PUT', as: 'reviewer', body: seen });
    const month = await server.ask('/api/v1/months/440106/2026-09', { as: 'accountant' });
    expect(month.body).toMatchObject({ availableFen: amountFen });
  });
});

describe('persons', () => {
  it('are searched by what stands in a body', async () => {
    const found = await server.ask('/api/v1/persons/search', {
      method: 'POST',
      as: 'intake',
      body: { idNumber: idNumber(7) },
      headers: { 'idempotency-key': '' },
    });
    expect(found).toMatchObject({ status: 200, body: { rows: [] } });
    const nothing = { as: 'intake', body: {} } as const;
    expect(await codeOf('/api/v1/persons/search', nothing)).toBe('BODY_INVALID');
    const invalid = { as: 'intake', body: { idNumber: '440103199001010010' } } as const;
    expect(await codeOf('/api/v1/persons/search', invalid)).toBe('ID_INVALID');
    const unknown = await server.ask('/api/v1/persons/P-1', { as: 'intake' });
    expect(unknown.body['code']).toBe('PERSON_UNKNOWN');
  });
});

describe('questions of law', () => {
  it('are answered to whoever is signed in', async () => {
    const question = { question: 'identity', residentId: idNumber(3) };
    const one = await server.ask('/api/v1/calculations', {
      method: 'POST',
      as: 'auditor',
      body: question,
    });
    expect(one.body).toMatchObject({ valid: true });
    expect(await codeOf('/api/v1/calculations', { body: question })).toBe('NOT_SIGNED_IN');
    const odd = { as: 'auditor', method: 'POST', body: { question: 'weather' } } as const;
    expect((await server.ask('/api/v1/calculations', odd)).body).toMatchObject({
      refusal: 'QUESTION_UNKNOWN',
      facts: { known: expect.stringMatching(/^identity, .*benefit-amount/) },
    });
  });
});

describe('events', () => {
  const ask = async (query: string): Promise<readonly Readonly<Record<string, unknown>>[]> =>
    (await server.ask(`/api/v1/events?${query}`, { as: 'auditor' })).body['rows'] as never;

  it('are found by type, stream, actor, office and day', async () => {
    const opened = await ask('type=OfficeOpened');
    expect(opened.map(({ stream }) => stream)).toEqual([
      'office-440100',
      'office-440103',
      'office-440106',
    ]);
    expect(await ask('stream=office-440103')).toHaveLength(1);
    const mine = await ask('actor=demo-system-admin');
    expect(mine.map(({ type }) => type)).toEqual(['OfficeOpened', 'OfficeOpened']);
    expect(await ask('type=OfficeOpened&office=440103')).toEqual([]);
    expect(await ask('type=OfficeOpened&from=2199-01-01')).toEqual([]);
  });

  it('come page by page, each once', async () => {
    const all = await ask('limit=1000');
    const paged: unknown[] = [];
    for (let after = '0'; ;) {
      const { body } = await server.ask(`/api/v1/events?limit=7&after=${after}`, { as: 'auditor' });
      paged.push(...(body['rows'] as readonly unknown[]));
      if (body['next'] === undefined) break;
      after = String(body['next']);
    }
    expect(paged).toEqual(all);
  });

  it('say nothing that is personal', async () => {
    const text = JSON.stringify(await ask('limit=1000'));
    expect(text).not.toMatch(/李明/);
    expect(text).not.toContain(clerk.idNumber);
  });
});
