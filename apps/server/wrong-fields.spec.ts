import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { cursorQuery, dayText, monthText, officeCode, seenBody } from './controllers/schemas.js';
import { fieldsOf } from './wrong-fields.js';

function expectedOf(schema: z.ZodType, value: unknown): string | undefined {
  const { error } = schema.safeParse(value);
  return fieldsOf(error?.issues ?? [])['expected'];
}

describe('the form that a wrong field must have', () => {
  it.each([
    [z.object({ day: dayText }), { day: '1 May' }, 'day: YYYY-MM-DD'],
    [z.object({ day: dayText }), { day: '2026-02-30' }, 'day: YYYY-MM-DD'],
    [z.object({ month: monthText }), { month: '2026-13' }, 'month: YYYY-MM'],
    [z.object({ month: monthText }), {}, 'month: string'],
    [z.object({ office: officeCode }), { office: '' }, `office: /${officePattern()}/`],
    [z.object({ seen: seenBody }), { seen: { root: '', lines: 1.5 } }, seenForms()],
    [z.object(cursorQuery), { limit: '501' }, 'limit: ≤ 500'],
    [z.object({ kind: z.enum(['county', 'street']) }), { kind: 'x' }, 'kind: county | street'],
    [z.strictObject({}), { more: 1 }, '{ }'],
    [z.array(z.string()).max(1), ['a', 'b'], 'length ≤ 1'],
    [z.union([z.string(), z.int()]), {}, '?'],
  ])('is told, and not what stood there', (schema, value, expected) => {
    expect(expectedOf(schema, value)).toBe(expected);
  });

  it('is told once a field, of twenty fields at most', () => {
    const issues = Array.from({ length: 50 }, (_none, at) => ({
      ...{ message: 'x', code: 'invalid_type', expected: 'string' },
      path: [`field${at % 30}`],
    }));
    expect(fieldsOf(issues)['fields']?.split(', ')).toHaveLength(20);
    expect(fieldsOf([])).toEqual({});
  });
});

function officePattern(): string {
  return '^[A-Za-z0-9][A-Za-z0-9-]{0,31}$';
}

function seenForms(): string {
  return 'seen.root: length ≥ 1, seen.lines: int, seen.amountFen: number';
}
