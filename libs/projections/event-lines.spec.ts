import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EventLines, type BareEvent } from './event-lines.js';

const text = fc.string({ unit: 'grapheme' }).map((one) => one.replaceAll('\n', ' '));
const event: fc.Arbitrary<BareEvent> = fc.record({
  stream: text,
  revision: fc.nat(),
  id: fc.uuid(),
  type: text,
  schema: fc.nat(),
  data: text,
  commandId: text,
});

it('gives back what was added in any number of pieces, and nothing of an earlier call', () => {
  const lines = new EventLines();
  fc.assert(
    fc.property(fc.array(fc.array(event), { minLength: 1 }), (pieces) => {
      fc.pre(pieces.some((piece) => piece.length > 0));
      lines.clear();
      for (const piece of pieces) lines.add(piece);
      expect(lines.events()).toEqual(pieces.flat());
    }),
  );
});

it('gives back the events of each stream together', () => {
  const lines = new EventLines();
  const one = { id: 'i', type: 'T', schema: 1, data: '', commandId: 'c' };
  const [first, second] = [0, 1].map((revision) => ({ ...one, stream: 'award-1', revision }));
  const other = { ...one, stream: 'award-2', revision: 7 };
  if (first === undefined || second === undefined) throw new Error('two events');
  lines.add([first, second]);
  lines.add([other]);
  expect(lines.eventsByStream()).toEqual([[first, second], [other]]);
});

it('holds a column as its statement takes it, however long it grows', () => {
  const lines = new EventLines();
  const one = { stream: '流', revision: 7, id: 'i', type: 'T', schema: 1, commandId: 'c' };
  const data = '据'.repeat(20_000);
  lines.add([{ ...one, data }]);
  lines.add([]);
  lines.add([{ ...one, data: 'd' }]);
  const texts = lines.values.map(String);
  expect(texts).toEqual([...['流\n流', '7\n7', 'i\ni', 'T\nT', '1\n1', `${data}\nd`, 'c\nc']]);
});
