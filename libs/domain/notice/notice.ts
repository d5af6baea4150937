import { impossible, type Decider } from '../decider.js';
import { refuse } from '../refusal.js';
import { bar, type Hand, type Signer } from '../signing/signing.js';
import type { Day } from '../values/calendar.js';
import type { NoticeEvent, NoticeHeader, Objection } from './notice.events.js';

export type NoticeCommand =
  /** `earliestEnd` is the last day that the place's term asks for at least. */
  | (Readonly<{ type: 'PublishNotice'; earliestEnd: Day; by: Signer; today: Day }> & NoticeHeader)
  | (Readonly<{ type: 'FileObjection'; by: Signer }> & Objection)
  | Readonly<{
      type: 'AnswerObjection';
      objectionNo: string;
      upheld: boolean;
      reason: string;
      by: Signer;
      on: Day;
    }>
  | Readonly<{ type: 'EndNotice'; on: Day }>;

export type Notice =
  | Readonly<{ status: 'none' }>
  | Readonly<{
      status: 'published' | 'ended';
      header: NoticeHeader;
      /** Whoever published it or took in an objection. */
      hands: readonly Hand[];
      objections: readonly Heard[];
    }>;

/** `upheld` is undefined until somebody has answered. */
export type Heard = Objection & Readonly<{ upheld?: boolean; reason?: string }>;

type Published = Exclude<Notice, { status: 'none' }>;

export const noticeStream = (noticeNo: string): string => `notice-${noticeNo}`;

export const noticeDecider: Decider<Notice, NoticeCommand, NoticeEvent> = {
  initial: { status: 'none' },
  decide,
  evolve,
};

function decide(command: NoticeCommand, notice: Notice): readonly NoticeEvent[] {
  if (command.type === 'PublishNotice') return publish(command, notice);
  if (notice.status === 'none') refuse('NOTICE_UNKNOWN', {});
  switch (command.type) {
    case 'FileObjection':
      return file(command, notice);
    case 'AnswerObjection':
      return answer(command, notice);
    case 'EndNotice':
      return end(command, notice);
  }
}

type Publish = Extract<NoticeCommand, { type: 'PublishNotice' }>;

function publish(command: Publish, notice: Notice): readonly NoticeEvent[] {
  const { noticeNo, office, subjects, from, to, document, by, today, earliestEnd } = command;
  const header = { noticeNo, office, subjects, from, to, document };
  if (notice.status !== 'none') {
    if (sameHeader(notice.header, header)) return [];
    refuse('NOTICE_NUMBER_TAKEN', { notice: noticeNo });
  }
  if (subjects.length === 0) refuse('FACT_MISSING', { fact: 'subjects' });
  if (new Set(subjects).size < subjects.length) refuse('FACT_IMPOSSIBLE', { fact: 'subjects' });
  // A day that is past was not a public one.
  if (from < today) refuse('FACT_IMPOSSIBLE', { fact: 'from' });
  if (to < earliestEnd) refuse('NOTICE_TOO_SHORT', { notice: noticeNo, earliestEnd });
  return [{ type: 'NoticePublished', data: { ...header, hand: handOf(by, today) } }];
}

function file(
  { objectionNo, subject, document, on, by }: Extract<NoticeCommand, { type: 'FileObjection' }>,
  notice: Published,
): readonly NoticeEvent[] {
  const known = notice.objections.find((one) => one.objectionNo === objectionNo);
  if (known !== undefined) {
    if (known.subject === subject && known.document === document) return [];
    refuse('OBJECTION_NUMBER_TAKEN', { objection: objectionNo });
  }
  const { from, to, subjects } = notice.header;
  if (notice.status === 'ended' || on < from || on > to) refuse('NOTICE_NOT_OPEN', { from, to });
  if (!subjects.includes(subject)) refuse('FACT_IMPOSSIBLE', { fact: 'subject' });
  const data = { objectionNo, subject, document, on, hand: handOf(by, on) };
  return [{ type: 'ObjectionFiled', data }];
}

/** Who published the notice or took the objection in does not judge it. */
function answer(
  command: Extract<NoticeCommand, { type: 'AnswerObjection' }>,
  notice: Published,
): readonly NoticeEvent[] {
  const { objectionNo, upheld, reason, by, on } = command;
  const known = notice.objections.find((one) => one.objectionNo === objectionNo);
  if (known === undefined) refuse('OBJECTION_UNKNOWN', { objection: objectionNo });
  if (known.upheld !== undefined) {
    if (known.upheld === upheld && known.reason === reason) return [];
    refuse('OBJECTION_ANSWERED', { objection: objectionNo });
  }
  const persons = notice.hands.map(({ person }) => person);
  bar(by, persons, 'SIGNER_ALREADY_IN_CHAIN');
  if (reason.trim() === '') refuse('REASON_MISSING', {});
  const data = {
    objectionNo,
    upheld,
    reason,
    hand: { ...handOf(by, on), step: 'review' } as const,
  };
  return [{ type: 'ObjectionAnswered', data }];
}

/** The day after its last one, when every objection has its answer. */
function end(
  { on }: Extract<NoticeCommand, { type: 'EndNotice' }>,
  notice: Published,
): readonly NoticeEvent[] {
  if (notice.status === 'ended') return [];
  const { header, objections } = notice;
  if (on <= header.to) refuse('NOTICE_RUNNING', { to: header.to });
  const open = objections.find(({ upheld }) => upheld === undefined);
  if (open !== undefined) refuse('OBJECTION_OPEN', { objection: open.objectionNo });
  const denied = header.subjects.flatMap((subject) => {
    const upheld = objections.find((one) => one.subject === subject && one.upheld === true);
    return upheld === undefined ? [] : [{ subject, objectionNo: upheld.objectionNo }];
  });
  const isDenied = (subject: string) => denied.some((one) => one.subject === subject);
  const released = header.subjects.filter((subject) => !isDenied(subject));
  return [{ type: 'NoticeEnded', data: { on, released, denied } }];
}

function evolve(notice: Notice, event: NoticeEvent): Notice {
  if (event.type === 'NoticePublished') {
    if (notice.status !== 'none') return impossible(event.type, 'a notice that was published');
    const { hand, ...header } = event.data;
    return { status: 'published', header, hands: [hand], objections: [] };
  }
  if (notice.status !== 'published') return impossible(event.type, `a notice: ${notice.status}`);
  switch (event.type) {
    case 'ObjectionFiled': {
      const { hand, ...objection } = event.data;
      const { hands, objections } = notice;
      return { ...notice, hands: [...hands, hand], objections: [...objections, objection] };
    }
    case 'ObjectionAnswered': {
      const { objectionNo, upheld, reason } = event.data;
      const objections = notice.objections.map((one) =>
        one.objectionNo === objectionNo ? { ...one, upheld, reason } : one,
      );
      return { ...notice, objections };
    }
    case 'NoticeEnded':
      return { ...notice, status: 'ended' };
    default:
      return impossible(event, 'a notice');
  }
}

function handOf(by: Signer, day: Day): Hand {
  return { ...by, step: 'make', round: 1, day };
}

function sameHeader(left: NoticeHeader, right: NoticeHeader): boolean {
  return (
    left.office === right.office &&
    left.subjects.join(' ') === right.subjects.join(' ') &&
    left.from === right.from &&
    left.to === right.to &&
    left.document === right.document
  );
}
