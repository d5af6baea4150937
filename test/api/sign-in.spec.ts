import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get, type Type } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { demoPassword } from '#apps/server/demo-staff.js';
import { RateLimit } from '#apps/server/rate-limit.js';
import { statedRoutes } from '#apps/server/ratchet.js';
import { createServer } from '#apps/server/create-server.js';
import { openTestServer, type TestServer } from './server.js';

let server: TestServer;

beforeAll(async () => {
  server = await openTestServer();
});

afterAll(async () => {
  await server.close();
});

const credentials = { login: 'demo-intake', password: demoPassword };

describe('signing in', () => {
  it('gives a session by cookie and by bearer', async () => {
    const { status, headers, body } = await server.ask('/api/v1/session', {
      method: 'POST',
      body: credentials,
    });
    expect(status).toBe(200);
    const cookie = String(headers['set-cookie']);
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Strict/);
    const bearer = { authorization: `Bearer ${String(body['session'])}` };
    const me = await server.ask('/api/v1/me', { headers: bearer });
    expect(me.body).toMatchObject({
      actorId: 'demo-intake',
      duties: [{ duty: 'intake', office: '440100' }],
    });
  });

  it('tells unknown and wrong apart to nobody', async () => {
    const wrong = await server.ask('/api/v1/session', {
      method: 'POST',
      body: { ...credentials, password: 'wrong' },
    });
    const unknown = await server.ask('/api/v1/session', {
      method: 'POST',
      body: { login: 'nobody', password: 'wrong' },
    });
    expect(wrong.status).toBe(401);
    expect(wrong.body).toEqual(unknown.body);
    expect(wrong.body).toMatchObject({ code: 'NOT_SIGNED_IN' });
  });

  it('is needed for whatever is not public', async () => {
    expect((await server.ask('/api/v1/me')).body['code']).toBe('NOT_SIGNED_IN');
    expect((await server.ask('/api/v1/activity')).status).toBe(401);
    expect((await server.ask('/health')).status).toBe(200);
  });

  it('ends with the session', async () => {
    const { body } = await server.ask('/api/v1/session', { method: 'POST', body: credentials });
    const headers = { authorization: `Bearer ${String(body['session'])}` };
    expect((await server.ask('/api/v1/session', { method: 'DELETE', headers })).status).toBe(200);
    expect((await server.ask('/api/v1/me', { headers })).status).toBe(401);
  });

  it('by cookie alone changes nothing without the token of the page', async () => {
    const signedIn = await server.ask('/api/v1/session', { method: 'POST', body: credentials });
    const cookie = String(signedIn.headers['set-cookie']).split(';')[0] ?? '';
    const bare = await server.ask('/api/v1/session', { method: 'DELETE', headers: { cookie } });
    expect(bare.body).toMatchObject({ status: 403, code: 'CSRF_MISSING' });
    const forged = { cookie, 'x-csrf': 'guessed' };
    expect(
      (await server.ask('/api/v1/session', { method: 'DELETE', headers: forged })).body['code'],
    ).toBe('CSRF_MISSING');
    const headers = { cookie, 'x-csrf': String(signedIn.body['csrf']) };
    expect((await server.ask('/api/v1/session', { method: 'DELETE', headers })).status).toBe(200);
  });

  it('is answered slower to whoever tries too often', async () => {
    const hurried = await createServer({
      ...server.deps,
      signInLimit: new RateLimit(3, () => new Date(0)),
    });
    await hurried.listen(0, '127.0.0.1');
    const url = `${await hurried.getUrl()}/api/v1/session`;
    const statuses: number[] = [];
    const codes: string[] = [];
    for (let attempt = 0; attempt < 5; attempt += 1) {
      const body = JSON.stringify({ login: 'nobody', password: 'wrong' });
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(url, { method: 'POST', headers, body });
      statuses.push(answer.status);
      codes.push(((await answer.json()) as { code: string }).code);
    }
    expect(statuses).toEqual([401, 401, 401, 429, 429]);
    expect(codes.at(-1)).toBe('TOO_MANY_REQUESTS');
    await hurried.close();
  });
});

