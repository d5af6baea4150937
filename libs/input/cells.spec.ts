import { describe, expect, it } from '@jest/globals';
import * as cells from './cells.js';

const valueOf = <T>(field: cells.Field<T>, text: string, unit: cells.Unit = 'fen') => {
  const cell = field.read(text, unit);
  return cell.ok ? cell.value : cell.reason;
};

describe('a cell', () => {
  it.each([
    ['2026-09-03', '2026-09-03'],
    ['２０２６－０９－０３', '2026-09-03'],
    ['2026/9/3', '2026-09-03'],
    ['20260903', '2026-09-03'],
    ['2026年9月3日', '2026-09-03'],
    ['2026-09-03 00:00:00', 'day-invalid'],
    ['2026-02-29', 'day-invalid'],
    ['2024-02-29', '2024-02-29'],
    ['2026-9', 'day-invalid'],
    ['46268', 'day-invalid'],
  ])('day %s is %s', (text, expected) => {
    expect(valueOf(cells.day, text)).toBe(expected);
  });

  it.each([
    ['2026-09', '2026-09'],
    ['202609', '2026-09'],
    ['2026年9月', '2026-09'],
    ['２０２６／９', '2026-09'],
    ['2026-13', 'month-invalid'],
    ['2026-00', 'month-invalid'],
    ['2026-09-01', 'month-invalid'],
  ])('month %s is %s', (text, expected) => {
    expect(valueOf(cells.month, text)).toBe(expected);
  });

  it.each([
    ['2412.00', 'yuan', 241_200n],
    ['2,412.5', 'yuan', 241_250n],
    ['２４１２', 'yuan', 241_200n],
    ['-25.00', 'yuan', -2_500n],
    ['24.125', 'yuan', 'amount-not-whole'],
    ['2412', 'fen', 2_412n],
    ['24.12', 'fen', 'amount-not-whole'],
    ['24.00', 'fen', 'amount-not-whole'],
    ['2,41', 'yuan', 'amount-invalid'],
    ['1e5', 'fen', 'amount-invalid'],
    ['￥12', 'yuan', 'amount-invalid'],
    ['0.1234567890123456789', 'yuan', 'amount-not-whole'],
  ] as const)('amount %s in %s is %s', (text, unit, expected) => {
    expect(valueOf(cells.amount, text, unit)).toBe(expected);
  });

  it.each([
    ['91440101MA59ABCD0X', 'credit-code-check'],
    ['12345678-8', undefined],
    ['12345678-9', 'credit-code-check'],
  ])('employer code %s warns of %s', (text, warning) => {
    const cell = cells.creditCode.read(text, 'fen');
    expect(cell.ok && cell.warning).toBe(warning);
  });

  it.each([
    ['11010519491231002x', '11010519491231002X'],
    [' １１０１０５１９４９１２３１００２Ｘ', '11010519491231002X'],
    ['110105194912310021', 'id-invalid'],
    ['440103198502303013', 'id-invalid'],
    ['4.40103E+17', 'id-invalid'],
  ])('identity number %s', (text, expected) => {
    expect(valueOf(cells.residentId, text)).toBe(expected);
  });

  it('takes an old identity number with a warning', () => {
    expect(cells.residentId.read('440103850617123', 'fen')).toMatchObject({
      ok: true,
      warning: 'id-15-digits',
    });
  });

  it('takes no identity number for an agency number', () => {
    expect(valueOf(cells.agencyNumber, '11010519491231002X')).toBe('number-invalid');
    expect(valueOf(cells.agencyNumber, 'Ｐ０００１')).toBe('P0001');
    expect(valueOf(cells.agencyNumber, '张三')).toBe('number-invalid');
  });

  it.each([
    [cells.bankCode, '1025 8184 5551', '102581845551'],
    [cells.bankCode, '10258184555', 'bank-code-invalid'],
    [cells.account, '6228 9005-0625 1269 914', '6228900506251269914'],
    [cells.account, '6.2289E+18', 'account-invalid'],
    [cells.officeCode, '４４０１０３', '440103'],
    [cells.officeCode, '440103001', '440103001'],
    [cells.officeCode, '4401', 'number-invalid'],
    [cells.phone, '136 0771 0196', '13607710196'],
    [cells.name, '欧阳·娜娜', '欧阳·娜娜'],
  ])('%#: codes are tight and half-width', (field, text, expected) => {
    expect(valueOf(field, text)).toBe(expected);
  });

  it('knows a code in any case and no other', () => {
    const field = cells.oneOf(['LCL-40', 'resigned']);
    expect(valueOf(field, 'lcl-40')).toBe('LCL-40');
    expect(valueOf(field, 'LCL-99')).toBe('code-unknown');
  });
});
