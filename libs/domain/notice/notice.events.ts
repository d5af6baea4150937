import { codec, type EventCodec } from '../codec.js';
import type { Fact } from '../decider.js';
import type { Hand } from '../signing/signing.js';
import type { Day } from '../values/calendar.js';

/**
 * What a public notice (公示) can remember: what it names, who objected, and what came of it. These
 * shapes are on disk for ever: add a field as optional, or write a new version and an upcaster.
 */
export type NoticeEvent =
  | Fact<'NoticePublished', NoticeHeader & { hand: Hand }>
  | Fact<'ObjectionFiled', Objection & { hand: Hand }>
  | Fact<'ObjectionAnswered', { objectionNo: string; upheld: boolean; reason: string; hand: Hand }>
  | Fact<'NoticeEnded', { on: Day; released: readonly string[]; denied: readonly Denial[] }>;

/** Published from the first day to the last, both included; `subjects` are grants. */
export type NoticeHeader = Readonly<{
  noticeNo: string;
  office: string;
  subjects: readonly string[];
  from: Day;
  to: Day;
  /** SHA-256 (hex) of the notice as it hung out. */
  document: string;
}>;

/** What was objected stands in a sealed file, named by its SHA-256; nothing here says by whom. */
export type Objection = Readonly<{
  objectionNo: string;
  subject: string;
  document: string;
  on: Day;
}>;

export type Denial = Readonly<{ subject: string; objectionNo: string }>;

export const noticeCodecs: Record<NoticeEvent['type'], EventCodec> = {
  NoticePublished: codec([]),
  ObjectionFiled: codec([]),
  ObjectionAnswered: codec([]),
  NoticeEnded: codec([]),
};