describe('the first start', () => {
  it('gives three persons a one-time password each, which only sets a new one', async () => {
    expect(server.first.map(({ login }) => login)).toEqual([
      'system-admin',
      'security-admin',
      'audit-admin',
    ]);
    const [{ login, password } = { login: '', password: '' }] = server.first;
    const { body } = await server.ask('/api/v1/session', {
      method: 'POST',
      body: { login, password },
    });
    const headers = { authorization: `Bearer ${String(body['session'])}` };
    expect(body['mustChange']).toBe(true);
    expect((await server.ask('/api/v1/activity', { headers })).body['code']).toBe(
      'PASSWORD_MUST_CHANGE',
    );
    const weak = await server.ask('/api/v1/me/password', {
      method: 'POST',
      headers,
      body: { current: password, next: 'short' },
    });
    expect(weak.body['code']).toBe('PASSWORD_WEAK');
    const changed = await server.ask('/api/v1/me/password', {
      method: 'POST',
      headers,
      body: { current: password, next: 'correct horse battery' },
    });
    expect(changed.body['mustChange']).toBe(false);
    expect((await server.ask('/api/v1/me', { headers })).status).toBe(401);
    const anew = { authorization: `Bearer ${String(changed.body['session'])}` };
    expect((await server.ask('/api/v1/activity', { headers: anew })).status).toBe(200);
  });
});

describe('a duty', () => {
  it('is asked for by the route', async () => {
    const asked = { method: 'PUT', body: { day: '2026-09-02' } } as const;
    const refused = await server.ask('/api/v1/business-day', { ...asked, as: 'intake' });
    expect(refused.body).toMatchObject({ status: 403, code: 'DUTY_MISSING' });
    const done = await server.ask('/api/v1/business-day', { ...asked, as: 'system-admin' });
    expect(done.body).toEqual({ pool: '440100', day: '2026-09-02' });
  });

  it('does not reach beyond its office', async () => {
    const { body } = await server.ask('/api/v1/business-day', {
      method: 'PUT',
      body: { day: '2026-09-02' },
      as: 'system-admin',
      headers: { 'x-office': '440300' },
    });
    expect(body['code']).toBe('OFFICE_OUT_OF_SCOPE');
  });

  it('is not borrowed by its name', async () => {
    const { body } = await server.ask('/api/v1/business-day', {
      method: 'PUT',
      body: { day: '2026-09-02' },
      as: 'intake',
      headers: { 'x-duty': 'system-admin' },
    });
    expect(body['code']).toBe('DUTY_MISSING');
  });

  it('is told by its name where one of several was asked for', async () => {
    const asked = { as: 'approver', headers: { 'x-duty': 'reviewer' } } as const;
    const { body } = await server.ask('/api/v1/inbox', asked);
    expect(body).toMatchObject({ code: 'DUTY_MISSING', facts: { needed: 'reviewer' } });
  });

  it('must be declared by every route, or the server does not start', async () => {
    class Silent {
      answer(): string {
        return 'anyone may read this';
      }
    }
    const method = Object.getOwnPropertyDescriptor(Silent.prototype, 'answer');
    if (method === undefined) throw new Error('the sample has no method');
    Get('silent')(Silent.prototype, 'answer', method);
    Controller()(Silent);
    const silent: readonly Type[] = [Silent];
    expect(() => statedRoutes(silent)).toThrow(/no duty is declared for Silent\.answer/);
    await expect(createServer(server.deps, silent)).rejects.toThrow(/no duty is declared/);
  });
});

