import { describe, expect, it } from '@jest/globals';
import { normaliseResidentId, parseResidentId, residentIdFault } from './resident-id.js';

describe('a resident identity number', () => {
  it.each([
    ['11010519491231002X', '11010519491231002X', '1949-12-31', 'F', '110105', false],
    ['440524188001010014', '440524188001010014', '1880-01-01', 'M', '440524', false],
    ['11010519491231002x', '11010519491231002X', '1949-12-31', 'F', '110105', false],
    [
      '１１０１０５１９４９１２３１００２Ｘ',
      '11010519491231002X',
      '1949-12-31',
      'F',
      '110105',
      false,
    ],
    [' 110105 19491231 002X ', '11010519491231002X', '1949-12-31', 'F', '110105', false],
    ['110105491231002', '11010519491231002X', '1949-12-31', 'F', '110105', true],
  ])('%s is read', (text, id18, birth, sex, division, old) => {
    const found = parseResidentId(text);
    expect(found).toEqual({ id18, birth, sex, division, old });
    expect(normaliseResidentId(text)).toBe(id18);
  });

  it.each([
    ['', 'length'],
    ['1101051949123100', 'length'],
    ['11010519491231002XX', 'length'],
    ['11010519491231O02X', 'characters'],
    ['1101051949123X002X', 'characters'],
    ['110105491231X02', 'characters'],
    ['110105194912310021', 'check-character'],
    ['110105194902290021', 'birth'],
    ['110105194913310021', 'birth'],
    ['110105000012310021', 'birth'],
    ['110105490229002', 'birth'],
    ['110105170012310021', 'birth'],
    ['110105180002290021', 'birth'],
    ['110105190002290021', 'birth'],
    ['11010519491231002X', undefined],
  ])('%s has the fault %s', (text, fault) => expect(residentIdFault(text)).toBe(fault));
});
