import { describe, expect, it } from '@jest/globals';
import { maskAccount, maskId, maskName, maskPhone } from './masks.js';

describe('masking', () => {
  it.each([
    ['张三', '张*'],
    ['欧阳娜娜', '欧*'],
    ['𠮷田', '𠮷*'],
    ['', '*'],
  ])('shows the first character of a name: %s', (name, masked) => {
    expect(maskName(name)).toBe(masked);
  });

  it.each([
    ['44010619900307123X', '4401**********123X'],
    ['440106900307123', '4401*******7123'],
    ['44010619900307', '****'],
  ])('shows the ends of an ID number: %s', (id, masked) => {
    expect(maskId(id)).toBe(masked);
  });

  it.each([
    ['6222020200112341234', '6222 **** **** 1234'],
    ['6222 0202 0011 2341 234', '6222 **** **** 1234'],
    ['622202020011', '6222 **** **** 0011'],
    ['62220202001', '****'],
  ])('shows the ends of an account: %s', (account, masked) => {
    expect(maskAccount(account)).toBe(masked);
  });

  it.each([
    ['13800138000', '138****8000'],
    ['1380013800', '****'],
  ])('shows the ends of a phone number: %s', (phone, masked) => {
    expect(maskPhone(phone)).toBe(masked);
  });
});
