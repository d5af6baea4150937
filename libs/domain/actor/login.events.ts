import { codec, type EventCodec } from '../codec.js';
import type { Fact } from '../decider.js';
import type { Day } from '../values/calendar.js';

/**
 * What a login can remember: the account that it was kept for. The shape is on disk for ever: add a
 * field as optional, or write a new version and an upcaster. The login itself stands nowhere, only
 * a keyed digest of it. `instead` is the account that it was kept for before; `on` the business day
 * of the reservation, which the first ones do not say.
 */
export type LoginEvent = Fact<'LoginReserved', ReservedLogin & { instead?: string; on?: Day }>;

export type ReservedLogin = Readonly<{ loginKey: string; actorId: string; accountId: string }>;

export const loginCodecs: Record<LoginEvent['type'], EventCodec> = {
  LoginReserved: codec([]),
};
