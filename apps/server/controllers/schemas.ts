import { z } from 'zod';
import { isDay, isMonth, type Day, type Month } from '#domain/values/calendar.js';
import { fen, type Fen } from '#domain/values/fen.js';

/** Words of requests. Values are checked here once, so that behind them types hold. */
export const dayText = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/)
  .refine(isDay, 'YYYY-MM-DD')
  .transform((text) => text as Day)
  .meta({ description: 'YYYY-MM-DD, Asia/Shanghai', example: '2026-09-01' });

export const monthText = z
  .string()
  .regex(/^\d{4}-\d{2}$/)
  .refine(isMonth, 'YYYY-MM')
  .transform((text) => text as Month)
  .meta({ description: 'YYYY-MM', example: '2026-09' });

/** An amount as JSON carries it: a whole number of fen. */
export const fenNumber = z
  .int()
  .transform((amount): Fen => fen(BigInt(amount)))
  .meta({ description: 'whole fen (分)', example: 241200 });

/** Numbers and codes that the agency gives; they stand in streams' names and in paths. */
export const reference = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/)
  .meta({ example: 'C-2026-0001' });

export const officeCode = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,31}$/)
  .meta({ description: 'office code', example: '440103' });

export const reasonText = z.string().trim().min(1).max(500);

/** What the signer saw: the root over the lines, their number and their sum. */
export const seenBody = z.strictObject({
  root: z.string().min(1).max(128),
  lines: z.int().min(0),
  amountFen: fenNumber,
});

export const cursorQuery = {
  after: z.string().max(200).optional().meta({ description: 'cursor: `next` of the page before' }),
  limit: z.coerce.number().int().min(1).max(500).default(50),
};

export const reasonBody = z.strictObject({ reason: reasonText }).meta({ id: 'Reason' });

/** What a signer of a roll, batch or plan sends: what stood on the page. */
export const signatureBody = z.strictObject({ seen: seenBody }).meta({ id: 'Signature' });

/** A bank account as the person gave it; it is sealed before anything is recorded. */
export const accountBody = z.strictObject({
  bankCode: z.string().min(1).max(40),
  account: z.string().min(4).max(64),
  holder: z.string().trim().min(1).max(100),
});

/** An office's document of a month: the first is 1, a supplement is the next. */
export const documentPlace = {
  office: officeCode,
  month: monthText,
  no: z.int().min(1).max(99).default(1),
};

export const monthPlace = z.strictObject({ office: officeCode, month: monthText });

export const placeQuery = z.object({ office: officeCode.optional(), month: monthText });

/** An absent value as an absent field, which is not the same as one that holds nothing. */
export function without<Fields extends object>(
  fields: Fields,
): { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> } {
  const kept = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(kept) as { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> };
}

export function pageOptions({
  after,
  limit,
}: Readonly<{ after?: string | undefined; limit: number }>): Readonly<{
  after?: string;
  size: number;
}> {
  return { ...without({ after }), size: limit };
}
