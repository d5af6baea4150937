import { type Hand, type Seen, type Step } from '#domain/signing/signing.js';
import { day, type Day } from '#domain/values/calendar.js';
import { fen } from '#domain/values/fen.js';
import { signer } from '../signers.js';

export const signingDay: Day = day('2026-10-20');

/** A hand as events keep it; a round above 1 stands after a sending back. */
export function hand(person: string, step: Step, round = 1, on: Day = signingDay): Hand {
  return { ...signer(person), step, round, day: on };
}

/** Who acts and when, as commands carry it. */
export function by(person: string, on: Day = signingDay) {
  return { by: signer(person), on };
}

export const seen: Seen = { root: 'r1', lines: 2, amountFen: fen(482_400n) };
