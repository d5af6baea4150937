import { describe, expect, it } from '@jest/globals';
import { factWords } from './refusal-facts.js';
import { refusalWords } from './refusal-texts.js';

describe('what a refusal is about', () => {
  it.each([
    ['batch', '440103-2026-10-1', '批次：440103-2026-10-1', 'batch: 440103-2026-10-1'],
    ['needed', 'approver, reviewer', '需要：审核、复核', 'needed: approver, reviewer'],
    ['calendarDay', '2026-09-01', '日历日：2026-09-01', 'calendarDay: 2026-09-01'],
    ['model', 'claim_register', '读模型：claim_register', 'model: claim_register'],
    ['signed', 'make', '已签环节：编制', 'signed: make'],
    ['neededFen', '723600', '需要：7236.00 元', 'needed: 7236.00 yuan'],
    ['amountFen', '-5', '金额：-0.05 元', 'amount: -0.05 yuan'],
    ['leftFen', 'none', 'leftFen：none', 'leftFen: none'],
    ['maxBytes', '67108864', '上限：64 MB', 'max: 64 MB'],
    ['bytes', '68000000', '文件大小：64.8 MB', 'bytes: 64.8 MB'],
    ['atByte', '17', 'atByte：17', 'atByte: 17'],
    ['maxBytes', '512', 'maxBytes：512', 'maxBytes: 512'],
  ])('%s %s is said as %s and %s', (name, value, zh, en) => {
    expect(factWords(name, value)).toEqual({ zh, en });
  });

  it('stands in both halves', () => {
    const { zh, en } = refusalWords('AWAITING_FUNDS', { missingFen: '723600', month: '2026-10' });
    expect(zh.detail).toBe('可用拨款不足（还缺：7236.00 元；月份：2026-10）');
    expect(en.detail).toBe(
      'The allotment does not suffice (missing: 7236.00 yuan; month: 2026-10)',
    );
  });
});
