import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { derivedId, eventIdOf } from './ids.js';

/** An identifier of version 5 as its standard (RFC 9562) puts it together. */
function byTheStandard(parts: readonly (string | number)[]): string {
  const namespace = Buffer.from('7e1f3b0c6b5a4c1d9a550b3f2a6e48c1', 'hex');
  const bytes = createHash('sha1').update(namespace).update(parts.join('\u0000')).digest();
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex', 0, 16);
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

describe('an id that is derived from a cause', () => {
  it('is the one of the standard, however long its parts are', () => {
    const part = fc.oneof(fc.string({ unit: 'binary' }), fc.nat(), fc.string({ minLength: 300 }));
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        expect(derivedId(...parts)).toBe(byTheStandard(parts));
      }),
      { examples: [[['x'.repeat(335), 'y']], [['\u754c'.repeat(336)]], [['z'.repeat(5_000)]]] },
    );
  });

  it('is the one of the standard, whatever was derived before it', () => {
    const first = fc.constantFrom('document', 'docume', '', '\u754c', '\u0000', 'd'.repeat(330));
    const second = fc.oneof(fc.string({ unit: 'binary' }), fc.nat(), fc.constant('x'.repeat(9)));
    const parts = fc.oneof(
      { weight: 4, arbitrary: fc.tuple(first, second) },
      fc.tuple(first),
      fc.tuple(first, second, second),
    );
    fc.assert(
      fc.property(fc.array(parts, { minLength: 2 }), (all) => {
        for (const some of all) expect(derivedId(...some)).toBe(byTheStandard(some));
      }),
    );
  });

  it('stays as it was when another one is made', () => {
    const first = derivedId('document', 1);
    expect(derivedId('document', 2)).not.toBe(first);
    expect(first).toBe(byTheStandard(['document', 1]));
  });
});

describe('the id of an event of a command for one stream', () => {
  const command = derivedId('document', 'C1/2026-09');

  it("is the command's own in another version, for the first", () => {
    expect(eventIdOf(command, 0)).toMatch(/^[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-[89ab][\da-f]{3}-/);
    expect(eventIdOf(command, 0)).toBe(`${command.slice(0, 14)}8${command.slice(15)}`);
  });

  it('is another one for each, and the same when it is asked again', () => {
    const ids = [0, 1, 2].map((ordinal) => eventIdOf(command, ordinal));
    expect(new Set([command, ...ids]).size).toBe(4);
    expect([0, 1, 2].map((ordinal) => eventIdOf(command, ordinal))).toEqual(ids);
  });
});
