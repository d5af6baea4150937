import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Json } from '#apps/cli/client.js';
import { importWords, isBad } from '#apps/cli/commands/import-words.js';
import { stages } from '#apps/cli/commands/month-order.js';
import { steps } from '#apps/cli/commands/month.js';
import { programOf } from '#apps/cli/run.js';
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

describe('help', () => {
  it.each(programOf().commands.map((command) => command.name()))(
    'of %s shows what one types',
    async (name) => {
      const { code, out } = await at.says(name, '--help');
      expect(code).toBe(0);
      expect(out).toMatch(new RegExp(`例 Examples:\\n  yuejie ${name}\\b`));
    },
  );

  it('of month names every step once, in its order, with the duty that does it', async () => {
    const named = stages.flatMap((stage) => stage.steps.map(([step]) => step));
    expect([...named].sort()).toEqual(Object.keys(steps).sort());
    const { out } = await at.says('help', 'month');
    expect(out).toMatch(/^ {2}open +.+（对账 reconciler）$/m);
    expect(out).toMatch(/ {2}roll [^]+ {2}judge [^]+ {2}plan [^]+ {2}batch [^]+ {2}cut /);
  });

  it('of month lists every step in both languages', async () => {
    const { out } = await at.says('help', 'month');
    expect(out).toMatch(/^ {2}approve-claims +审核.+ · approve/m);
    expect(out).toMatch(/^ {2}confirm-stop +另一人确认止付 · /m);
    expect(out).toMatch(/^ {2}stop +.+ {2}--instruction --reason \[--no\]$/m);
    const asked = await at.says('month', 'no-sign-ins', '--help');
    expect(asked.out).toMatch(/^ {2}no-sign-ins +.+ {2}--reason$/m);
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
    [['month', 'review-claims', month, '--all', '--only', 'C1'], /either --all or --only/],
    [['demo', '--persons', 'abc'], /应为 50 到 \d+ 之间的整数：abc · .+ from 50 to \d+/],
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
    const line = ['month', 'approve-roll', '2026-10', '--office', pool];
    const unopened = await at.types('approver', ...line);
    expect(unopened).toMatchObject({ code: 1, err: expect.stringContaining('ROLL_UNKNOWN') });
    expect(unopened.err).toMatch(
      /^没有这份发放花名册（花名册：.+） · There is no such roll.*\n请.+ · Check .+\n$/,
    );
    const english = await at.types('approver', '--lang', 'en', ...line);
    expect(english.err).toMatch(/^There is no such roll \(.+\) \[ROLL_UNKNOWN\]\nCheck .+\n$/);
    const nobody = await at.as('nobody', 'month', 'approve-claims', month, '--json');
    expect(nobody.code).toBe(1);
    expect(JSON.parse(nobody.out)).toMatchObject({ error: { code: 'NOT_SIGNED_IN' } });
    const beyond = ['--office', '999999'];
    const away = await at.types('approver', 'month', 'approve-claims', month, ...beyond);
    expect(away).toMatchObject({ code: 1, err: expect.stringContaining('OFFICE_OUT_OF_SCOPE') });
  });
});

describe('a city that cannot be made', () => {
  it.each([
    [['city', '--out', 'OUT', '--jurisdiction', '999999'], 'JURISDICTION_UNKNOWN'],
    [['city', '--out', 'OUT', '--jurisdiction', '440300'], 'JURISDICTION_UNKNOWN'],
    [['demo', '--jurisdiction', '999999'], 'JURISDICTION_UNKNOWN'],
    [['city', '--out', 'OUT', '--persons', '1'], 'CITY_TOO_SMALL'],
    [['demo', '--persons', '49'], 'CITY_TOO_SMALL'],
  ])('is refused to %j, and nothing is written', async (words, code) => {
    const out = join(at.folder, 'no-city');
    const line = words.map((word) => (word === 'OUT' ? out : word));
    const data = ['--data', join(at.folder, 'no-data')];
    const said = await at.says(...data, '--json', ...line);
    expect(said.code).toBe(1);
    expect(JSON.parse(said.out)).toMatchObject({ error: { code } });
    expect([out, join(at.folder, 'no-data')].filter(existsSync)).toEqual([]);
    if (code !== 'CITY_TOO_SMALL') return;
    expect((await at.says(...data, ...line)).err).toMatch(/至少要有 50 人.+50 persons at least/);
  });
});

