/** Why a line is unpaid at a month's end. */
export const unpaidZh: Readonly<Record<string, string>> = {
  'verification-hold': '审验暂扣',
  'account-missing': '账户缺失',
  'account-cooling': '账户冷静期',
  'in-transit': '在途',
  failed: '发放失败',
  returned: '退票',
  'not-collected': '未领取',
  'awaiting-approval': '待审批',
  'awaiting-funds': '待用款',
  'stop-list': '止付',
  'court-freeze': '司法冻结',
  disputed: '有争议',
  survivors: '待遗属领取',
};

/** In Chinese before the word of the API. */
export function unpaidWords(reason: string): string {
  return [unpaidZh[reason] ?? '', reason].join(' ').trim();
}
