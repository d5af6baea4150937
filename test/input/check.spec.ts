import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import iconv from 'iconv-lite';
import { Refusal } from '#domain/refusal.js';
import { readAndCheck } from '#input/check.js';
import { isKind, kinds, shapes, type Kind } from '#input/kinds.js';
import { bureauMappings } from '#input/mappings/bureau.js';
import { mappingFrom } from '#input/reader.js';
import { rejectedFile } from '#input/rejects.js';
import { halfPercent, MemoryRegisters } from './memory-registers.js';

const ada = '11010519491231002X';
const bo = '440524188001010014';

const employers = 'number,creditCode,name,office,enrolledOn\nU1,x,Works,440103,2020-01-01\n';
const persons = [
  'number,id,name,household,enrolledOn,phone',
  `P1,${ada},Ada,urban,2020-01-01,`,
  `P2,${bo},Bo,rural,2026-03-15,`,
  '',
].join('\n');

function check<K extends Kind>(kind: K, text: string | Uint8Array, registers: MemoryRegisters) {
  const bytes = typeof text === 'string' ? Buffer.from(text, 'utf8') : text;
  return readAndCheck(kind, 'a.csv', bytes, registers, { contribution: halfPercent });
}

function office() {
  const registers = new MemoryRegisters();
  registers.take(check('employers', employers, registers));
  registers.take(check('persons', persons, registers));
  return registers;
}

const declared = (...rows: string[]) =>
  ['month,employer,person,wageFen,baseFen,employerFen,employeeFen', ...rows, ''].join('\n');

const faults = (kind: Kind, text: string, registers = office()) =>
  check(kind, text, registers).problems.map(
    ({ line, column, reason }) => `${line} ${column} ${reason}`,
  );

describe('a declared row', () => {
  it.each([
    ['2026-09,U1,P1,500000,500000,2500,2500', []],
    ['2026-09,U9,P9,500000,500000,-2500,2500', ['2 employer employer-unknown']],
    ['2026-09,U1,P9,500000,500000,-2500,2500', ['2 person person-unknown']],
    ['2026-09,U1,P1,500000,500000,-2500,2400', ['2 employerFen amount-negative']],
    ['2026-09,U1,P1,500000,-500000,2500,2500', ['2 baseFen amount-negative']],
    ['2026-09,U1,P1,500000,500000,2500,2501', ['2 employeeFen amount-not-base-times-rate']],
    ['2026-02,U1,P2,500000,500000,2500,2500', ['2 month month-before-enrolment']],
    ['2026-03,U1,P2,500000,500000,2500,2500', []],
    ['2019-12,U1,P1,500000,500000,2500,2500', ['2 month month-before-enrolment']],
    ['2026-09,U1,P1,5000.5,500000,2500,2500', ['2 wageFen amount-not-whole']],
    ['2026-13,U1,P1,500000,500000,2500,2500', ['2 month month-invalid']],
    ['2026-09,U1,,500000,500000,2500,2500', ['2 person value-missing']],
    ['2026-09,U1,P1,500000,500000,2500', ['2  row-length']],
    ['2026-09,U1,P\ufffd,500000,500000,2500,2500', ['2 person text-damaged']],
  ])('%s → %j', (row, expected) => {
    expect(faults('declarations', declared(row))).toEqual(expected);
  });

  it('stands once a person and month, within a file, across files and beside history', () => {
    const row = '2026-09,U1,P1,500000,500000,2500,2500';
    const duplicate = 'person person-month-duplicate';
    expect(faults('declarations', declared(row, row))).toEqual([`3 ${duplicate}`]);

    const registers = office();
    registers.take(check('history', 'person,from,to,used\nP1,2025-01,2026-08,no\n', registers));
    registers.take(check('declarations', declared(row), registers));
    expect(check('declarations', declared(row), registers).rows[0]?.known).toBe(true);
    const other = '2026-09,U1,P1,400000,400000,2000,2000';
    const early = '2026-08,U1,P1,500000,500000,2500,2500';
    expect(faults('declarations', declared(other, early), registers)).toEqual([
      `2 ${duplicate}`,
      `3 ${duplicate}`,
    ]);
  });
});

