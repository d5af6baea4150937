import type { Column, FileForm, Layout } from './layout.js';
import { reasonCodes } from './reasons.js';

type Meaning = Readonly<{ zh: string; en: string }>;
type Kind = 'text' | 'note' | 'token' | 'account' | 'bank' | 'day' | 'month';

function left(name: string, kind: Kind, bytes: number, meaning: Meaning): Column {
  return { name, kind, bytes, align: 'left', ...meaning };
}

function optional(name: string, kind: Kind, bytes: number, meaning: Meaning): Column {
  return { name, kind, bytes, align: 'left', optional: true, ...meaning };
}

function count(name: string, meaning: Meaning): Column {
  return { name, kind: 'count', bytes: 8, align: 'right', ...meaning };
}

function amount(name: string, meaning: Meaning): Column {
  return { name, kind: 'amount', bytes: 16, align: 'right', ...meaning };
}

function total(name: string, meaning: Meaning): Column {
  return { name, kind: 'total', bytes: 16, align: 'right', ...meaning };
}

function constant(name: string, value: string, meaning: Meaning): Column {
  return { name, kind: 'constant', value, bytes: value.length, align: 'left', ...meaning };
}

function word(name: string, words: Readonly<Record<string, string>>, meaning: Meaning): Column {
  return { name, kind: 'word', words, bytes: 1, align: 'left', ...meaning };
}

const headerMark = constant('mark', 'H', { zh: '记录标识：首行', en: 'Record: header' });
const detailMark = constant('mark', 'D', { zh: '记录标识：明细', en: 'Record: detail' });
const trailerMark = constant('mark', 'T', { zh: '记录标识：末行', en: 'Record: trailer' });

/** `form` names the file's kind and version and lets a reader recognise it by its first bytes. */
function batchForm(form: string, dayBytes: number, monthBytes: number): FileForm {
  return {
    header: [
      headerMark,
      constant('form', form, { zh: '文件格式', en: 'Format and version' }),
      left('batchId', 'token', 40, { zh: '批次号', en: 'Batch; never used for two payments' }),
      left('payerAccount', 'account', 32, { zh: '付款账号', en: 'Payment account of the pool' }),
      left('pool', 'token', 12, { zh: '统筹区', en: 'Pool that pays' }),
      left('month', 'month', monthBytes, { zh: '发放期', en: 'Month of the roll' }),
      count('count', { zh: '总笔数', en: 'Detail records' }),
      total('totalFen', { zh: '总金额', en: 'Sum of the details' }),
      left('valueDate', 'day', dayBytes, { zh: '起息日', en: 'Day on which to pay' }),
    ],
    detail: [
      detailMark,
      count('seq', { zh: '序号', en: 'From 1, without gaps' }),
      left('payeeAccount', 'account', 32, { zh: '收款账号', en: "Payee's account" }),
      left('payeeName', 'text', 120, { zh: '收款户名', en: "Name of the account's holder" }),
      left('bankCode', 'bank', 12, { zh: '收款行行号', en: "Payee's bank, 12 digits" }),
      amount('amountFen', { zh: '金额', en: 'Amount, more than zero' }),
      left('instructionId', 'token', 40, { zh: '支付指令号', en: 'Comes back in the receipt' }),
      optional('remark', 'text', 60, { zh: '附言', en: "Text on the payee's statement" }),
    ],
    trailer: [
      trailerMark,
      count('count', { zh: '总笔数', en: 'Detail records' }),
      total('totalFen', { zh: '总金额', en: 'Sum of the details' }),
    ],
  };
}

