import { describe, expect, it } from '@jest/globals';
import { grouped } from './output.js';

describe('an amount for people', () => {
  it.each([
    ['0.00', '0.00'],
    ['999.99', '999.99'],
    ['1000.00', '1,000.00'],
    ['-1234.50', '-1,234.50'],
    ['123456789.01', '123,456,789.01'],
  ])('%s is shown as %s', (yuan, shown) => {
    expect(grouped(yuan)).toBe(shown);
  });
});
