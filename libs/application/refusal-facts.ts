import { fenFromText, yuanText } from '#domain/values/fen.js';
import { dutyZh } from './duty-words.js';

/** What a refusal is about, in words for a clerk; a fact that has none keeps its own name. */
const factZh: Readonly<Record<string, string>> = {
  account: '账户',
  accountId: '账号',
  actor: '人员',
  actorId: '人员',
  alias: '别名',
  asked: '所办机构',
  available: '可用',
  award: '待遇',
  awardNo: '核定编号',
  batch: '批次',
  bytes: '文件大小',
  calendarDay: '日历日',
  changeNo: '变更号',
  claim: '申领',
  claimNo: '申领',
  code: '代码',
  column: '列',
  counted: '清点得',
  day: '日期',
  declared: '申报',
  document: '单据',
  drawn: '已领月数',
  duty: '职责',
  employer: '单位',
  employerNo: '单位',
  endedOn: '终止日期',
  enrolledOn: '参保日期',
  expected: '应为',
  fact: '事实',
  failed: '失败合计',
  field: '字段',
  fields: '字段',
  file: '文件',
  filedOn: '申领日期',
  found: '实际',
  from: '自',
  grant: '补贴',
  held: '已收',
  instruction: '支付指令',
  into: '并入',
  jurisdiction: '地区',
  kind: '种类',
  lane: '通道',
  latest: '最近月份',
  layout: '文件格式',
  left: '未还',
  limit: '上限',
  line: '行',
  lines: '笔数',
  max: '上限',
  missing: '还缺',
  model: '读模型',
  month: '月份',
  needed: '需要',
  next: '下一步',
  notice: '公示',
  objection: '异议',
  office: '机构',
  offices: '机构',
  on: '日期',
  open: '未办完',
  paid: '实发',
  parent: '上级机构',
  part: '部分',
  person: '参保人',
  personRef: '参保人',
  plan: '用款计划',
  pool: '统筹区',
  previous: '上一个月',
  proposal: '处理建议',
  proposedBy: '申请人',
  reason: '理由',
  receipt: '回单',
  receiptNo: '回单',
  receivedOn: '到账日期',
  recovery: '追回',
  recoveryNo: '追回',
  registeredOn: '登记日期',
  returned: '退票',
  roll: '花名册',
  root: '根',
  row: '行',
  said: '自述',
  shortest: '至少',
  side: '项目',
  signed: '已签环节',
  status: '状态',
  step: '环节',
  stream: '账上',
  success: '成功合计',
  to: '至',
  today: '当前业务日',
  total: '合计',
  usableFrom: '可用日期',
  why: '原因',
};

const stepZh: Readonly<Record<string, string>> = {
  make: '编制',
  approve: '审核',
  review: '复核',
  authorise: '审批',
  send: '送盘',
};

const wordsOfFact: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  needed: dutyZh,
  duty: dutyZh,
  step: stepZh,
  next: stepZh,
  signed: stepZh,
};

/** A name that ends so carries an amount in fen, and is said in yuan. */
const inFen = /^(.+)Fen$/;
const wholeFen = /^-?\d{1,18}$/;
/** A name that ends so carries a size, and is said in megabytes when it is one of many. */
const inBytes = /^(?:(.+)B|b)ytes$/;
const megabyte = 1_048_576;

type Said = Readonly<{ zh: string; en: string }>;

/** One fact of a refusal in both languages, each amount with its unit. */
export function factWords(name: string, value: string): Said {
  const [, amount] = inFen.exec(name) ?? [];
  if (amount !== undefined && wholeFen.test(value)) {
    const yuan = yuanText(fenFromText(value));
    return both(amount === 'amount' ? '金额' : zhOf(amount), amount, `${yuan} 元`, `${yuan} yuan`);
  }
  const [, size = 'bytes'] = inBytes.exec(name) ?? [];
  if (inBytes.test(name) && Number(value) >= megabyte) {
    const megabytes = `${Math.round((Number(value) / megabyte) * 10) / 10} MB`;
    return both(zhOf(size), size, megabytes, megabytes);
  }
  return both(zhOf(name), name, valueZh(name, value), value);
}

/** Duties and steps by their Chinese names; other values are no words of ours. */
function valueZh(name: string, value: string): string {
  const words = wordsOfFact[name];
  if (words === undefined) return value;
  return value
    .split(', ')
    .map((one) => words[one] ?? one)
    .join('、');
}

function zhOf(name: string): string {
  return factZh[name] ?? name;
}

function both(nameZh: string, nameEn: string, zh: string, en: string): Said {
  return { zh: `${nameZh}：${zh}`, en: `${nameEn}: ${en}` };
}
