import { describe, expect, it } from '@jest/globals';
import { by, hand } from '#test/domain/hands.js';
import { given } from '#test/given.js';
import { signer } from '#test/signers.js';
import { day } from '../values/calendar.js';
import type { NoticeEvent } from './notice.events.js';
import { noticeDecider, noticeStream, type NoticeCommand } from './notice.js';

const header = {
  noticeNo: 'N1',
  office: '440103',
  subjects: ['G1', 'G2'],
  from: day('2026-10-21'),
  to: day('2026-10-27'),
  document: 'f1',
};
const publish: Extract<NoticeCommand, { type: 'PublishNotice' }> = {
  type: 'PublishNotice',
  ...header,
  ...{ earliestEnd: day('2026-10-27'), by: signer('li'), today: day('2026-10-20') },
};
const published: NoticeEvent = {
  type: 'NoticePublished',
  data: { ...header, hand: hand('li', 'make') },
};
const filedOn = day('2026-10-27');
const objection = { objectionNo: 'O1', subject: 'G1', document: 'e1', on: filedOn };
const file = { type: 'FileObjection', ...objection, by: signer('sun') } as const;
const filed: NoticeEvent = {
  type: 'ObjectionFiled',
  data: { ...objection, hand: hand('sun', 'make', 1, filedOn) },
};
const answer: Extract<NoticeCommand, { type: 'AnswerObjection' }> = {
  type: 'AnswerObjection',
  ...{ objectionNo: 'O1', upheld: true, reason: 'mass layoffs' },
  ...by('wang', filedOn),
};
const answered = (upheld: boolean): NoticeEvent => ({
  type: 'ObjectionAnswered',
  data: {
    ...{ objectionNo: 'O1', upheld, reason: 'mass layoffs' },
    hand: hand('wang', 'review', 1, filedOn),
  },
});
const end = { type: 'EndNotice', on: day('2026-10-28') } as const;

describe('publishing', () => {
  it('names what it is about, in its own stream', () => {
    given(noticeDecider).when(publish).records(published);
    expect(noticeStream('N1')).toBe('notice-N1');
  });
  it.each([
    { subjects: ['G1'] },
    { to: day('2026-10-28') },
    { from: day('2026-10-22') },
    { document: 'f2' },
    { office: '440104' },
  ])('under a number that is taken is refused: %j', (other) => {
    given(noticeDecider, published)
      .when({ ...publish, ...other })
      .refuses('NOTICE_NUMBER_TAKEN');
  });
  it('lasts as long as the place asks, and begins in public', () => {
    given(noticeDecider)
      .when({ ...publish, to: day('2026-10-26') })
      .refuses('NOTICE_TOO_SHORT');
    given(noticeDecider)
      .when({ ...publish, from: day('2026-10-19') })
      .refuses('FACT_IMPOSSIBLE');
  });
  it('names each subject once, and at least one', () => {
    given(noticeDecider)
      .when({ ...publish, subjects: [] })
      .refuses('FACT_MISSING');
    given(noticeDecider)
      .when({ ...publish, subjects: ['G1', 'G1'] })
      .refuses('FACT_IMPOSSIBLE');
  });
});

describe('a notice that was never published', () => {
  it.each<NoticeCommand>([file, answer, end])('refuses $type', (command) => {
    given(noticeDecider).when(command).refuses('NOTICE_UNKNOWN');
  });
});

describe('an objection', () => {
  it('is taken from the first day to the last', () => {
    given(noticeDecider, published).when(file).records(filed);
    for (const on of [day('2026-10-20'), day('2026-10-28')])
      given(noticeDecider, published)
        .when({ ...file, on })
        .refuses('NOTICE_NOT_OPEN');
  });
  it('is about what the notice names', () => {
    given(noticeDecider, published)
      .when({ ...file, subject: 'G3' })
      .refuses('FACT_IMPOSSIBLE');
  });
  it('has a number of its own', () => {
    given(noticeDecider, published, filed)
      .when({ ...file, document: 'e2' })
      .refuses('OBJECTION_NUMBER_TAKEN');
  });
  it('is answered by nobody who published it or took it in', () => {
    given(noticeDecider, published, filed).when(answer).records(answered(true));
    for (const person of ['li', 'sun'])
      given(noticeDecider, published, filed)
        .when({ ...answer, by: signer(person, `${person}-2`) })
        .refuses('SIGNER_ALREADY_IN_CHAIN');
  });
  it('is answered once, with a reason', () => {
    given(noticeDecider, published, filed, answered(true))
      .when({ ...answer, upheld: false })
      .refuses('OBJECTION_ANSWERED');
    given(noticeDecider, published, filed)
      .when({ ...answer, reason: ' ' })
      .refuses('REASON_MISSING');
    given(noticeDecider, published).when(answer).refuses('OBJECTION_UNKNOWN');
  });
});

describe('the end', () => {
  it('releases what nobody objects to', () => {
    given(noticeDecider, published)
      .when(end)
      .records({ type: 'NoticeEnded', data: { on: end.on, released: ['G1', 'G2'], denied: [] } });
    given(noticeDecider, published, filed, answered(false))
      .when(end)
      .records({ type: 'NoticeEnded', data: { on: end.on, released: ['G1', 'G2'], denied: [] } });
  });
  it('denies what an objection was upheld against', () => {
    const denied = [{ subject: 'G1', objectionNo: 'O1' }];
    given(noticeDecider, published, filed, answered(true))
      .when(end)
      .records({ type: 'NoticeEnded', data: { on: end.on, released: ['G2'], denied } });
  });
  it('waits for the last day and for every answer', () => {
    given(noticeDecider, published)
      .when({ ...end, on: header.to })
      .refuses('NOTICE_RUNNING');
    given(noticeDecider, published, filed).when(end).refuses('OBJECTION_OPEN');
  });
});

describe('a history that could not have happened', () => {
  it.each<readonly NoticeEvent[]>([
    [filed],
    [published, published],
    [published, { type: 'NoticeEnded', data: { on: end.on, released: [], denied: [] } }, filed],
  ])('stops the reader', (...history) => {
    expect(() => history.reduce(noticeDecider.evolve, noticeDecider.initial)).toThrow(
      /impossible history/,
    );
  });
});
