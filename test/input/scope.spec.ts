import { describe, expect, it } from '@jest/globals';
import { readAndCheck } from '#input/check.js';
import { shapes, type Kind } from '#input/kinds.js';
import { halfPercent, MemoryRegisters } from './memory-registers.js';

const ada = '11010519491231002X';
const bo = '440524188001010014';
const [own, other] = ['440103', '440106'] as const;

function check(kind: Kind, row: string, registers: MemoryRegisters) {
  const csv = `${Object.keys(shapes[kind]).join(',')}\n${row}\n`;
  const contribution = { contribution: halfPercent };
  return readAndCheck(kind, 'a.csv', Buffer.from(csv), registers, contribution);
}

const account = '102581000001,6222000099981,Ada';

/** P1 is enrolled here and paid there, P2 is enrolled here and paid by nobody. */
function registersOf(scope: readonly string[]): MemoryRegisters {
  const registers = new MemoryRegisters([own, other]);
  const known: readonly (readonly [Kind, string])[] = [
    ['employers', `U1,x,Works,${own},2020-01-01`],
    ['persons', `P1,${ada},Ada,urban,2020-01-01,`],
    ['persons', `P2,${bo},Bo,urban,2020-01-01,`],
    ['opening', `A1,P1,12,3,2026-07,241200,${other},${account}`],
  ];
  for (const [kind, row] of known) registers.take(check(kind, row, registers));
  registers.scope = scope;
  return registers;
}

describe('a row is taken from whom its office answers to', () => {
  // What this office may hand in, what the other may, and the column that is named otherwise.
  it.each<readonly [Kind, string, boolean, boolean, string]>([
    ['employers', `U2,x,Works,${own},2020-01-01`, true, false, 'office'],
    ['history', 'P1,2019-01,2019-12,no', true, true, 'person'],
    ['history', 'P2,2019-01,2019-12,no', true, false, 'person'],
    ['declarations', '2026-09,U1,P1,500000,500000,2500,2500', true, false, 'employer'],
    ['collections', '2026-09,U1,2026-09-09,100,R1', true, false, 'employer'],
    ['collections', '2026-09,,2026-09-09,100,R1', true, true, ''],
    ['registrations', 'P1,U1,2026-08-31,LCL-44-1,2026-09-03,', true, true, 'person'],
    ['registrations', 'P2,U1,2026-08-31,LCL-44-1,2026-09-03,', true, false, 'person'],
    ['claims', `C1,P2,2026-09-08,${other},${account}`, false, true, 'office'],
    ['sign-ins', 'P1,2026-09-06', false, true, 'person'],
    ['sign-ins', 'P2,2026-09-06', true, true, ''],
    ['extracts', `tax,${ada},re-employed,2026-09-06`, false, true, 'id'],
    ['accounts', `P2,2026-09-06,${account}`, true, false, 'person'],
    ['opening', `A2,P2,12,3,2026-07,241200,${other},${account}`, false, true, 'office'],
    ['opening-unpaid', 'A1,P1,2026-08,benefit,241200,failed', false, true, 'claim'],
  ])('%s: %s', (kind, row, byOwn, byOther, column) => {
    const offices = [
      [own, byOwn],
      [other, byOther],
    ] as const;
    for (const [office, isTaken] of offices) {
      const { rows, problems } = check(kind, row, registersOf([office]));
      const found = problems.map(({ reason, column: named }) => `${named} ${reason}`);
      expect([office, rows.length, ...found]).toEqual(
        isTaken ? [office, 1] : [office, 0, `${column} office-out-of-scope`],
      );
    }
    expect(check(kind, row, registersOf([own, other])).problems).toEqual([]);
  });

  it('is always taken from whoever enrols a person', () => {
    const row = 'P3,450103199411286445,Cy,urban,2020-01-01,';
    expect(check('persons', row, registersOf([other])).problems).toEqual([]);
  });
});
