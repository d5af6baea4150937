import { describe, expect, it } from '@jest/globals';
import { isBankCard, isCreditCode, isOrganisationCode, organisationCodeOf } from './codes.js';

describe('a unified social credit code', () => {
  it.each([
    ['91350100M000100Y43', true],
    ['91350100m000100y43', true],
    ['９１３５０１００Ｍ０００１００Ｙ４３', true],
    ['91350100M0001TGQXM', false],
    ['91350100M000100Y44', false],
    ['91350100I000100Y43', false],
    ['91350100M000100Y4', false],
    ['', false],
  ])('%s: %s', (text, valid) => expect(isCreditCode(text)).toBe(valid));
});

describe('an organisation code', () => {
  it.each([
    ['M000100Y4', true],
    ['M000100Y5', false],
    ['D2143569-X', true],
    ['M000100Y', false],
  ])('%s: %s', (text, valid) => expect(isOrganisationCode(text)).toBe(valid));

  it('stands inside the credit code', () => {
    expect(organisationCodeOf('91350100M000100Y43')).toBe('M000100Y4');
  });
});

describe('a bank card', () => {
  it.each([
    ['6222600260001072444', true],
    ['6222 6002 6000 1072 444', true],
    ['6222600260001072445', false],
    ['622260026000107', false],
    ['62226002600010724440', false],
    ['6222600260001O72444', false],
  ])('%s: %s', (text, valid) => expect(isBankCard(text)).toBe(valid));
});
