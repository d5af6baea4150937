import type { ColumnSpec } from './write.js';

const account: readonly ColumnSpec[] = [
  ['bankCode', '收款银行行号'],
  ['account', '收款账号'],
  ['holder', '账户户名'],
];

/** The columns of each kind of file, in the order bureaus write them. */
export const columns = {
  employers: [
    ['number', '单位编号'],
    ['creditCode', '统一社会信用代码'],
    ['name', '单位名称'],
    ['office', '经办机构'],
    ['enrolledOn', '参保日期'],
  ],
  persons: [
    ['number', '个人编号'],
    ['id', '公民身份号码'],
    ['name', '姓名'],
    ['household', '户籍性质', { urban: '城镇', rural: '农村' }],
    ['enrolledOn', '参保日期'],
    ['phone', '手机号'],
  ],
  history: [
    ['person', '个人编号'],
    ['from', '起始年月'],
    ['to', '截止年月'],
    ['used', '是否已用于领取', { yes: '是', no: '否' }],
  ],
  declarations: [
    ['month', '费款所属期'],
    ['employer', '单位编号'],
    ['person', '个人编号'],
    ['wageFen', '缴费工资', 'yuan'],
    ['baseFen', '缴费基数', 'yuan'],
    ['employerFen', '单位缴费', 'yuan'],
    ['employeeFen', '个人缴费', 'yuan'],
  ],
  collections: [
    ['month', '费款所属期'],
    ['employer', '单位编号'],
    ['receivedOn', '到账日期'],
    ['amountFen', '到账金额', 'yuan'],
    ['receipt', '票据号'],
  ],
  registrations: [
    ['person', '个人编号'],
    ['employer', '单位编号'],
    ['endedOn', '终止日期'],
    ['reason', '终止原因'],
    ['registeredOn', '失业登记日期'],
    ['certificate', '就业失业登记证号'],
  ],
  claims: [
    ['number', '申领编号'],
    ['person', '个人编号'],
    ['claimedOn', '申领日期'],
    ['office', '经办机构'],
    ...account,
  ],
  'sign-ins': [
    ['person', '个人编号'],
    ['signedOn', '签到日期'],
  ],
  extracts: [
    ['source', '来源'],
    ['id', '公民身份号码'],
    ['event', '事项', { 're-employed': '就业', died: '死亡', imprisoned: '服刑', pension: '养老' }],
    ['happenedOn', '发生日期'],
  ],
  accounts: [['person', '个人编号'], ['changedOn', '变更日期'], ...account],
  opening: [
    ['claim', '申领编号'],
    ['person', '个人编号'],
    ['awardedMonths', '核定月数'],
    ['drawnMonths', '已领月数'],
    ['firstMonth', '首领年月'],
    ['monthlyFen', '月标准', 'yuan'],
    ['office', '经办机构'],
    ...account,
  ],
  'opening-unpaid': [
    ['claim', '申领编号'],
    ['person', '个人编号'],
    ['month', '待遇所属期'],
    ['item', '项目', { benefit: '失业保险金' }],
    ['amountFen', '金额', 'yuan'],
    ['reason', '原因', { failed: '发放失败', returned: '退票', 'account-missing': '账户缺失' }],
  ],
} as const satisfies Readonly<Record<string, readonly ColumnSpec[]>>;

export type FileKind = keyof typeof columns;
