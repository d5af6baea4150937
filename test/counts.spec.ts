import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { counts } from './counts.js';

describe('the number of cases', () => {
  const given = process.env['RELEASE'];
  const set = (value: string | undefined): void => {
    if (value === undefined) delete process.env['RELEASE'];
    else process.env['RELEASE'] = value;
  };

  beforeEach(() => set(undefined));
  afterEach(() => set(given));

  it.each([
    [undefined, 200],
    ['', 200],
    ['0', 200],
    ['1', 5_000],
  ])('with RELEASE=%s is %d', (release, expected) => {
    set(release);
    expect(counts({ ci: 200, release: 5_000 })).toBe(expected);
  });
});
