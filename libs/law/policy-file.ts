import { z } from 'zod';
import { refuse } from '#domain/refusal.js';
import { isDay, type Day } from '#domain/values/calendar.js';
import { isJurisdiction, type Row } from './table.js';
import { isTopic, topicValues } from './topics.js';

/**
 * A policy file gives figures and rules that the shipped tables lack: a JSON object
 * `{ "rows": [{ topic, jurisdiction, from, to?, knownTo?, value, document, article, origin,
 * originEn? }] }`. Every row of a file is unverified: whoever answers by it says so, with its
 * origin, in English too where it is given.
 */
const dayText = z.custom<Day>((value) => typeof value === 'string' && isDay(value));
const fileRow = z.strictObject({
  topic: z.string().refine(isTopic),
  jurisdiction: z.string().refine(isJurisdiction),
  from: dayText,
  to: dayText.optional(),
  knownTo: dayText.optional(),
  value: z.unknown(),
  document: z.string().min(1).max(200),
  article: z.string().max(100).default(''),
  origin: z.string().min(1).max(500),
  originEn: z.string().min(1).max(500).optional(),
});
const policyFile = z.strictObject({ rows: z.array(z.unknown()).max(10_000) });

/**
 * Reads the parsed JSON of a policy file.
 *
 * @throws Refusal BODY_INVALID with the row (from 1) and the field that cannot be read
 */
export function policyRows(json: unknown): readonly Row[] {
  const file = policyFile.safeParse(json);
  if (!file.success) return invalid('', file.error);
  return file.data.rows.map((raw, index) => {
    const row = String(index + 1);
    const parsed = fileRow.safeParse(raw);
    if (!parsed.success) return invalid(row, parsed.error);
    const { topic, jurisdiction, from, to, knownTo, document, article } = parsed.data;
    const { origin, originEn } = parsed.data;
    const value = z.union([z.literal('local'), topicValues[topic]]).safeParse(parsed.data.value);
    if (!value.success) return invalid(row, value.error, 'value');
    if (to !== undefined && to < from) return refuse('BODY_INVALID', { row, field: 'to' });
    const law = { document, article, origin, ...(originEn && { originEn }), verified: false };
    const days = { from, ...(to && { to }), ...(knownTo && { knownTo }) };
    // The value was just read by its own topic's schema, a pairing the compiler does not carry.
    return { topic, jurisdiction, ...days, value: value.data, law } as Row;
  });
}

function invalid(row: string, { issues }: z.ZodError, under?: string): never {
  const path = [...(under === undefined ? [] : [under]), ...(issues[0]?.path ?? [])];
  return refuse('BODY_INVALID', { row, field: path.map(String).join('.') });
}
