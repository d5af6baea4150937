import { describe, expect, it } from '@jest/globals';
import type { Finding } from '#evidence/audit/findings.js';
import { closeVerdict, segregationVerdict, verifyVerdict } from './verdicts.js';

const segregation = { cases: 44, breaches: 0, found: [], byKind: {} };
const checked = { events: 10, documents: 3, sealedRows: 5, months: 2, cases: 4, readModels: 11 };
const sound = { ok: true, checked, found: 0, findings: [], segregation, sheets: [] };
const finding: Finding = {
  code: 'LINE_PAID_TWICE',
  ...{ position: 17n, stream: 'award-1', facts: {} },
  ...{ zh: '同一应发明细被支付两次', en: 'A due line is paid a second time' },
};
const closes = { ok: true, closes: [], sheets: [], findings: [], notClosed: [] };

describe('a proof, for people', () => {
  it('begins with one line that says whether it holds', () => {
    expect(verifyVerdict(sound)).toMatch(/^通过：10 个事件.+11 个读模型，没有出入 · verified: no /);
    expect(closeVerdict(closes)).toMatch(/^通过：0 个机构.+ · verified: 0 closes/);
    expect(segregationVerdict(segregation)).toMatch(/^通过：44 件.+ · segregated: no breach in 44/);
  });

  it('names the first of what was found', () => {
    const said =
      /^不通过：2 处出入，第一处在位置 17：同一.+ · NOT verified: 2 found; the first at position 17: A/;
    const found = { ok: false, found: 2, findings: [finding, finding] };
    expect(verifyVerdict({ ...sound, ...found })).toMatch(said);
    expect(closeVerdict({ ...closes, ...found })).toMatch(said);
    expect(segregationVerdict({ ...segregation, breaches: 1 })).toMatch(/^不通过：1 处.+1 found$/);
  });

  it('does not hide what was not compared or not closed', () => {
    const partly = { ...sound, checked: { ...checked, readModels: 0 } };
    expect(verifyVerdict(partly)).toMatch(/read models were not compared/);
    expect(closeVerdict({ ...closes, ok: false, notClosed: ['440106'] })).toMatch(
      /^不完整：.+440106 · not complete: .+440106 did not close$/,
    );
  });
});
