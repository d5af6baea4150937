/** Why a line of a receipt is nobody's payment yet, in the words that answers carry. */
const words: Readonly<Record<string, readonly [zh: string, en: string]>> = {
  'unknown-instruction': ['没有发出过这条支付指令', 'no such payment instruction was ever sent'],
  'other-office': ['这条支付指令属于其他机构', 'the payment is another office’s'],
  'not-sent': ['这条支付指令所在批次还没有送盘', 'the batch of this payment was not sent'],
  'excluded-before-sending': ['送盘前已止付', 'the line was stopped before the file was sent'],
  'amount-differs': ['金额与送盘不符', 'the amount is not what was sent'],
  'answered-twice': ['银行对同一笔重复答复', 'the bank answers the same line twice'],
  'answered-otherwise': [
    '银行对同一笔先后答复不同',
    'the bank answers the same line otherwise than before',
  ],
  'unknown-award': ['待遇核定不存在', 'there is no such award'],
  'not-instructed': ['待遇中没有这条支付指令', 'the award holds no such payment'],
  'already-sent': ['尚未到账，不能退票', 'it is returned before it was paid'],
  'already-paid': ['早已入账为实发', 'it is booked as paid already'],
  'already-failed': ['早已入账为发放失败', 'it is booked as failed already'],
  'already-recalled': ['已撤回，不应付出', 'it was recalled and should not have been paid'],
  'already-returned': ['早已入账为退票', 'it is booked as returned already'],
};

/** A reason in both languages; one that is not known here stands for itself. */
export function suspenseWords(why: string): Readonly<{ zh: string; en: string }> {
  const [zh, en] = words[why] ?? [why, why];
  return { zh, en };
}
