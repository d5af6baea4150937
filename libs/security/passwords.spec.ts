import { describe, expect, it } from '@jest/globals';
import { assertStrong, hashPassword, oneTimePassword, passwordMatches } from './passwords.js';

describe('a password', () => {
  it('is kept as argon2id with OWASP cost and matches only itself', async () => {
    const hashed = await hashPassword('correct horse 电池');
    expect(hashed).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(await passwordMatches(hashed, 'correct horse 电池')).toBe(true);
    expect(await passwordMatches(hashed, 'correct horse 电磁')).toBe(false);
    expect(await hashPassword('correct horse 电池')).not.toBe(hashed);
  });

  it('is the same typed full-width', async () => {
    expect(
      await passwordMatches(await hashPassword('Abc-12345678'), 'Ａｂｃ-１２３４５６７８'),
    ).toBe(true);
  });

  it.each([
    ['eleven-char', false],
    ['twelve-chars', true],
    ['abababababab', false],
    ['x-WangLi-2026-x', false],
    [`${'long enough '.repeat(16)}12345678`, true],
    [`${'long enough '.repeat(16)}123456789`, false],
  ])('%s is strong enough: %s', (password, strong) => {
    const check = (): void => assertStrong(password, 'wangli');
    if (strong) expect(check).not.toThrow();
    else expect(check).toThrow('PASSWORD_WEAK');
  });

  it('made for one use is strong, never twice the same and not quoted in a refusal', () => {
    const made = new Set(Array.from({ length: 100 }, oneTimePassword));
    expect(made.size).toBe(100);
    for (const password of made) {
      expect(password).toMatch(/^([2-9A-HJ-NP-Z]{5}-){3}[2-9A-HJ-NP-Z]{5}$/);
      expect(() => assertStrong(password, 'wangli')).not.toThrow();
    }
    expect(() => assertStrong('hunter2', 'wangli')).not.toThrow('hunter2');
  });
});