describe('a data folder that holds nothing', () => {
  it.each([['verify'], ['verify-close', '2026-09'], ['segregation'], ['rebuild', '--compare']])(
    'is told by %s, not proved and not filled',
    async (...words) => {
      const url = process.env['DATABASE_URL'];
      delete process.env['DATABASE_URL'];
      const folder = join(at.folder, 'mistyped');
      try {
        const said = await at.says('--data', folder, '--json', ...words);
        expect(said.code).toBe(1);
        expect(JSON.parse(said.out)).toMatchObject({ error: { code: 'DATA_FOLDER_EMPTY' } });
        expect(existsSync(folder)).toBe(false);
      } finally {
        if (url !== undefined) process.env['DATABASE_URL'] = url;
      }
    },
  );
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
    const taken = await imports(mapping);
    expect(taken).toMatchObject({ code: 0, err: '' });
    expect(taken.out).toMatch(
      /^已导入 taken: 1\/1 行 rows \(0 ✗, 0 ⚠\)\n {2}机构 office 440100（.+the pool）\n/,
    );
    expect(taken.out).toMatch(
      /\n {2}办理人 acting demo-intake {2}职责 duty 受理 intake {2}所属 of 440100\n$/,
    );
    const again = await imports(mapping, '--office', pool);
    expect(again).toMatchObject({ code: 0, err: '' });
    expect(again.out).toMatch(/^早已导入，仍有 0 行搁置 · already taken, 0 rows still parked\n/);
    expect(again.out).toMatch(/\n {2}机构 office 440100\n/);
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

describe('a file with rows that are wrong or odd', () => {
  const header = 'number,creditCode,name,office,enrolledOn';
  const good = `U90002,91440103JG7LCMK1X7,好单位,${pool},2017-04-01`;
  const bad = `U90003,91440103JG7LCMK1X7,坏单位,${pool},2017-04-31`;

  const other = `U90004,91440103JG7LCMK1X7,另一单位,${pool},2017-04-01`;

  it('names each bad row, and ends a look at it with 1', async () => {
    const path = await at.file('bad.csv', [header, good, bad, ''].join('\n'));
    const dry = await at.types('intake', 'import', 'employers', path, '--dry-run');
    expect(dry.code).toBe(1);
    expect(dry.out).toMatch(
      /^已检查，没有导入 checked: 1\/2 行 rows \(1 ✗, \d+ ⚠\)\n {2}✗ bad\.csv:3 enrolledOn .+ · .+/,
    );
    expect(dry.out).toMatch(/\n {2}加 --park 则保留正确的行 · with --park the good rows are taken/);
    const refused = await at.types('intake', 'import', 'employers', path);
    expect(refused.code).toBe(1);
    expect(refused.out).toMatch(/ with --park /);
    expect(refused.out).toMatch(
      /^没有导入 rejected: 1\/2 .*\n.*bad\.csv:3 .*\n.+\[FILE_ROWS_REJECTED\]\n.+ · /,
    );
    const whole = await at.types('intake', 'import', 'employers', path, '--json');
    expect(whole.code).toBe(1);
    expect(JSON.parse(whole.out)).toMatchObject({
      status: 'rejected',
      for: { office: pool, isNamed: false, isPool: true },
      actor: { login: 'demo-intake', person: 'demo-intake', duty: 'intake', office: pool },
    });
  });

  it('says of one that was taken before how many of its rows still wait', async () => {
    const path = await at.file('parked.csv', [header, good, bad, ''].join('\n'));
    const first = await at.types('intake', 'import', 'employers', path, '--park');
    expect(first.out).toMatch(/^已导入 taken: 1\/2 .+ of them: 搁置 parked 1\n/);
    const where = /\n {2}yuejie parked 列出搁置的行；.+ · `yuejie parked` lists .+ with --park\n/;
    expect(first.out).toMatch(where);
    const again = await at.types('intake', 'import', 'employers', path);
    expect(again.out).toMatch(/^早已导入，仍有 1 行搁置 · already taken, 1 rows still parked\n/);
    expect(again.out).toMatch(where);
    const more = await at.file('more.csv', [header, good, other, ''].join('\n'));
    const known = await at.types('intake', 'import', 'employers', more);
    expect(known.out).toMatch(/^已导入 taken: 2\/2 .+ of them: 早已导入 known 1\n/);
  });

  it('tells of a row that a decision refused, each time, and ends with 0', async () => {
    const person = `P90001,${residentId(901).id18},周九,urban,2010-01-01`;
    const persons = ['number,id,name,household,enrolledOn', person, ''].join('\n');
    await at.does('intake', 'import', 'persons', await at.file('persons.csv', persons));
    const columns = 'claim,person,awardedMonths,drawnMonths,firstMonth,monthlyFen,office';
    const award = (no: number) =>
      `A9000${no},P90001,12,3,2026-06,241200,${pool},102581000001,62220000900${no},周九`;
    const rows = [`${columns},bankCode,account,holder`, award(1), award(2), ''].join('\n');
    const path = await at.file('opening.csv', rows);
    const taken = await at.types('intake', 'import', 'opening', path);
    expect(taken.code).toBe(0);
    expect(taken.out).toMatch(
      /^已导入 taken: 1\/2 行 rows \(1 ✗, 0 ⚠\) {2}其中 of them: 未予受理 refused 1\n/,
    );
    const why = / {2}✗ opening\.csv:3 A90002 .+ · .+\(claim: A90002\) \[ACCOUNT_DIFFERS\]\n/;
    expect(taken.out).toMatch(why);
    expect(taken.out).toMatch(/\n {2}\[ACCOUNT_DIFFERS\] .+ · .+\n.+ in another file\n/);
    const again = await at.types('intake', 'import', 'opening', path);
    expect(again).toMatchObject({ code: 0, out: expect.stringMatching(why) });
    expect(again.out).toMatch(/^早已导入.+ {2}其中 of them: 未予受理 refused 1\n/);
  });

  it('prints a warning as it prints what is wrong', () => {
    const note = { file: 'a.csv', line: 2, column: 'id', zh: '请核对', en: 'look again' };
    const problems = Array.from({ length: 22 }, (_none, no) => ({ ...note, line: no + 2 }));
    const refused = {
      ...{ line: 25, key: 'P1', code: 'PERSON_UNKNOWN', zh: '没有此人', en: 'nobody' },
      ...{ doZh: '先登记', doEn: 'enrol first' },
    };
    const report = {
      ...{ status: 'taken', good: 3, rows: 25, problems, warnings: [note] },
      ...{ problemCount: 30, warningCount: 1, file: 'a.csv', refusedCount: 1 },
      outcome: { refused: [refused] },
    };
    const lines = importWords(report).split('\n');
    expect(lines[0]).toBe(
      '已导入 taken: 2/25 行 rows (31 ✗, 1 ⚠)  其中 of them: 未予受理 refused 1',
    );
    expect(lines).toHaveLength(26);
    expect(lines[21]).toBe('  … 还有 10 行，见 --json · and 10 more, see --json');
    expect(lines[22]).toBe('  ⚠ a.csv:2 id 请核对 · look again');
    expect(lines[23]).toBe('  ✗ a.csv:25 P1 没有此人 · nobody [PERSON_UNKNOWN]');
    expect(lines[24]).toBe('  [PERSON_UNKNOWN] 先登记 · enrol first');
    expect(lines[25]).toMatch(/另一个文件.+ · .+ in another file$/);
  });

  it.each([
    ['taken', 1, 1, false],
    ['taken', 0, 0, false],
    ['checked', 0, 0, false],
    ['checked', 1, 0, true],
    ['rejected', 1, 0, true],
  ])('ends with a file that was %s, %i rows bad, %i refused: %s', (...given) => {
    const [status, problemCount, refusedCount, ends] = given;
    expect(isBad({ status, problemCount, refusedCount })).toBe(ends);
  });
});

describe('what stands before a month', () => {
  it('is the business day, which goes forward and not back', async () => {
    const moved = await at.types('system-admin', 'business-day', '2026-09-02');
    expect(moved).toMatchObject({ code: 0, err: '' });
    expect(moved.out).toMatch(
      /^业务日 business day 2026-09-02 .+\n {2}办理人 acting demo-system-admin /,
    );
    const shown = await at.does('auditor', 'business-day');
    expect(shown).toMatchObject({ pool, day: '2026-09-02' });
    const back = await at.types('system-admin', 'business-day', '2026-09-01');
    expect(back).toMatchObject({ code: 1, err: expect.stringContaining('today: 2026-09-02') });
    expect((await at.types('system-admin', 'business-day', 'May')).code).toBe(2);
  });

  it('is an office, opened below the pool and listed with the others', async () => {
    const names = ['--zh', '番禺区经办机构', '--en', 'Panyu office'];
    const opened = await at.does('system-admin', 'open-office', '440113', ...names);
    expect(opened).toMatchObject({ code: '440113', parent: pool, jurisdiction: pool });
    const listed = await at.types('intake', 'offices');
    expect(listed.out).toMatch(/440100 +统筹区 pool +–/);
    expect(listed.out).toMatch(/440113 +县区 county +440100 +番禺区经办机构 +Panyu office/);
    const kind = ['open-office', '440114', '--kind', 'castle', ...names];
    expect(await at.types('system-admin', ...kind)).toMatchObject({ code: 2 });
  });

  it.each([
    [
      ['44'],
      /^机构代码不是.+ · .+ \(code: 44\) \[OFFICE_CODE_MALFORMED\]\n.+九位.+ · .+township nine/,
    ],
    [['4401130'], /OFFICE_CODE_MALFORMED/],
    [['440115', '--jurisdiction', '999999'], /JURISDICTION_UNKNOWN/],
  ])('is no office of %j', async (words, line) => {
    const names = ['--zh', '某机构', '--en', 'An office'];
    const said = await at.types('system-admin', 'open-office', ...words, ...names);
    expect(said).toMatchObject({ code: 1, err: expect.stringMatching(line) });
    const { out } = await at.types('intake', 'offices');
    expect(out).not.toContain('某机构');
  });
});

describe('events', () => {
  it('are one JSON document, or followed as they come, one a line', async () => {
    const { head } = (await server.ask('/api/v1/activity', { as: 'auditor' })).body;
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
