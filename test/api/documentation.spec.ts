import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { controllers } from '#apps/server/controllers.js';
import { routesOf } from '#apps/server/create-server.js';
import { statedRoutes } from '#apps/server/ratchet.js';
import { openTestServer, type TestServer } from './server.js';

let server: TestServer;

beforeAll(async () => {
  server = await openTestServer();
});

afterAll(async () => {
  await server.close();
});

/** `/claims/:claimNo` and `/claims/{claimNo}` are one path. */
function normal(path: string): string {
  return path.replaceAll(/:(\w+)/g, '{$1}').replace(/(.)\/$/, '$1');
}

async function documented(): Promise<readonly string[]> {
  const { body } = await server.ask('/api/v1/openapi.json');
  const paths = body['paths'] as Readonly<Record<string, object>>;
  return Object.entries(paths)
    .flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${normal(path)}`),
    )
    .sort();
}

describe('the OpenAPI document', () => {
  it('holds every route of the router, and no other', async () => {
    const served = routesOf(server.nest)
      .filter(({ method, path }) => !['HEAD', 'OPTIONS'].includes(method) && path !== '*')
      .map(({ method, path }) => `${method} ${normal(path)}`);
    expect(await documented()).toEqual([...new Set(served)].sort());
  });

  it('holds every route of the controllers', async () => {
    const stated = statedRoutes(controllers).map(({ method, path }) => `${method} ${normal(path)}`);
    expect(await documented()).toEqual(stated.sort());
  });

  it('says of each route what it does in both languages, and who may use it', async () => {
    const { body } = await server.ask('/api/v1/openapi.json');
    const paths = body['paths'] as Readonly<Record<string, Readonly<Record<string, object>>>>;
    for (const [path, item] of Object.entries(paths)) {
      for (const operation of Object.values(item)) {
        expect({ path, ...operation }).toMatchObject({
          summary: expect.stringMatching(/^[A-Z].+/),
          description: expect.stringMatching(/\p{Script=Han}/u),
          'x-duties': expect.arrayContaining([expect.stringMatching(/^[a-z-]+$/)]),
        });
      }
    }
  });

  it('describes what is sent by the schema that checks it', async () => {
    const { body } = await server.ask('/api/v1/openapi.json');
    const { schemas } = body['components'] as Readonly<{ schemas: object }>;
    expect(schemas).toMatchObject({
      SignIn: { properties: { login: { type: 'string' } }, required: ['login', 'password'] },
      Problem: {
        properties: {
          code: { type: 'string' },
          zh: { required: ['title', 'detail', 'advice'] },
          en: { required: ['title', 'detail', 'advice'] },
        },
        required: expect.arrayContaining(['zh', 'en']),
      },
    });
  });

  it('asks for a command id wherever a command is sent', async () => {
    const named = (await operations()).map(({ method, headers, duties }) => {
      const isRead = method === 'get' || duties.some((one) => /^(public|signed-in)$/.test(one));
      return { isRead, hasId: headers.get('Idempotency-Key') === true };
    });
    expect(named.filter(({ isRead, hasId }) => isRead && hasId)).toEqual([]);
    expect(named.filter(({ isRead, hasId }) => !isRead && hasId).length).toBeGreaterThan(30);
  });

  it('names the token that a cookie needs, just where the server asks for it', async () => {
    const { body } = await server.ask('/api/v1/session', {
      method: 'POST',
      body: { login: 'demo-auditor', password: 'yuejie-2026-try-it' },
    });
    const cookie = `yuejie_session=${String(body['session'])}`;
    for (const { method, path, headers } of await operations()) {
      if (method === 'get') continue;
      const asking = { method: method.toUpperCase() as 'PUT', headers: { cookie } };
      const answer = await server.ask(path.replaceAll(/\{\w+\}/g, 'x'), asking);
      const isAsked = answer.body['code'] === 'CSRF_MISSING';
      expect({ method, path, isAsked }).toEqual({ method, path, isAsked: headers.has('X-CSRF') });
    }
  });

  it("names a file's name wherever a file is taken", async () => {
    const taking = (await operations()).filter(({ takesFile }) => takesFile);
    expect(taking.map(({ path }) => path).sort()).toEqual([
      '/api/v1/imports/{kind}',
      '/api/v1/receipts/{office}/{month}',
    ]);
    for (const { path, headers } of taking) {
      expect({ path, needed: headers.get('X-File-Name') }).toEqual({ path, needed: true });
      const place = { kind: 'persons', office: '440100', month: '2026-09' };
      const real = path.replaceAll(/\{(\w+)\}/g, (_all, name: keyof typeof place) => place[name]);
      const as = path.includes('imports') ? 'intake' : 'accountant';
      const body = Buffer.from('x');
      const answer = await server.ask(real, { method: 'POST', as, body });
      expect(answer.body).toMatchObject({
        code: 'BODY_INVALID',
        facts: { fields: 'X-File-Name', expected: expect.stringContaining('percent-encoded') },
      });
    }
  });

  it('signs rolls, batches and plans by the same four routes', async () => {
    const paths = (await operations()).map(({ method, path }) => `${method} ${path}`);
    for (const noun of ['rolls', 'batches', 'plans'])
      for (const step of ['approval', 'review', 'authorisation', 'return'])
        expect(paths).toContain(`put /api/v1/${noun}/{id}/${step}`);
  });
});

type Documented = Readonly<{
  parameters?: readonly Readonly<{ name: string; in: string; required: boolean }>[];
  requestBody?: Readonly<{ content: object }>;
  'x-duties': readonly string[];
}>;

/** Each operation with its headers, and whether each of them is required. */
async function operations() {
  const { body } = await server.ask('/api/v1/openapi.json');
  const paths = body['paths'] as Readonly<Record<string, Readonly<Record<string, Documented>>>>;
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      ...{ path, method, duties: operation['x-duties'] },
      takesFile: 'application/octet-stream' in (operation.requestBody?.content ?? {}),
      headers: new Map(
        (operation.parameters ?? [])
          .filter((one) => one.in === 'header')
          .map(({ name, required }) => [name, required]),
      ),
    })),
  );
}

describe('the page', () => {
  it('says what this is, in Chinese and in English, and that it is a demonstration', async () => {
    const zh = await server.ask('/');
    expect(zh.headers['content-type']).toMatch(/text\/html/);
    expect(zh.text).toMatch(/失业保险基金发放系统/);
    expect(zh.text).toMatch(/demo-approver/);
    const en = await server.ask('/?lang=en');
    expect(en.text).toMatch(/Demo mode/);
    expect(en.text).toMatch(/\/api\/v1\/session/);
    const both = '审核 <code>approver</code>、复核 <code>reviewer</code>';
    expect([zh.text.includes(both), en.text.includes(both)]).toEqual([true, false]);
    expect(en.text).toContain('<code>approver</code> <code>reviewer</code>');
  });

  it('runs no script and loads nothing from elsewhere', async () => {
    const { text, headers } = await server.ask('/');
    expect(text).not.toMatch(/<script|https?:\/\//);
    expect(String(headers['content-security-policy'])).toMatch(/default-src 'self'/);
    expect((await server.ask('/page.css')).headers['content-type']).toMatch(/text\/css/);
  });
});

describe('watching the process', () => {
  it('tells whether it lives, is ready, and how far it follows', async () => {
    expect((await server.ask('/health')).body).toMatchObject({ status: 'alive' });
    expect((await server.ask('/ready')).body).toMatchObject({ status: 'ready' });
    const { text, headers } = await server.ask('/metrics');
    expect(headers['content-type']).toMatch(/^text\/plain/);
    expect(text).toMatch(/^yuejie_head_position \d+$/m);
    expect(text).toMatch(/^yuejie_follower_lag_events\{follower="actors"\} \d+$/m);
    expect(text).toMatch(
      /^yuejie_requests_total\{method="GET",route="\/health",status="200"\} 1$/m,
    );
  });

  it('waits for what a command started', async () => {
    const { body } = await server.ask('/api/v1/activity', { as: 'auditor' });
    const head = String(body['head']);
    const settled = await server.ask(`/api/v1/activity/settled?position=${head}`, {
      as: 'auditor',
    });
    expect(settled.body).toEqual({ position: head, settled: true });
    const never = await server.ask('/api/v1/activity/settled?position=999999999', {
      as: 'auditor',
    });
    expect(never.body['code']).toBe('FACT_IMPOSSIBLE');
  });

  it('shows a read model that stopped, and lets it go on', async () => {
    const { pool } = server.deps.app;
    const stop = "update read.projection_checkpoint set error = 'poison' where name = 'actors'";
    await pool.query(stop);
    expect((await server.ask('/ready')).status).toBe(503);
    const retry = (name: string) =>
      server.ask('/api/v1/activity/retries', {
        method: 'POST',
        as: 'system-admin',
        body: { name },
      });
    expect((await retry('award_state')).body['code']).toBe('NOT_FOUND');
    expect((await retry('actors')).status).toBe(200);
    expect((await server.ask('/ready')).body).toEqual({ status: 'ready', stopped: [] });
  });

  it('streams the work to a page that is signed in', async () => {
    const { body } = await server.ask('/api/v1/session', {
      method: 'POST',
      body: { login: 'demo-auditor', password: 'yuejie-2026-try-it' },
    });
    const authorization = `Bearer ${String(body['session'])}`;
    const stop = new AbortController();
    const answer = await fetch(`${server.url}/api/v1/activity/stream`, {
      headers: { authorization },
      signal: stop.signal,
    });
    expect(answer.headers.get('content-type')).toMatch(/^text\/event-stream/);
    const reader = answer.body?.getReader();
    let text = '';
    while (!text.includes('"head"')) {
      const chunk = await reader?.read();
      text += new TextDecoder().decode(chunk?.value);
    }
    expect(text).toMatch(/event: work/);
    stop.abort();
  });
});