function receiptForm(form: string, dayBytes: number): FileForm {
  return {
    header: [
      headerMark,
      constant('form', form, { zh: '文件格式', en: 'Format and version' }),
      left('receiptId', 'token', 48, { zh: '回盘流水号', en: "The bank's serial of this file" }),
      left('batchId', 'token', 40, { zh: '批次号', en: 'Batch that is answered' }),
      count('part', { zh: '部分序号', en: 'From 1; one batch may be answered in parts' }),
      word(
        'kind',
        { results: 'R', returns: 'T' },
        {
          zh: '种类：R 结果，T 退票',
          en: 'R results of paying, T money that came back later',
        },
      ),
      left('madeOn', 'day', dayBytes, { zh: '出具日', en: 'Day on which the bank made the file' }),
      count('count', { zh: '总笔数', en: 'Detail records' }),
    ],
    detail: [
      detailMark,
      count('lineNo', { zh: '行号', en: 'From 1, without gaps, in this file' }),
      left('instructionId', 'token', 40, { zh: '支付指令号', en: 'As it was sent' }),
      amount('amountFen', { zh: '金额', en: 'Amount, more than zero' }),
      word(
        'result',
        { success: 'S', failed: 'F', returned: 'R' },
        {
          zh: '结果：S 成功，F 失败，R 退回',
          en: 'S credited, F never credited, R came back',
        },
      ),
      optional('reasonCode', 'token', 8, { zh: '原因代码', en: 'Empty on success' }),
      optional('reasonText', 'note', 60, { zh: '原因', en: 'Not read: the code decides' }),
      left('valueDate', 'day', dayBytes, { zh: '银行记账日', en: "Day in the bank's books" }),
      optional('bankSerial', 'token', 32, {
        zh: '银行流水号',
        en: "The bank's serial of the line",
      }),
    ],
    trailer: [
      trailerMark,
      count('count', { zh: '总笔数', en: 'Detail records' }),
      count('successCount', { zh: '成功笔数', en: 'Lines credited' }),
      total('successFen', { zh: '成功金额', en: 'Money credited' }),
      count('failedCount', { zh: '失败笔数', en: 'Lines never credited' }),
      total('failedFen', { zh: '失败金额', en: 'Money never credited' }),
      count('returnedCount', { zh: '退回笔数', en: 'Lines that came back' }),
      total('returnedFen', { zh: '退回金额', en: 'Money that came back' }),
    ],
  };
}

const isoReasons = reasonCodes.map((code) => ({ code, means: code }));

/** Cells between `|`, GB18030, CRLF, yuan with two decimals, dates with dashes. */
export const delimitedV1: Layout = {
  name: 'delimited-v1',
  shape: { kind: 'delimited', separator: '|' },
  encoding: 'gb18030',
  newline: '\r\n',
  amounts: 'yuan',
  days: 'YYYY-MM-DD',
  coverage: 'every-line',
  reasons: isoReasons,
  batch: batchForm('YJ-PAY-1', 10, 7),
  receipt: receiptForm('YJ-RECEIPT-1', 10),
};

/**
 * Cells of fixed length in bytes of GB18030, LF, whole fen, dates without dashes. The reason codes
 * are of the kind banks number for themselves: several of them may mean the same to us.
 */
export const fixedV1: Layout = {
  name: 'fixed-v1',
  shape: { kind: 'fixed' },
  encoding: 'gb18030',
  newline: '\n',
  amounts: 'fen',
  days: 'YYYYMMDD',
  coverage: 'every-line',
  reasons: [
    { code: '1001', means: 'BE01' },
    { code: '1002', means: 'AC03' },
    { code: '1003', means: 'AC04' },
    { code: '1004', means: 'AC06' },
    { code: '1005', means: 'AC06' },
    { code: '1006', means: 'AC14' },
    { code: '1007', means: 'AG01' },
    { code: '1008', means: 'RC01' },
    { code: '2001', means: 'AM04' },
    { code: '2002', means: 'AM05' },
    { code: '3001', means: 'MD07' },
    { code: '9999', means: 'MS03' },
  ],
  batch: batchForm('YJPAY001', 8, 6),
  receipt: receiptForm('YJRCT001', 8),
};

/**
 * As `delimited-v1`, from a bank that lists only what failed. Not among the layouts read unasked.
 */
export const delimitedFailuresV1: Layout = {
  ...delimitedV1,
  name: 'delimited-failures-v1',
  coverage: 'failures-only',
  batch: batchForm('YJ-PAY-F1', 10, 7),
  receipt: receiptForm('YJ-RECEIPT-F1', 10),
};

/** The layouts a file is recognised against unless a caller names others. */
export const shippedLayouts: readonly Layout[] = [delimitedV1, fixedV1];
