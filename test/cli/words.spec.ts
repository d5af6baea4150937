import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Json } from '#apps/cli/client.js';
import { programOf } from '#apps/cli/run.js';
import { openTestServer, pool, type TestServer } from '#test/api/server.js';
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

describe('help', () => {
  it.each(programOf().commands.map((command) => command.name()))(
    'of %s shows what one types',
    async (name) => {
      const { code, out } = await at.says(name, '--help');
      expect(code).toBe(0);
      expect(out).toMatch(new RegExp(`例 Examples:\\n  yuejie ${name}\\b`));
    },
  );

  it('of month lists every step in both languages', async () => {
    const { out } = await at.says('help', 'month');
    expect(out).toMatch(/^ {2}approve-claims +审核.+ · approve/m);
    expect(out).toMatch(/^ {2}confirm-stop +另一人确认止付 · /m);
  });
});

describe('what cannot be meant', () => {
  const month = '2026-09';
  const stop = ['month', 'stop', month];

  it.each([
    [['nonsense'], /没有这条命令 · unknown command 'nonsense'/],
    [['verfy'], /Did you mean verify\?/],
    [['events', '--nonsense'], /没有这个选项 · unknown option '--nonsense'/],
    [['import', 'persons'], /缺少参数 · missing required argument 'file'/],
    [['events', 'all'], /参数太多 · too many arguments/],
    [['city'], /缺少必填的选项 · required option '--out/],
    [['events', '--limit'], /选项缺少值 · option '--limit/],
    [['events', '--from', 'May'], /YYYY-MM-DD/],
    [['events', '--after', 'begin'], /位置应为数字 · |位置应为数字：begin · /],
    [['month', 'dance', month], /没有 dance 这一步 · .*approve-claims/],
    [['month', 'toString', month], /没有 toString 这一步/],
    [stop, /需要 --instruction · stop needs --instruction/],
    [[...stop, '--instruction', '1'], /needs --reason/],
    [['month', 'roll', month, '--reason', 'why'], /roll 不用 --reason · /],
    [['month', 'plan', month, '--amount', '440103'], /OFFICE=YUAN: 440103/],
    [['month', 'plan', month, '--amount', '440103=1.234'], /OFFICE=YUAN/],
    [['month', 'plan', month, '--amount', 'a=1', '--amount', 'a=2'], /names an office once/],
    [['--lang', 'fr', 'events'], /--lang 只能是 zh 或 en · /],
  ])('%j is answered on one line in both languages, with 2', async (words, line) => {
    const { code, out, err } = await at.types('auditor', ...words);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(line);
    expect(err).toMatch(/^[^\n]+（见 --help · see --help）\n$/);
    const asJson = await at.types('auditor', '--json', ...words);
    expect(asJson).toMatchObject({ code: 2, err: '' });
    expect(JSON.parse(asJson.out)).toMatchObject({ error: { code: 'USAGE' } });
  });

  it('shows the whole help to whoever types nothing', async () => {
    expect(await at.says()).toMatchObject({
      code: 2,
      err: expect.stringContaining('month [options]'),
    });
  });

  it('is not a month that nobody opened, nor a session that is not there', async () => {
    const unopened = await at.types('approver', 'month', 'approve-roll', '2026-10');
    expect(unopened).toMatchObject({ code: 1, err: expect.stringContaining('ROLL_UNKNOWN') });
    expect(unopened.err).toMatch(
      /^没有这份发放花名册 · There is no such roll.*\n请.+ · Check .+\n$/,
    );
    const english = await at.types('approver', '--lang', 'en', 'month', 'approve-roll', '2026-10');
    expect(english.err).toMatch(/^There is no such roll \[ROLL_UNKNOWN\]\nCheck .+\n$/);
    const nobody = await at.as('nobody', 'month', 'approve-claims', month, '--json');
    expect(nobody.code).toBe(1);
    expect(JSON.parse(nobody.out)).toMatchObject({ error: { code: 'NOT_SIGNED_IN' } });
    const beyond = ['--office', '999999'];
    const away = await at.types('approver', 'month', 'approve-claims', month, ...beyond);
    expect(away).toMatchObject({ code: 1, err: expect.stringContaining('OFFICE_OUT_OF_SCOPE') });
  });
});

describe('a file with columns of its own', () => {
  const rows = [
    '编码,信用代码,名字,所属,建账日期',
    `U90001,91440103JG7LCMK1X7,新单位,${pool},2017-04-01`,
  ];
  const columns = {
    number: '编码',
    creditCode: '信用代码',
    name: '名字',
    office: ['机构', '所属'],
    enrolledOn: '建账日期',
  };
  const mapping = { unit: 'yuan', columns };

  async function imports(mapped: unknown, ...words: readonly string[]) {
    const path = await at.file('employers.csv', `${rows.join('\n')}\n`);
    const text = typeof mapped === 'string' ? mapped : JSON.stringify(mapped, null, 2);
    const map = mapped === undefined ? [] : ['--mapping', await at.file('mapping.json', text)];
    return at.types('intake', 'import', 'employers', path, ...map, ...words);
  }

  it('is refused without its mapping and taken with it', async () => {
    expect(await imports(undefined)).toMatchObject({
      code: 1,
      err: expect.stringContaining('FILE_COLUMNS'),
    });
    const dry = await imports(mapping, '--dry-run', '--json');
    expect(JSON.parse(dry.out)).toMatchObject({ status: 'checked', good: 1, problemCount: 0 });
    expect(await imports(mapping)).toMatchObject({ code: 0, out: 'taken: 1/1 (0 ✗)\n' });
  });

  it('is not sent with a mapping that cannot be one', async () => {
    expect(await imports('{')).toMatchObject({
      code: 2,
      err: expect.stringContaining('is not JSON'),
    });
    const long = { ...mapping, columns: { ...columns, name: ['很长的列名'.repeat(1_000)] } };
    expect(await imports(long)).toMatchObject({
      code: 2,
      err: expect.stringContaining('too long'),
    });
    const unknown = { ...mapping, columns: { ...columns, wage: '工资' } };
    expect(await imports(unknown)).toMatchObject({
      code: 1,
      err: expect.stringMatching(/wage.*\[BODY_INVALID\]/),
    });
  });

  it('is one command with one mapping', async () => {
    const send = (header: string, commandId: string) =>
      server.ask('/api/v1/imports/employers?dryRun=true', {
        ...{ method: 'POST', as: 'intake', commandId, body: Buffer.from(`${rows.join('\n')}\n`) },
        headers: { 'x-file-name': 'other.csv', 'x-column-mapping': header },
      });
    const inHeader = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const wrong = await send('no base64url!', randomUUID());
    expect(wrong.body).toMatchObject({
      code: 'BODY_INVALID',
      facts: { fields: 'X-Column-Mapping' },
    });
    const commandId = randomUUID();
    const first = await send(inHeader(mapping), commandId);
    expect(first.body).toMatchObject({ good: 1 });
    expect((await send(inHeader(mapping), commandId)).body).toEqual(first.body);
    const other = await send(inHeader({ ...mapping, unit: 'fen' }), commandId);
    expect(other.body['code']).toBe('COMMAND_ID_REUSED');
  });
});

describe('events', () => {
  it('are one JSON document, or followed as they come, one a line', async () => {
    const { head } = (await server.ask('/api/v1/work', { as: 'auditor' })).body;
    const last = await at.types('auditor', 'events', '--type', 'DutyGranted', '--json');
    expect(JSON.parse(last.out)).toEqual(expect.arrayContaining([expect.any(Object)]));
    const from = ['--after', String(head), '--type', 'OfficeOpened', '--limit', '2'];
    const following = at.types('auditor', 'events', '--follow', '--json', ...from);
    for (const code of ['440111', '440112']) {
      const names = { zh: '区', en: 'district' };
      const body = { code, parent: pool, kind: 'county', jurisdiction: pool, names };
      await server.ask('/api/v1/offices', { method: 'POST', as: 'system-admin', body });
    }
    const { code, out } = await following;
    expect(code).toBe(0);
    const lines = out.trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as Json)['stream'])).toEqual([
      'office-440111',
      'office-440112',
    ]);
  });
});
