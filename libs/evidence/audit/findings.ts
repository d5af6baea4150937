import type { Fact } from './raw.js';

/**
 * What an auditor can find. Each code is one rule, with the sentence that says which rule was
 * broken; where and by what figures stands in the finding's position, stream and facts.
 */
export const sentences = {
  LOG_CHANGED: {
    zh: '事件链或树与所存事件不符：有事件被改动、删除或插入',
    en: 'The chain or the tree does not fit the events: one was changed, removed or put in',
  },
  EVENT_UNREADABLE: {
    zh: '事件内容无法读取',
    en: 'The event cannot be read',
  },
  AWARD_NOT_OPENED: {
    zh: '待遇核定尚未建立就有了后续事件',
    en: 'Something happened to an award that was never opened',
  },
  AWARD_OPENED_TWICE: { zh: '同一待遇核定被建立两次', en: 'An award was opened twice' },
  LINE_OPENED_TWICE: {
    zh: '同一应发明细重复产生',
    en: 'A due line was opened while it was open, or after it was paid',
  },
  LINE_NOT_OPEN: {
    zh: '所涉应发明细不存在或已了结',
    en: 'The due line does not exist, or is settled already',
  },
  LINE_PAID_TWICE: { zh: '同一应发明细被支付两次', en: 'A due line is paid a second time' },
  LINE_IN_TRANSIT: {
    zh: '在途的应发明细被再次支付、撤回或取消',
    en: 'A due line in transit is instructed again, withdrawn or cancelled',
  },
  DUE_AFTER_END: {
    zh: '停发或中断之后的月份仍产生应发',
    en: 'A month fell due at or after the month from which the award had ended',
  },
  MONTHS_EXCEEDED: {
    zh: '已领月数超过核定月数',
    en: 'More months fell due than were awarded',
  },
  MONTH_NUMBER_DIFFERS: {
    zh: '应发的领取月序号与已领月数不符',
    en: 'The number of the month does not follow the months drawn before it',
  },
  AMOUNT_NEGATIVE: { zh: '金额为负', en: 'An amount is negative' },
  AMOUNT_DIFFERS: {
    zh: '金额与其所对应的明细或支付指令不符',
    en: 'The amount is not that of the due lines or of the instruction it answers',
  },
  ACCOUNT_NOT_CURRENT: {
    zh: '支付账户不是该待遇当时登记的账户',
    en: 'The account paid is not the account the award had at that time',
  },
  INSTRUCTED_TWICE: {
    zh: '支付指令编号重复',
    en: 'The number of an instruction was used before',
  },
  PAYMENT_NOT_INSTRUCTED: {
    zh: '实发没有对应的支付指令',
    en: 'The bank’s answer has no instruction before it',
  },
  PAYMENT_ANSWERED_TWICE: {
    zh: '支付指令已有结果，不应再次入账',
    en: 'The instruction was answered before',
  },
  RETURN_WITHOUT_PAYMENT: {
    zh: '退票没有对应的实发',
    en: 'Money came back that was not paid',
  },
  POSTED_WITHOUT_DOCUMENT: {
    zh: '入账没有当月已准入且未清结的单据',
    en: 'The posting names no document that its office’s month had admitted and not discharged',
  },
  DOCUMENT_ADMITTED_TWICE: { zh: '同一单据被准入两次', en: 'A document was admitted twice' },
  DISCHARGED_NOT_ADMITTED: {
    zh: '清结了未准入的单据',
    en: 'A document was discharged that was not admitted',
  },
  DOCUMENT_SHEET_DIFFERS: {
    zh: '单据清结的合计与其逐笔入账之和不符',
    en: 'The totals of a discharged document are not the sum of what it posted to the awards',
  },
  FUNDS_EXCEEDED: {
    zh: '占用超过已到拨款',
    en: 'More money was reserved than had been allotted',
  },
  BOOKED_AFTER_CUT: {
    zh: '月度截止后仍记入当月',
    en: 'Something was booked in a month after its cut',
  },
  CUT_WITH_OPEN_DOCUMENT: {
    zh: '月度截止时仍有未清结的单据',
    en: 'The month was cut while an admitted document was not discharged',
  },
  CUT_SHEET_DIFFERS: {
    zh: '月度账页与各待遇逐笔之和不符',
    en: 'The month’s sheet is not the sum of what was posted to the awards',
  },
  IDENTITY_BROKEN: {
    zh: '期初未发＋应发＋退票＋调增－调减≠实发＋核销＋期末未发',
    en: 'Opening + due + returned + increases − decreases is not paid + cancelled + closing',
  },
  CARRY_OVER_DIFFERS: {
    zh: '期初未发与上月期末未发不符',
    en: 'The opening is not what the month before left unpaid',
  },
  UNPAID_DIFFERS: {
    zh: '月结所列未发与逐笔清点不符',
    en: 'The unpaid lines of the close are not those counted by reason and age',
  },
  CLOSE_LINES_DIFFER: {
    zh: '月结未发清单与逐笔清点不符',
    en: 'The list of unpaid lines of the close is not the one recomputed',
  },
  RECEIPTS_DIFFER: {
    zh: '月结所列回盘合计与回盘单据或入账不符',
    en: 'The receipts’ totals of the close are not those of the bank’s lines',
  },
  CUT_POSITION_DIFFERS: {
    zh: '月结所载截止位置不符',
    en: 'The close names another position than that of its cut',
  },
  CLOSE_ROOT_DIFFERS: {
    zh: '月结所载链头或树根与事件日志不符',
    en: 'The head link or the tree root of the close is not that of the log at the cut',
  },
  DOCUMENT_MISSING: { zh: '单据缺失', en: 'A document that events name does not exist' },
  DOCUMENT_CHANGED: {
    zh: '单据内容与其摘要不符',
    en: 'The lines of a document do not have its SHA-256',
  },
  DOCUMENT_ROOT_DIFFERS: {
    zh: '单据的树根、行数或金额与事件所载不符',
    en: 'The root, the number of lines or the amount of a document is not what the event says',
  },
  SEEN_DIFFERS: {
    zh: '签署时所见与所制单据不符',
    en: 'What was signed is not what was prepared',
  },
  LINE_NOT_IN_DOCUMENT: {
    zh: '入账或指令不是其单据中的一行',
    en: 'The posting is not a line of its document',
  },
  LINES_NOT_POSTED: {
    zh: '单据中有既未入账也未列为拒绝的行',
    en: 'A line of the document was neither posted nor named as refused',
  },
  SEALED_CHANGED: { zh: '密封数据被改动', en: 'A sealed row was changed' },
  SEALED_MISSING: { zh: '密封数据缺失', en: 'A sealed row is missing' },
  SEALED_REBOUND: {
    zh: '同一密封数据在事件中有两个摘要',
    en: 'Events bind one sealed row to two different hashes',
  },
  SEGREGATION_BREACH: {
    zh: '职责分离被突破',
    en: 'The segregation of duties was broken',
  },
} as const satisfies Record<string, Readonly<{ zh: string; en: string }>>;

export type FindingCode = keyof typeof sentences;

/** Names no person of the register: only positions, streams and figures. */
export type Finding = Readonly<{
  code: FindingCode;
  position: bigint;
  stream: string;
  zh: string;
  en: string;
  facts: Readonly<Record<string, string>>;
}>;

export type Place = Readonly<{ position: bigint; stream: string }>;
export type Report = (
  code: FindingCode,
  place: Place | Fact,
  facts?: Readonly<Record<string, string>>,
) => void;

/** More would not be read by anybody; the count goes on. */
const mostKept = 1_000;

/** Collects what is found, in bounded memory however much is wrong. */
export class Findings {
  private readonly kept: Finding[] = [];
  found = 0;

  readonly report: Report = (code, { position, stream }, facts = {}) => {
    this.found += 1;
    if (this.kept.length < mostKept) {
      this.kept.push({ code, position, stream, ...sentences[code], facts });
    }
  };

  /** By position; of one position, in the order in which they were found. */
  sorted(): readonly Finding[] {
    return [...this.kept].sort((left, right) =>
      left.position === right.position ? 0 : left.position < right.position ? -1 : 1,
    );
  }
}
