import { describe, expect, it } from '@jest/globals';

/** Run by reporter.spec.ts alone: one test that passes and, when asked, one that fails. */
describe('a plain suite', () => {
  it('passes', () => {
    expect(1 + 1).toBe(2);
  });

  if (process.env['SAMPLE_FAILS'] === '1')
    it('fails', () => {
      expect(1 + 1).toBe(3);
    });
});
