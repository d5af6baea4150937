import { z } from 'zod';
import { isDay, isMonth, type Day, type Month } from '#domain/values/calendar.js';
import { fen, type Fen } from '#domain/values/fen.js';

/** Words of requests. Values are checked here once, so that behind them types hold. */
export const dayText = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/)
  .refine(isDay)
  .transform((text) => text as Day)
  .meta({ description: 'YYYY-MM-DD, Asia/Shanghai', example: '2026-09-01' });

export const monthText = z
  .string()
  .regex(/^\d{4}-\d{2}$/)
  .refine(isMonth)
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

export const step = z.enum(['approve', 'review', 'authorise']);

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