describe('rows of the other kinds', () => {
  const account = '102581845551,6228900506251269914,Ada';
  it.each<[Kind, string, string[]]>([
    ['employers', 'U2,x,Works,990000,2020-01-01', ['2 office office-unknown']],
    ['employers', 'U1,x,Other,440103,2020-01-01', ['2 number number-taken']],
    ['employers', 'U1,x,Works,440103,2020-01-01', []],
    ['persons', `P3,${ada},Cy,urban,2020-01-01,`, ['2 id id-taken']],
    ['persons', `P1,${ada},Cy,urban,2020-01-01,`, ['2 number number-taken']],
    ['persons', 'P3,110105194912310021,Cy,urban,2020-01-01,', ['2 id id-invalid']],
    ['persons', 'P3,440103850617123,Cy,city,2020-01-01,', ['2 household code-unknown']],
    ['history', 'P9,2020-01,2020-02,no', ['2 person person-unknown']],
    ['history', 'P1,2020-03,2020-02,no', ['2 to span-reversed']],
    ['history', 'P2,2001-01,2001-12,yes', []],
    ['collections', '2026-09,,2026-09-18,12345,R1', []],
    ['collections', '2026-09,U9,2026-09-18,12345,R1', ['2 employer employer-unknown']],
    ['collections', '2026-09,U1,2026-09-18,-5,R1', ['2 amountFen amount-negative']],
    ['collections', '2026-09,U1,2026-09-18,0,R1', ['2 amountFen amount-zero']],
    ['registrations', 'P1,U9,2026-08-31,LCL-40,2026-09-03,C1', ['2 employer employer-unknown']],
    ['registrations', 'P1,U1,2026-08-31,fired,2026-09-03,C1', ['2 reason code-unknown']],
    ['claims', `C1,P1,2026-09-07,440103,${account}`, []],
    ['claims', 'C1,P1,2026-09-07,440103,,,', []],
    ['claims', 'C1,P1,2026-09-07,440103,,6228900506251269914,Ada', ['2 bankCode value-missing']],
    ['claims', `C1,P9,2026-09-07,440103,${account}`, ['2 person person-unknown']],
    ['sign-ins', 'P9,2026-09-07', ['2 person person-unknown']],
    ['extracts', `police,${ada},died,2026-09-07`, []],
    ['extracts', 'police,440103850617123,died,2026-09-07', ['2 id person-unknown']],
    ['accounts', `P1,2026-09-03,${account}`, []],
    ['accounts', 'P1,2026-09-03,,,', ['2 bankCode value-missing']],
    [
      'opening',
      `K1,P1,8,9,2026-01,241200,440103,${account}`,
      ['2 drawnMonths months-drawn-too-many'],
    ],
    ['opening', `K1,P1,8,2,2026-01,0,440103,${account}`, ['2 monthlyFen amount-zero']],
    ['opening-unpaid', 'K9,P1,2026-08,benefit,241200,failed', ['2 claim claim-unknown']],
  ])('%s: %s → %j', (kind, row, expected) => {
    const header = Object.keys(shapes[kind]).join(',');
    expect(faults(kind, `${header}\n${row}\n`)).toEqual(expected);
  });

  it('know the spans of paid months that meet', () => {
    const rows = 'P1,2020-01,2020-06,no\nP1,2020-07,2020-12,no\nP1,2020-12,2021-02,no\n';
    expect(faults('history', `person,from,to,used\n${rows}`)).toEqual([
      '4 from person-month-duplicate',
    ]);
  });

  it('know no more unpaid months of an award than it has drawn', () => {
    const registers = office();
    const take = (kind: 'opening' | 'opening-unpaid', name: string, ...rows: string[]) => {
      const text = [Object.keys(shapes[kind]).join(','), ...rows, ''].join('\n');
      const checked = check(kind, text, registers);
      registers.take(checked);
      const { problems } = checked;
      return [name, ...problems.map(({ line, column, reason }) => `${line} ${column} ${reason}`)];
    };
    const award = (no: string, drawn: number) =>
      `${no},P1,8,${drawn},2026-01,241200,440103,${account}`;
    const line = (no: string, month: string, item = 'benefit') =>
      `${no},P1,${month},${item},241200,failed`;
    take('opening', 'awards', award('K1', 2), award('K0', 0));
    expect(
      take(
        'opening-unpaid',
        'one file',
        ...[line('K1', '2026-06'), line('K1', '2026-06', 'medical-premium')],
        ...[line('K1', '2026-07'), line('K1', '2026-07'), line('K1', '2026-08')],
        ...[line('K0', '2026-08'), line('K0', '2026-08', 'price-subsidy')],
      ),
    ).toEqual(['one file', '6 month months-unpaid-too-many', '7 month months-unpaid-too-many']);
    expect(take('opening-unpaid', 'another', line('K1', '2026-07'), line('K1', '2026-09'))).toEqual(
      ['another', '3 month months-unpaid-too-many'],
    );
  });

  it('may repeat themselves without harm', () => {
    const { rows, problems } = check(
      'sign-ins',
      'person,signedOn\nP1,2026-09-05\nP1,2026-09-05\n',
      office(),
    );
    expect(problems).toEqual([]);
    expect(rows.map(({ known }) => known)).toEqual([false, true]);
  });
});

