import type { Mapping } from '../headers.js';
import type { FieldOf, Kind } from '../kinds.js';

/**
 * The headers and words bureaus write, amounts in yuan. The first header of each field is the one
 * we write ourselves; the others have been met in exports of the same content.
 */
export const bureauMappings: { readonly [K in Kind]: Mapping<FieldOf<K>> } = {
  employers: {
    unit: 'yuan',
    columns: {
      number: ['单位编号', '单位代码', '单位社保号'],
      creditCode: ['统一社会信用代码', '社会信用代码'],
      name: ['单位名称'],
      office: ['经办机构', '经办机构代码'],
      enrolledOn: ['参保日期', '单位参保日期'],
    },
  },
  persons: {
    unit: 'yuan',
    columns: {
      number: ['个人编号', '个人社保号'],
      id: ['公民身份号码', '身份证号码', '身份证号', '证件号码'],
      name: ['姓名'],
      household: ['户籍性质', '户口性质'],
      enrolledOn: ['参保日期', '首次参保日期'],
      phone: ['手机号', '手机号码', '联系电话'],
    },
    values: {
      household: {
        城镇: 'urban',
        非农业: 'urban',
        本地城镇: 'urban',
        外地城镇: 'urban',
        居民户口: 'urban',
        农村: 'rural',
        农业: 'rural',
        本地农村: 'rural',
        外地农村: 'rural',
      },
    },
  },
  history: {
    unit: 'yuan',
    columns: {
      person: ['个人编号', '个人社保号'],
      from: ['起始年月', '开始年月'],
      to: ['截止年月', '终止年月'],
      used: ['是否已用于领取', '已用于领取'],
    },
    values: { used: { 是: 'yes', 否: 'no', 1: 'yes', 0: 'no' } },
  },
  declarations: {
    unit: 'yuan',
    columns: {
      month: ['费款所属期', '所属期', '缴费年月'],
      employer: ['单位编号', '单位代码', '单位社保号'],
      person: ['个人编号', '个人社保号'],
      wageFen: ['缴费工资', '申报工资'],
      baseFen: ['缴费基数', '基数'],
      employerFen: ['单位缴费', '单位应缴', '单位缴费金额'],
      employeeFen: ['个人缴费', '个人应缴', '个人缴费金额'],
    },
  },
  collections: {
    unit: 'yuan',
    columns: {
      month: ['费款所属期', '所属期', '缴费年月'],
      employer: ['单位编号', '单位代码', '单位社保号'],
      receivedOn: ['到账日期', '入库日期'],
      amountFen: ['到账金额', '入库金额'],
      receipt: ['票据号', '电子税票号码'],
    },
  },
  registrations: {
    unit: 'yuan',
    columns: {
      person: ['个人编号', '个人社保号'],
      employer: ['单位编号', '单位代码', '单位社保号'],
      endedOn: ['终止日期', '解除终止日期'],
      reason: ['终止原因', '解除终止原因'],
      registeredOn: ['失业登记日期', '登记日期'],
      certificate: ['就业失业登记证号', '就业创业证号'],
    },
    values: {
      reason: {
        单位提出协商解除: 'LCL-36-employer',
        本人提出协商解除: 'LCL-36-person',
        单位违法本人解除: 'LCL-38',
        过失性辞退: 'LCL-39',
        非过失性辞退: 'LCL-40',
        无过失性辞退: 'LCL-40',
        经济性裁员: 'LCL-41',
        合同期满: 'LCL-44-1',
        劳动合同期满: 'LCL-44-1',
        单位破产: 'LCL-44-4',
        单位吊销执照: 'LCL-44-5',
        单位责令关闭: 'LCL-44-5',
        单位撤销: 'LCL-44-5',
        单位提前解散: 'LCL-44-5',
        单位解除聘用合同: 'D13-13-4',
        辞退除名开除: 'D13-13-4',
        辞退: 'D13-13-4',
        除名: 'D13-13-4',
        开除: 'D13-13-4',
        法律法规规定的其他情形: 'other-by-law',
        本人辞职: 'resigned',
      },
    },
  },
  claims: {
    unit: 'yuan',
    columns: {
      number: ['申领编号'],
      person: ['个人编号', '个人社保号'],
      claimedOn: ['申领日期', '申请日期'],
      office: ['经办机构', '经办机构代码'],
      bankCode: ['收款银行行号', '银行行号', '联行号'],
      account: ['收款账号', '银行账号'],
      holder: ['账户户名', '户名'],
    },
  },
  'sign-ins': {
    unit: 'yuan',
    columns: { person: ['个人编号', '个人社保号'], signedOn: ['签到日期', '审验日期'] },
  },
  extracts: {
    unit: 'yuan',
    columns: {
      source: ['来源', '数据来源'],
      id: ['公民身份号码', '身份证号码', '身份证号', '证件号码'],
      event: ['事项', '比对事项'],
      happenedOn: ['发生日期'],
    },
    values: {
      event: {
        就业: 're-employed',
        employed: 're-employed',
        死亡: 'died',
        服刑: 'imprisoned',
        养老: 'pension',
      },
    },
  },
  accounts: {
    unit: 'yuan',
    columns: {
      person: ['个人编号', '个人社保号'],
      changedOn: ['变更日期'],
      bankCode: ['收款银行行号', '银行行号', '联行号'],
      account: ['收款账号', '银行账号'],
      holder: ['账户户名', '户名'],
    },
  },
  opening: {
    unit: 'yuan',
    columns: {
      claim: ['申领编号'],
      person: ['个人编号', '个人社保号'],
      awardedMonths: ['核定月数'],
      drawnMonths: ['已领月数'],
      firstMonth: ['首领年月'],
      monthlyFen: ['月标准', '月发放标准'],
      office: ['经办机构', '经办机构代码'],
      bankCode: ['收款银行行号', '银行行号', '联行号'],
      account: ['收款账号', '银行账号'],
      holder: ['账户户名', '户名'],
    },
  },
  'opening-unpaid': {
    unit: 'yuan',
    columns: {
      claim: ['申领编号'],
      person: ['个人编号', '个人社保号'],
      month: ['待遇所属期', '所属期'],
      item: ['项目', '待遇项目'],
      amountFen: ['金额'],
      reason: ['原因', '未发原因'],
    },
    values: {
      item: { 失业保险金: 'benefit', 医疗保险费: 'medical-premium', 价格临时补贴: 'price-subsidy' },
      reason: { 发放失败: 'failed', 退票: 'returned', 账户缺失: 'account-missing' },
    },
  },
};
