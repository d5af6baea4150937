import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { accountCodecs } from '#domain/account/account.events.js';
import { actorIdentityCodecs } from '#domain/actor/actor-identity.events.js';
import { actorCodecs } from '#domain/actor/actor.events.js';
import { claimCodecs } from '#domain/claim/claim.events.js';
import type { EventCodec } from '#domain/codec.js';
import { declarationCodecs } from '#domain/declaration/declaration.events.js';
import { employerCodecs } from '#domain/employer/employer.events.js';
import { identityCodecs } from '#domain/identity/identity.events.js';
import { officeCodecs } from '#domain/office/office.events.js';
import { personCodecs } from '#domain/person/person.events.js';
import { recoveryCodecs } from '#domain/recovery/recovery.events.js';

const codecs: Readonly<Record<string, EventCodec>> = {
  ...employerCodecs,
  ...personCodecs,
  ...identityCodecs,
  ...accountCodecs,
  ...declarationCodecs,
  ...claimCodecs,
  ...actorCodecs,
  ...actorIdentityCodecs,
  ...officeCodecs,
  ...recoveryCodecs,
};

type Sample = Readonly<{ schema: number; type: string; data: object }>;

function frozen(type: string, version: number): Sample {
  const file = new URL(`${type}.v${version}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as Sample;
}

/** Every property that says it is fen, however deep. */
function amountsIn(value: unknown): readonly unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, held]) =>
    name.endsWith('Fen') ? [held] : amountsIn(held),
  );
}

describe('what registers, claims and recoveries wrote once', () => {
  for (const [type, codec] of Object.entries(codecs)) {
    it(`is read and written as it stands: ${type}`, () => {
      const { schema, type: named, data } = frozen(type, 1);
      expect({ schema, named }).toEqual({ schema: 1, named: type });
      const text = JSON.stringify(data);
      const read = codec.decode(text, schema);
      for (const amount of amountsIn(read)) expect(typeof amount).toBe('bigint');
      if (codec.schema === schema) expect(codec.encode(read)).toBe(text);
    });
  }
});
