import { z } from 'zod';
import { fen } from '#domain/values/fen.js';

/** What values of several topics are made of. */
export const wholeMonths = z.int().min(0).max(1200);
export const ratio = z
  .strictObject({ of: z.int().min(0), per: z.int().min(1) })
  .transform(({ of, per }) => ({ of: BigInt(of), per: BigInt(per) }));
export const fenAmount = z
  .int()
  .min(0)
  .transform((amount) => fen(BigInt(amount)));
