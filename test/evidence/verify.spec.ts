import { describe, expect, it } from '@jest/globals';
import { verify } from '#evidence/audit/verify.js';
import { twoMonths } from './two-months.js';

describe('verifying a history that is right', () => {
  it('finds nothing', async () => {
    const log = twoMonths();
    const answer = await verify(log.sources());
    expect(answer.findings).toEqual([]);
    expect(answer.segregation.found).toEqual([]);
    expect(answer.ok).toBe(true);
    expect(answer.checked).toMatchObject({ events: log.events.length, months: 2 });
  });
});