describe('a file', () => {
  const text = declared('2026-09,U1,P1,500000,500000,2500,2500');
  const bureau = [
    '费款所属期,单位编号,个人编号,缴费工资(元),缴费基数,单位缴费（分）,个人缴费',
    '２０２６-09,U1,　P1 ,"5,000.00",5000.00,2500,25.00',
    '',
  ];

  it.each([
    ['UTF-8 and LF', Buffer.from(text)],
    ['a mark and CRLF', Buffer.from(`\ufeff${text.replaceAll('\n', '\r\n')}`)],
    ['quotes', Buffer.from(text.replace(/[^,\n]+/g, '"$&"'))],
    ['Chinese headers, full-width digits and units in headers', Buffer.from(bureau.join('\r\n'))],
    ['GB18030', iconv.encode(bureau.join('\r\n'), 'gb18030')],
  ])('says the same in %s', (_, bytes) => {
    const { rows } = check('declarations', bytes, office());
    expect(rows).toEqual(check('declarations', text, office()).rows);
    expect(rows).toHaveLength(1);
  });

  it('says the same with its columns in any order, and others between them', () => {
    const header = ['month', 'employer', 'person', 'wageFen', 'baseFen', 'employerFen'];
    const columns = [...header, 'employeeFen', 'remark'];
    const row = ['2026-09', 'U1', 'P1', '500000', '500000', '2500', '2500', 'x'];
    const straight = check('declarations', text, office()).rows;
    const orders = fc.shuffledSubarray([...columns.keys()], { minLength: columns.length });
    fc.assert(
      fc.property(orders, (order) => {
        const line = (cells: string[]) => order.map((at) => cells[at]).join(',');
        const { rows } = check('declarations', `${line(columns)}\n${line(row)}\n`, office());
        expect(rows).toEqual(straight);
      }),
    );
  });

  it('is refused when a column is missing or stands there twice', () => {
    const refused = (csv: string) => {
      try {
        check('sign-ins', csv, office());
      } catch (error) {
        if (error instanceof Refusal) return [error.code, error.facts['column']];
        throw error;
      }
      return [];
    };
    expect(refused('person,day\nP1,2026-09-05\n')).toEqual([
      'FILE_COLUMNS',
      'signedOn / 签到日期 / 审验日期',
    ]);
    expect(refused('个人编号,签到日期,个人编号\n')).toEqual(['FILE_COLUMNS', '个人编号']);
  });

  it('warns when its last line has no end', () => {
    const { warnings } = check('sign-ins', 'person,signedOn\nP1,2026-09-05', office());
    expect(warnings.map(({ reason }) => reason)).toEqual(['line-end-missing']);
  });

  it('gives its bad rows back as a file that can be corrected and handed in', () => {
    const bad = declared('2026-09,U1,P1,500000,500000,2500,2500', '2026-09,U9,P1,1,1,0,0');
    const { header, parked, problems } = check('declarations', bad, office());
    const back = rejectedFile(header, parked, problems);
    expect(Buffer.from(back).toString('utf8').split('\r\n')).toEqual([
      '\ufeffmonth,employer,person,wageFen,baseFen,employerFen,employeeFen,原文件行号,未导入原因',
      '2026-09,U9,P1,1,1,0,0,3,employer：单位未登记',
      '',
    ]);
    expect(check('declarations', back, office()).problems).toHaveLength(1);
  });
});

describe('mappings', () => {
  it('name every field of every kind once, and no header for two fields', () => {
    for (const kind of kinds) {
      const { columns } = bureauMappings[kind];
      expect([kind, Object.keys(columns)]).toEqual([kind, Object.keys(shapes[kind])]);
      const headers = Object.values(columns).flat();
      expect([kind, new Set(headers).size]).toEqual([kind, headers.length]);
    }
  });

  it('of an office itself come first', () => {
    const mapping = mappingFrom(
      'persons',
      JSON.stringify({
        unit: 'yuan',
        columns: { number: '职工号', enrolledOn: ['建账日期'] },
        values: { household: { 居民: 'urban' } },
      }),
    );
    const csv = `职工号,身份证号,姓名,户籍性质,建账日期\nP7,${ada},Ada,居民,20200101\n`;
    const { rows } = readAndCheck('persons', 'a.csv', Buffer.from(csv), new MemoryRegisters(), {
      contribution: halfPercent,
      mapping,
    });
    expect(rows[0]?.row).toEqual({
      number: 'P7',
      id: ada,
      name: 'Ada',
      household: 'urban',
      enrolledOn: '2020-01-01',
      phone: '',
    });
  });

  it.each([
    ['not JSON', '{'],
    ['an unknown field', '{"unit":"fen","columns":{"nickname":"x"}}'],
    ['an unknown unit', '{"unit":"cents","columns":{}}'],
  ])('are refused when they hold %s', (_, json) => {
    expect(() => mappingFrom('persons', json)).toThrow('BODY_INVALID');
  });

  it('are found for the words of the command line and no others', () => {
    expect(kinds.every(isKind)).toBe(true);
    expect(isKind('toString')).toBe(false);
  });
});
