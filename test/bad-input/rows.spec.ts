import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { residentId } from '#test/stories/desk.js';
import { BadInput, code } from './office.js';

const declared = 'month,employer,person,wageFen,baseFen,employerFen,employeeFen';
const good = '2026-09,U00001,P5,1044000,1044000,5220,5220';
const persons = 'number,id,name,household,enrolledOn';

describe('a row that must not be taken', () => {
  let bad: BadInput;

  beforeAll(async () => {
    bad = await BadInput.open();
  }, 120_000);

  afterAll(() => bad.server.close());

  it.each([
    ['an unknown employer', '2026-09,U99999,P4,1044000,1044000,5220,5220', 'employer-unknown', 1],
    ['an unknown person', '2026-09,U00001,P99,1044000,1044000,5220,5220', 'person-unknown', 2],
    [
      'a month before enrolment',
      '2026-08,U00001,P6,1044000,1044000,5220,5220',
      'month-before-enrolment',
      0,
    ],
    ['a negative amount', '2026-09,U00001,P4,1044000,1044000,-5220,5220', 'amount-negative', 5],
    ['half a fen', '2026-09,U00001,P4,1044000,1044000,5220.5,5220', 'amount-not-whole', 5],
    ['no amount', '2026-09,U00001,P4,1044000,1044000,5220,many', 'amount-invalid', 6],
    [
      ...['an amount that is not base × rate', '2026-09,U00001,P4,1044000,1044000,5221,5220'],
      ...['amount-not-base-times-rate', 5],
    ] as const,
    ['a month that is none', '2026-13,U00001,P4,1044000,1044000,5220,5220', 'month-invalid', 0],
  ] as const)('is one with %s', async (_what, row, reason, at) => {
    const column = declared.split(',')[at] ?? '';
    const rows = [declared, good, row];
    await bad.rejects('declarations', rows, {
      line: 3,
      column,
      reason,
    });
  });

  it('is a person-month that stands there twice', async () => {
    const rows = [declared, good, good.replace('1044000,1044000', '1044001,1044000')];
    await bad.rejects('declarations', rows, {
      ...{ line: 3, column: 'person', reason: 'person-month-duplicate' },
    });
  });

  it('is an identity number whose check character is broken', async () => {
    const { id18 } = residentId(700);
    const last = id18.endsWith('1') ? '2' : '1';
    const rows = [persons, `P700,${id18.slice(0, 17)}${last},吴十,urban,2020-09-01`];
    await bad.rejects('persons', rows, { line: 2, column: 'id', reason: 'id-invalid' });
  });

  it('is an identity number that somebody else has', async () => {
    const rows = [persons, `P701,${residentId(0).id15},吴十,urban,2020-09-01`];
    await bad.rejects('persons', rows, { line: 2, column: 'id', reason: 'id-taken' });
  });

  it('is taken with a warning when only the credit code does not fit', async () => {
    const rows = [
      'number,creditCode,name,office,enrolledOn',
      `U00002,91440103JG7LCMK1X8,另一单位,${code},2017-04-01`,
    ];
    const intake = bad.county.desk('intake');
    const { body } = await intake.file('/imports/employers', 'credit-code.csv', rows);
    expect(body).toMatchObject({
      ...{ status: 'taken', good: 1, problems: [] },
      warnings: [{ line: 2, column: 'creditCode', reason: 'credit-code-check' }],
    });
  });

  it('waits in a list while the good ones are taken, when the office asks for that', async () => {
    const rows = [declared, good, good.replace('P5', 'P98')];
    const intake = bad.county.desk('intake');
    const { body } = await intake.file('/imports/declarations?park=true', 'parked.csv', rows);
    expect(body).toMatchObject({ status: 'taken', good: 1, parked: 1 });
    const { rows: waiting } = await intake.read('/imports/waiting');
    expect(waiting).toMatchObject([{ name: 'parked.csv', line: 3, reason: 'person-unknown' }]);
    const [{ rejects = '' } = {}] = waiting as readonly Readonly<{ rejects?: string }>[];
    expect(await intake.read(`/imports/rejects/${rejects}/3`)).toEqual({
      ...{ kind: 'declarations', name: 'parked.csv', line: 3, column: 'person' },
      ...{ reason: 'person-unknown', zh: '人员未登记', en: 'The person is not registered' },
    });
    const { body: none } = await intake.ask('GET', `/imports/rejects/${rejects}/4`);
    expect(none).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('changes nothing when its file is handed in a second time', async () => {
    const rows = [declared, good, good.replace('P5', 'P98')];
    const before = await bad.head();
    const intake = bad.county.desk('intake');
    const { body } = await intake.file('/imports/declarations?park=true', 'parked.csv', rows);
    expect(body).toMatchObject({ status: 'same' });
    expect(await bad.head()).toBe(before);
  });
});
