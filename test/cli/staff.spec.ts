import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Json } from '#apps/cli/client.js';
import { openTestServer, pool, type TestServer } from '#test/api/server.js';
import { residentId } from '#test/stories/desk.js';
import { Terminal } from './terminal.js';

let server: TestServer;
let at: Terminal;

beforeAll(async () => {
  server = await openTestServer();
  at = await Terminal.open(server.url);
}, 120_000);

afterAll(async () => {
  await at.close();
  await server.close();
});

const actor = 'wang.fang';

/** The same line as a process of its own, because it reads the standard input. */
async function typing(lines: readonly string[], ...words: readonly string[]) {
  const line = ['dist/apps/cli/main.js', '--data', at.folder, '--as', 'demo-security-admin'];
  const child = spawn(process.execPath, [...line, ...words], { stdio: ['pipe', 'pipe', 'pipe'] });
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString('utf8')));
  child.stderr.on('data', (chunk: Buffer) => (out += chunk.toString('utf8')));
  child.stdin.end(lines.map((one) => `${one}\n`).join(''));
  const [code] = (await once(child, 'close')) as [number];
  return { code, out };
}

describe('somebody new on the staff', () => {
  it('is registered by name and number that stand in no argument', async () => {
    const { id18 } = residentId(91, '19800203');
    const none = await typing([], 'staff', 'register', actor, '--office', pool);
    expect(none).toMatchObject({ code: 2, out: expect.stringContaining('标准输入') });
    const said = await typing(['王芳', id18], 'staff', 'register', actor, '--office', pool);
    expect(said.code).toBe(0);
    expect(said.out).toMatch(/✓ 登记 registered wang\.fang\n {2}机构 office 440100\n/);
    expect(said.out).not.toContain(id18);
    const listed = await at.types('auditor', 'staff', 'list');
    expect(listed.out).toMatch(/wang\.fang +440100/);
  }, 60_000);

  it('is given an account by two people, and its password once', async () => {
    const nothing = await at.types('audit-admin', 'staff', 'open-account', actor, actor);
    expect(nothing).toMatchObject({ code: 1, err: expect.stringContaining('NOT_WAITING') });
    const alone = await at.types('security-admin', 'staff', 'propose-account', actor, actor);
    expect(alone).toMatchObject({ code: 0, err: '' });
    expect(alone.out).toMatch(/申请开设 proposed wang\.fang\n {2}账号 account .+\n {2}待另一人/);
    const same = await at.types('security-admin', 'staff', 'open-account', actor, actor);
    expect(same).toMatchObject({ code: 1, err: expect.stringContaining('DUTY_MISSING') });
    const shown = await at.types('auditor', 'staff', 'show', actor);
    expect(shown.out).toMatch(/account proposed .+ demo-security-admin/);
    const other = await at.types('audit-admin', 'staff', 'open-account', actor, 'wang.gang');
    expect(other.code).toBe(1);
    expect(other.err).toMatch(
      /登录名不同（.+） · .+proposedBy: demo-security-admin\) \[LOGIN_DIFFERS\]\n请向所列申请人核对/,
    );
    const opened = await at.does('audit-admin', 'staff', 'open-account', actor, actor);
    expect(opened['password']).toMatch(/^[2-9A-HJKMNP-Z-]+$/);
    const { accountId } = opened;
    const signIn = await server.ask('/api/v1/session', {
      ...{ method: 'POST', body: { login: actor, password: opened['password'] } },
    });
    expect(signIn.body).toMatchObject({ actorId: actor, mustChange: true });
    const inForce = await at.types('auditor', 'staff', 'show', actor);
    expect(inForce.out).toContain(
      `  在用账号 account in force ${String(accountId)}  ${actor}  ` +
        '申请 proposed by demo-security-admin  开设 opened by demo-audit-admin\n',
    );
    expect(inForce.out).not.toContain('account proposed');
    const first = await at.types('auditor', 'staff', 'show', 'demo-security-admin');
    expect(first.out).toMatch(/in force \S+ {2}demo-security-admin {2}随系统设立 installed/);
    const closed = await at.types(
      'security-admin',
      ...['staff', 'close-account', actor, String(accountId)],
    );
    expect(closed).toMatchObject({ code: 0, out: expect.stringContaining('已关闭 closed') });
  });

  it('is proposed a login that is taken back before anybody opens it', async () => {
    const propose = ['staff', 'propose-account', actor, 'wang.x'];
    const { accountId } = await at.does('security-admin', ...propose);
    const twice = await at.types('security-admin', ...propose);
    expect(twice).toMatchObject({ code: 1, err: expect.stringContaining('ACTOR_ACCOUNT_TAKEN') });
    expect(twice.err).toMatch(/由申请人撤回后再申请 · .+withdraw what is not open yet/);
    const withdraw = ['staff', 'withdraw-account', actor];
    const back = await at.types('security-admin', ...withdraw);
    expect(back.out).toContain(`✓ 已撤回 withdrawn ${String(accountId)}\n`);
    const shown = await at.types('auditor', 'staff', 'show', actor);
    expect(shown.out).not.toContain('account proposed');
    const nothing = await at.types('security-admin', ...withdraw);
    expect(nothing).toMatchObject({ code: 1, err: expect.stringContaining('NOT_WAITING') });
    await at.does('security-admin', ...propose);
    await at.does('security-admin', ...withdraw);
  });

  it('is given duties by two people, as they were proposed', async () => {
    const propose = ['staff', 'propose-duty', actor];
    for (const duty of ['approver', 'reviewer'])
      await at.does('security-admin', ...propose, duty, '--office', pool, '--from', '2026-01-01');
    const waiting = await at.types('audit-admin', 'staff', 'proposals');
    expect(waiting.out).toMatch(
      /wang\.fang +审核 approver +440100 +2026-01-01 +– +demo-security-admin/,
    );
    for (const duty of ['approver', 'reviewer'])
      expect(await at.does('audit-admin', 'staff', 'grant-duty', actor, duty)).toMatchObject({
        ...{ actorId: actor, duty, office: pool, from: '2026-01-01' },
      });
    const again = await at.types('audit-admin', 'staff', 'grant-duty', actor, 'approver');
    expect(again).toMatchObject({ code: 1, err: expect.stringContaining('NOT_WAITING') });
    const shown = await at.does('auditor', 'staff', 'show', actor);
    expect((shown['duties'] as readonly Json[]).map(({ duty }) => duty)).toEqual([
      'approver',
      'reviewer',
    ]);
  });

  it('is proposed a duty that is taken back before anybody grants it', async () => {
    const named = [actor, 'payroll', '--office', pool];
    await at.does('security-admin', 'staff', 'propose-duty', ...named, '--to', '2099-12-31');
    const withdraw = ['staff', 'withdraw-duty', ...named];
    const wrong = await at.types('audit-admin', ...withdraw);
    expect(wrong).toMatchObject({ code: 1, err: expect.stringContaining('DUTY_MISSING') });
    const back = await at.types('security-admin', ...withdraw);
    expect(back.out).toMatch(
      /^✓ 已撤回 withdrawn 发放 payroll 440100 {2}wang\.fang .+ – 2099-12-31\n/,
    );
    expect((await at.types('audit-admin', 'staff', 'proposals')).out).not.toContain('payroll');
    const none = await at.types('audit-admin', 'staff', 'grant-duty', actor, 'payroll');
    expect(none).toMatchObject({ code: 1, err: expect.stringContaining('NOT_WAITING') });
  });

  it('acts in the duty that is asked for', async () => {
    const login = 'wang.fang.2';
    await at.does('security-admin', 'staff', 'propose-account', actor, login);
    const { password } = await at.does('audit-admin', 'staff', 'open-account', actor, login);
    const first = { login, password: String(password) };
    const session = await server.ask('/api/v1/session', { method: 'POST', body: first });
    const next = 'a bridge over the canal';
    await server.ask('/api/v1/me/password', {
      ...{ method: 'POST', body: { current: first.password, next } },
      headers: { authorization: `Bearer ${String(session.body['session'])}` },
    });
    await at.signsIn(server.url, login, next);
    const usual = await at.as(login, 'inbox');
    expect(usual.out).toMatch(
      /办理人 acting wang\.fang\.2（wang\.fang） {2}职责 duty 审核 approver/,
    );
    const asked = await at.as(login, '--duty', 'reviewer', 'inbox');
    expect(asked.out).toMatch(/职责 duty 复核 reviewer/);
    const other = await at.as(login, 'inbox', '--duty', 'cashier');
    expect(other).toMatchObject({ code: 1, err: expect.stringContaining('DUTY_MISSING') });
    const word = await at.as(login, 'inbox', '--duty', 'king');
    expect(word).toMatchObject({
      code: 2,
      err: expect.stringContaining('--duty is one of intake'),
    });
    const said = await at.as(login, '--duty', 'reviewer', 'month', 'show-roll', '2026-09');
    expect(said.err).toMatch(
      /按职责 复核 reviewer 的机构，是统筹区 · .+ the office of duty reviewer/,
    );
  });

  it('loses a duty at once', async () => {
    const revoked = await at.types(
      'security-admin',
      ...['staff', 'revoke-duty', actor, 'reviewer', '--office', pool],
    );
    expect(revoked).toMatchObject({ code: 0, out: expect.stringContaining('已收回 revoked') });
    const shown = await at.types('auditor', 'staff', 'show', actor);
    expect(shown.out).toMatch(/reviewer +440100 .+ 已收回 revoked/);
  });
});
