import type { Acting } from '#domain/actor/relation.js';
import type { Signer } from '#domain/signing/signing.js';
import { day } from '#domain/values/calendar.js';

/** A staff person by name; `account` lets one person come in through another door. */
export function signer(person: string, account = `${person}-1`): Signer {
  return { person, account, duty: 'tested', office: '440103' };
}

/** Someone at work on a day, related to nobody unless said. */
export function acting(person: string, on: string, related: readonly string[] = []): Acting {
  return { by: signer(person), on: day(on), related };
}
