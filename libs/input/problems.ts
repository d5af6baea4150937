/**
 * Why a row is not taken, in the words files and answers carry. A problem names the place and the
 * reason and never repeats the value: rows hold identity numbers, names and accounts.
 */
export const reasons = {
  'row-length': ['列数与表头不一致', 'The row has another number of columns than the header'],
  'text-damaged': ['含有损坏的字符', 'The value holds a damaged character'],
  'value-missing': ['必填项为空', 'A value that is needed is missing'],
  'number-invalid': ['编号格式不正确', 'The number is not well formed'],
  'id-invalid': ['公民身份号码不正确', 'The identity number is not valid'],
  'day-invalid': ['日期不正确', 'This is not a day (YYYY-MM-DD)'],
  'month-invalid': ['年月不正确', 'This is not a month (YYYY-MM)'],
  'code-unknown': ['代码不在允许范围内', 'The code is not one of those that are known'],
  'count-invalid': ['应为非负整数', 'This is not a whole number'],
  'bank-code-invalid': ['银行行号应为12位数字', 'A bank code has 12 digits'],
  'account-invalid': ['收款账号格式不正确', 'The account number is not well formed'],
  'amount-invalid': ['金额不是数字', 'This is not an amount'],
  'amount-not-whole': ['金额不是整分', 'The amount is not a whole number of fen'],
  'employer-unknown': ['单位未登记', 'The employer is not registered'],
  'person-unknown': ['人员未登记', 'The person is not registered'],
  'office-unknown': ['经办机构不存在', 'The office does not exist'],
  'office-out-of-scope': [
    '不属于您职责范围内的机构',
    'It is the matter of an office outside the scope of your duty',
  ],
  'claim-unknown': ['待遇核定不存在', 'There is no such award for this person'],
  'amount-negative': ['金额为负数', 'The amount is negative'],
  'amount-zero': ['金额为零', 'The amount is zero'],
  'amount-not-base-times-rate': ['金额不等于缴费基数乘以费率', 'The amount is not base × rate'],
  'month-without-rate': ['该月没有费率', 'No rate is known for this month'],
  'person-month-duplicate': ['同一人同一月重复', 'The person has this month already'],
  'month-before-enrolment': ['早于参保日期', 'The month is before the enrolment'],
  'span-reversed': ['起始晚于截止', 'The end is before the start'],
  'months-drawn-too-many': ['已领月数超过核定月数', 'More months drawn than awarded'],
  'months-unpaid-too-many': [
    '未发月份多于已领月数：已领月数含未发月份，请核对期初待遇与期初未发两表',
    'More months unpaid than drawn; drawn months count unpaid ones too: compare the two lists',
  ],
  'id-taken': ['公民身份号码已属于他人', 'The identity number belongs to another person'],
  'number-taken': ['编号已用于其他内容', 'The number is taken, with other content'],
  'row-differs': ['与已导入的同一事项不一致', 'The same matter was given with other content'],
} as const satisfies Readonly<Record<string, readonly [zh: string, en: string]>>;

/** What is worth a second look but takes no row away. */
export const warningReasons = {
  'credit-code-check': [
    '统一社会信用代码校验位不符',
    'The check character of the credit code does not fit',
  ],
  'id-15-digits': ['15位旧身份号码，已换算为18位', 'An old number of 15 digits, read as 18'],
  'line-end-missing': [
    '末行没有换行，请确认文件完整',
    'The last line has no line end: see that the file is whole',
  ],
} as const satisfies Readonly<Record<string, readonly [zh: string, en: string]>>;

export type Reason = keyof typeof reasons;
export type WarningReason = keyof typeof warningReasons;

/** Where a row went wrong: line 1 is the header, the column is named as the file names it. */
export type RowProblem = Readonly<{
  file: string;
  line: number;
  column: string;
  reason: Reason;
  zh: string;
  en: string;
}>;
export type RowWarning = Readonly<Omit<RowProblem, 'reason'> & { reason: WarningReason }>;

type Place = Readonly<{ file: string; line: number; column: string }>;

export function rowProblem(place: Place, reason: Reason): RowProblem {
  const [zh, en] = reasons[reason];
  return { ...place, reason, zh, en };
}

export function rowWarning(place: Place, reason: WarningReason): RowWarning {
  const [zh, en] = warningReasons[reason];
  return { ...place, reason, zh, en };
}