describe('a command', () => {
  const tick = { method: 'PUT', as: 'system-admin', body: { day: '2026-09-03' } } as const;

  it('carries an id', async () => {
    const { body } = await server.ask('/api/v1/business-day', {
      ...tick,
      headers: { 'idempotency-key': 'again' },
    });
    expect(body).toMatchObject({ status: 400, code: 'COMMAND_ID_MISSING' });
  });

  it('is answered again as the first time', async () => {
    const commandId = randomUUID();
    const first = await server.ask('/api/v1/business-day', { ...tick, commandId });
    await server.ask('/api/v1/business-day', { ...tick, body: { day: '2026-09-04' } });
    const again = await server.ask('/api/v1/business-day', { ...tick, commandId });
    expect(again.text).toBe(first.text);
  });

  it('cannot set the day back, and says which day it is', async () => {
    const back = await server.ask('/api/v1/business-day', { ...tick, body: { day: '2026-09-01' } });
    expect(back).toMatchObject({
      status: 409,
      body: {
        code: 'BUSINESS_DAY_PASSED',
        facts: { today: '2026-09-04', day: '2026-09-01' },
        zh: { detail: expect.stringContaining('当前业务日：2026-09-04；日期：2026-09-01') },
        en: { detail: expect.stringContaining('today: 2026-09-04') },
      },
    });
  });

  it('cannot set the day ahead of the calendar, but in a demonstration', async () => {
    const real = await openTestServer({ demo: false });
    try {
      const tomorrow = new Date(Date.now() + 36 * 3_600_000).toISOString().slice(0, 10);
      const ahead = { ...tick, body: { day: tomorrow } };
      const refused = await real.ask('/api/v1/business-day', ahead);
      expect(refused).toMatchObject({
        ...{ status: 409, body: { code: 'BUSINESS_DAY_AHEAD', facts: { day: tomorrow } } },
      });
      const past = { ...tick, body: { day: '2020-01-02' } };
      expect(await real.ask('/api/v1/business-day', past)).toMatchObject({ status: 200 });
    } finally {
      await real.close();
    }
  });

  it('is answered with who acts, under which duty, for which office', async () => {
    const asking = { ...tick, body: { day: '2026-09-04' } };
    const { headers } = await server.ask('/api/v1/business-day', asking);
    expect(headers['x-acting-as']).toBe(
      'person=demo-system-admin; duty=system-admin; office=440100',
    );
  });

  it('keeps its id to itself', async () => {
    const commandId = randomUUID();
    await server.ask('/api/v1/business-day', { ...tick, body: { day: '2026-09-05' }, commandId });
    const other = await server.ask('/api/v1/business-day', {
      ...tick,
      body: { day: '2026-09-06' },
      commandId,
    });
    expect(other.body).toMatchObject({ status: 422, code: 'COMMAND_ID_REUSED' });
  });

  it('that was reserved before a crash runs on its retry', async () => {
    const commandId = randomUUID();
    const body = { day: '2026-09-07' };
    await server.ask('/api/v1/business-day', { ...tick, body, commandId });
    await server.deps.app.pool.query(
      'update command_reservations set answer = null where command_id = $1',
      [commandId],
    );
    const retry = await server.ask('/api/v1/business-day', { ...tick, body, commandId });
    expect(retry.body).toEqual({ pool: '440100', day: '2026-09-07' });
  });
});

describe('a refusal', () => {
  it('is a problem in the language asked for, with advice', async () => {
    const zh = await server.ask('/api/v1/me');
    expect(zh.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(zh.body['title']).toMatch(/登录/);
    const en = await server.ask('/api/v1/me', { headers: { 'accept-language': 'en-GB,zh;q=0.5' } });
    expect(en.body).toMatchObject({
      type: 'urn:yuejie:refusal:NOT_SIGNED_IN',
      title: expect.stringMatching(/signed in/),
      advice: expect.stringMatching(/Sign in/),
    });
    for (const { body } of [zh, en])
      expect(body).toMatchObject({
        zh: { title: expect.stringMatching(/登录/), advice: expect.stringMatching(/登录/) },
        en: { title: expect.stringMatching(/signed in/), advice: expect.stringMatching(/Sign in/) },
      });
  });

  it('names the fields that are wrong and never what stood in them', async () => {
    const { body, text } = await server.ask('/api/v1/session', {
      method: 'POST',
      body: { login: 440_106_199_003, password: '', more: 'secret' },
    });
    expect(body).toMatchObject({ status: 400, code: 'BODY_INVALID' });
    expect(body['facts']).toEqual({
      fields: 'login, password',
      expected: 'login: string, password: length ≥ 1, { }',
    });
    expect(text).not.toMatch(/4401|secret/);
  });

  it('meets what is no JSON and what is no route', async () => {
    const broken = await fetch(`${server.url}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"login":',
    });
    expect(await broken.json()).toMatchObject({ status: 400, code: 'BODY_INVALID' });
    const nowhere = await server.ask('/api/v1/nowhere');
    expect(nowhere.body).toMatchObject({ status: 404, code: 'NOT_FOUND' });
  });
});
