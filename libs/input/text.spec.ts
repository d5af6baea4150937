import { describe, expect, it } from '@jest/globals';
import iconv from 'iconv-lite';
import { Refusal } from '#domain/refusal.js';
import { maxFileBytes, textOf } from './text.js';

const code = (bytes: Uint8Array) => {
  try {
    textOf('a.csv', bytes);
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
  return 'taken';
};
const utf8 = (text: string) => Buffer.from(text, 'utf8');
const gb = (text: string) => iconv.encode(text, 'gb18030');

describe('the text of a file', () => {
  it('is UTF-8, with its mark or without', () => {
    expect(textOf('a.csv', utf8('姓名\n张三\n'))).toEqual({
      text: '姓名\n张三\n',
      encoding: 'utf-8',
    });
    expect(textOf('a.csv', utf8('\ufeff姓名\n')).text).toBe('姓名\n');
  });

  it('is GB18030 otherwise, rare four-byte characters and a header alone included', () => {
    const text = '个人编号,姓名\r\nP1,㐱𠮷\r\n';
    expect(textOf('a.csv', gb(text))).toEqual({ text, encoding: 'gb18030' });
    expect(textOf('a.csv', gb('个人编号,签到日期\r\n')).text).toBe('个人编号,签到日期\r\n');
  });

  it.each([
    ['nothing', Buffer.alloc(0), 'FILE_EMPTY'],
    ['a mark alone', utf8('\ufeff'), 'FILE_EMPTY'],
    ['blank lines', utf8('\r\n  \r\n'), 'FILE_EMPTY'],
    ['100 MB', Buffer.alloc(100 * 1024 * 1024, 0x61), 'FILE_TOO_LARGE'],
    ['one byte too many', Buffer.alloc(maxFileBytes + 1, 0x61), 'FILE_TOO_LARGE'],
    ['a NUL', utf8('a,b\n1,\0\n'), 'FILE_NOT_TEXT'],
    ['UTF-16', Buffer.from('\ufeffa,b\n', 'utf16le'), 'FILE_NOT_TEXT'],
    ['an escape', utf8('a,b\n1,\u001b[0m\n'), 'FILE_NOT_TEXT'],
    ['a spreadsheet', Buffer.from('504b0304140006000800', 'hex'), 'FILE_NOT_TEXT'],
    ['UTF-8 cut in a character', utf8('a,张\n1,三').subarray(0, -1), 'FILE_CUT'],
    ['GB18030 cut in a character', gb('a,b\n1,张三').subarray(0, -1), 'FILE_CUT'],
    ['one letter', utf8('a'), 'taken'],
  ])('%s', (_, bytes, expected) => {
    expect(code(bytes)).toBe(expected);
  });

  it('is never made of noise', () => {
    for (let seed = 1; seed <= 200; seed += 1) {
      let state = seed;
      const bytes = Uint8Array.from({ length: 400 }, () => {
        state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
        return state >>> 24;
      });
      expect([seed, code(bytes)]).toEqual([seed, 'FILE_NOT_TEXT']);
    }
  });
});
