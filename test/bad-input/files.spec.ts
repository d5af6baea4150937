import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, it } from '@jest/globals';
import type { Answer } from '#test/stories/desk.js';
import { BadInput } from './office.js';

const header = 'number,id,name,household,enrolledOn';
const mebibyte = 1024 * 1024;

describe('a file that is none', () => {
  let bad: BadInput;
  let sent = 0;

  beforeAll(async () => {
    bad = await BadInput.open();
  }, 120_000);

  afterAll(() => bad.server.close());

  const hand =
    (kind: string, bytes: Buffer) =>
    (language: string): Promise<Answer> => {
      sent += 1;
      const desk = bad.county.desk('intake').acting({ 'accept-language': language });
      return desk.file(`/imports/${kind}`, `file-${sent}.csv`, bytes);
    };

  it.each([
    ['empty', Buffer.alloc(0)],
    ['nothing but blanks', Buffer.from(' \r\n\n')],
  ])('is refused when it is %s', async (_what, bytes) => {
    await bad.refuses(hand('persons', bytes), { status: 422, code: 'FILE_EMPTY' });
  });

  it('is refused when it is cut in the middle of a row', async () => {
    const whole = Buffer.from(`${header}\nP800,11010519491231002X,"郑十一",urban,2020-01-01\n`);
    const cut = whole.subarray(0, whole.length - 20);
    await bad.refuses(hand('persons', cut), { status: 422, code: 'FILE_CUT' });
    const inQuotes = whole.subarray(0, whole.indexOf('十一'));
    await bad.refuses(hand('persons', inQuotes), { status: 422, code: 'FILE_CUT' });
    const inCharacter = whole.subarray(0, whole.indexOf('十一') + 1);
    await bad.refuses(hand('persons', inCharacter), { status: 422, code: 'FILE_CUT' });
  });

  it('is refused when it is noise, or a picture', async () => {
    const noise = Buffer.concat([randomBytes(64 * 1024), Buffer.alloc(64)]);
    await bad.refuses(hand('persons', noise), { status: 422, code: 'FILE_NOT_TEXT' });
    const picture = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
    await bad.refuses(hand('persons', picture), { status: 422, code: 'FILE_NOT_TEXT' });
  });

  it('is refused when it has 100 MB', async () => {
    const row = 'P900,11010519491231002X,郑十一,urban,2020-01-01\n';
    const large = Buffer.alloc(100 * mebibyte, row);
    await bad.refuses(hand('persons', large), { status: 413, code: 'FILE_TOO_LARGE' });
  }, 60_000);

  it('is refused when a column is missing, which it names', async () => {
    const bytes = Buffer.from(`${header.replace('id,', '')}\nP800,郑十一,urban,2020-01-01\n`);
    const expected = { status: 422, code: 'FILE_COLUMNS' };
    await bad.refuses(hand('persons', bytes), expected);
  });

  it('is refused when there is no such kind', async () => {
    const bytes = Buffer.from(`${header}\n`);
    await bad.refuses(hand('pensioners', bytes), { status: 404, code: 'FILE_KIND_UNKNOWN' });
  });

  it('is refused as a request when it is JSON cut in the middle, or too much of it', async () => {
    const { url } = bad.server;
    const send =
      (body: string) =>
      async (language: string): Promise<Answer> => {
        const answer = await fetch(`${url}/api/v1/session`, {
          ...{ method: 'POST', body },
          headers: { 'content-type': 'application/json', 'accept-language': language },
        });
        const text = await answer.text();
        return {
          status: answer.status,
          headers: {},
          text,
          body: JSON.parse(text) as object as never,
        };
      };
    await bad.refuses(send('{"login":"demo-in'), { status: 400, code: 'BODY_INVALID' });
    const long = JSON.stringify({ login: 'x'.repeat(2 * mebibyte), password: 'x' });
    await bad.refuses(send(long), { status: 413, code: 'FILE_TOO_LARGE' });
  });
});
