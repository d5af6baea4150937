import { expect, it } from '@jest/globals';
import { needs } from '../needs.js';

/** Run by reporter.spec.ts alone: a suite that can only run where redis-server is on the PATH. */
needs('redis-server').describe('jobs on Redis', () => {
  it('run', () => {
    expect(process.env['PATH']).not.toBe('');
  });
});
