import { describe, expect, it } from '@jest/globals';
import { given } from '#test/given.js';
import type { OfficeEvent, OfficeOpening } from './office.events.js';
import {
  isWithin,
  officeDecider,
  officeStream,
  type MergeOffice,
  type OpenOffice,
} from './office.js';

const opening: OfficeOpening = {
  code: '440103',
  parent: '440100',
  kind: 'county',
  jurisdiction: '440100',
  names: { zh: '荔湾区失业保险经办机构', en: 'Liwan district office' },
};
const open: OpenOffice = { type: 'OpenOffice', ...opening };
const merge: MergeOffice = { type: 'MergeOffice', into: '440106' };
const opened: OfficeEvent = { type: 'OfficeOpened', data: opening };
const merged: OfficeEvent = { type: 'OfficeMerged', data: { into: '440106' } };

describe('an office', () => {
  it('is opened once under its code', () => {
    given(officeDecider).when(open).records(opened);
    given(officeDecider, opened, merged).when(open).records();
    const others: readonly Partial<OfficeOpening>[] = [
      { parent: '440000' },
      { kind: 'street' },
      { jurisdiction: '440300' },
      { names: { zh: '荔湾', en: opening.names.en } },
      { names: { zh: opening.names.zh, en: 'Liwan' } },
    ];
    for (const other of others) {
      given(officeDecider, opened)
        .when({ ...open, ...other })
        .refuses('OFFICE_CODE_TAKEN');
    }
    expect(officeStream('440103')).toBe('office-440103');
  });
  it('has the code of its division, of six, nine or twelve digits', () => {
    for (const code of ['440103', '440103001', '440103001002']) {
      const other = { ...opening, code };
      given(officeDecider)
        .when({ ...open, code })
        .records({ type: 'OfficeOpened', data: other });
    }
    const wrong = ['44', '44010', '4401030', '44010300100', '4401030010021', '44O103'];
    for (const code of wrong) {
      given(officeDecider)
        .when({ ...open, code })
        .refuses('OFFICE_CODE_MALFORMED');
    }
  });
  it('may be a pool, which has none above it', () => {
    const { parent, ...pool } = { ...opening, code: '440100', kind: 'pool' as const };
    expect(parent).toBe('440100');
    given(officeDecider)
      .when({ type: 'OpenOffice', ...pool })
      .records({ type: 'OfficeOpened', data: pool });
  });
  it('is merged into another one', () => {
    given(officeDecider, opened).when(merge).records(merged);
    given(officeDecider).when(merge).refuses('OFFICE_UNKNOWN');
    given(officeDecider, opened, merged)
      .when({ ...merge, into: '440104' })
      .refuses('OFFICE_UNKNOWN');
  });
  it('is neither its own parent nor its own successor', () => {
    given(officeDecider)
      .when({ ...open, parent: '440103' })
      .refuses('FACT_IMPOSSIBLE');
    given(officeDecider, opened)
      .when({ ...merge, into: '440103' })
      .refuses('FACT_IMPOSSIBLE');
  });
  it('stops at a history that could not have happened', () => {
    for (const history of [[merged], [opened, opened], [opened, merged, merged]]) {
      expect(() => given(officeDecider, ...history)).toThrow(/impossible history/);
    }
  });
});

describe('being within an office', () => {
  const parents = new Map([
    ['440103001', '440103'],
    ['440103', '440100'],
    ['440106', '440100'],
  ]);
  it('holds for itself and all below', () => {
    const table: readonly (readonly [string, string, boolean])[] = [
      ['440103', '440103', true],
      ['440103', '440100', true],
      ['440103001', '440100', true],
      ['440103001', '440106', false],
      ['440100', '440103', false],
      ['440106', '440103', false],
    ];
    for (const [code, ancestor, answer] of table) {
      expect(isWithin(code, ancestor, parents)).toBe(answer);
    }
  });
  it('never runs in a circle', () => {
    const circle = new Map([
      ['a', 'b'],
      ['b', 'a'],
    ]);
    expect(() => isWithin('a', 'c', circle)).toThrow(/circle/);
  });
});
