import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { Refusal } from '#domain/refusal.js';
import { csvLine } from './rejects.js';
import { eachRow, type RawRow } from './table.js';

function table(text: string) {
  const rows: RawRow[] = [];
  let header: readonly string[] = [];
  const end = eachRow(
    'a.csv',
    text,
    (cells) => (header = cells),
    (row) => rows.push(row),
  );
  return { header, rows, end };
}

const refusal = (text: string) => {
  try {
    table(text);
  } catch (error) {
    if (error instanceof Refusal) return [error.code, error.facts['line']];
    throw error;
  }
  return ['taken'];
};

describe('a table', () => {
  it('gives each row the line on which it begins', () => {
    const { rows } = table('a,b\r\n"x\r\ny",2\r\n\r\n"5,""6""",\r\n3,4\r\n');
    expect(rows).toEqual([
      { line: 2, cells: ['x\r\ny', '2'] },
      { line: 5, cells: ['5,"6"', ''] },
      { line: 6, cells: ['3', '4'] },
    ]);
  });

  it('reads LF as CRLF, and a last line without an end', () => {
    const expected = [{ line: 2, cells: ['1', '2'] }];
    expect(table('a,b\n1,2\n').rows).toEqual(expected);
    expect(table('a,b\r\n1,2').rows).toEqual(expected);
    expect(table('a,b\r\n1,2').end).toEqual({ rows: 1, lastLine: 2, openEnd: true });
  });

  it('may have a header and no rows', () => {
    expect(table('a,b\r\n')).toMatchObject({ header: ['a', 'b'], rows: [] });
  });

  it('takes a quote inside a value as it stands', () => {
    expect(table('a,b\n1,x"y\n').rows).toEqual([{ line: 2, cells: ['1', 'x"y'] }]);
  });

  it.each([
    ['a,b,c\n1,2,3\n1,2', ['FILE_CUT', '3']],
    ['a,b\n1,"x', ['FILE_CUT', '2']],
    [`a,b\n1,"${'x,y\n'.repeat(30_000)}`, ['FILE_CUT', expect.any(String)]],
    ['a,b,c\n1,2,3\n1,2\n', ['taken']],
  ])('%#: tells a cut file from a short row', (text, expected) => {
    expect(refusal(text)).toEqual(expected);
  });

  it('gives back what was written, for any values', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', '张', ',', '"', '\n', '\r\n', ' ') });
    const rows = fc.array(fc.tuple(fc.constant('k'), cell, cell), { maxLength: 20 });
    fc.assert(
      fc.property(rows, fc.constantFrom('\n', '\r\n'), (written, lineEnd) => {
        const text = [['h', 'i', 'j'], ...written].map((row) => csvLine(row) + lineEnd).join('');
        const read = table(text);
        expect(read.rows.map(({ cells }) => cells)).toEqual(written);
        const lines = text.split(/\r\n|\n|\r/);
        for (const { line } of read.rows) expect(lines[line - 1]).toMatch(/^k,/);
      }),
    );
  });
});
