/**
 * Why a bank did not credit a line, or sent it back. The codes are those of ISO 20022 status and
 * return reasons, so that every bank's own list ends in the same words.
 */
export const reasonCodes = [
  'BE01',
  'AC03',
  'AC04',
  'AC06',
  'AC14',
  'AG01',
  'RC01',
  'AM04',
  'AM05',
  'MD07',
  'MS03',
] as const;

export type ReasonCode = (typeof reasonCodes)[number];

/** The texts are ours: a bank's free text may name a person, and stays in the sealed file. */
export const reasons: Readonly<Record<ReasonCode, Readonly<{ zh: string; en: string }>>> = {
  BE01: { zh: '户名不符', en: 'The name does not belong to the account' },
  AC03: { zh: '账号不存在', en: 'No such account' },
  AC04: { zh: '账户已销', en: 'The account is closed' },
  AC06: { zh: '账户冻结', en: 'The account is blocked' },
  AC14: { zh: '账户类型不符', en: 'Not an account that can be credited' },
  AG01: { zh: '社保卡金融功能未激活', en: 'The card is not activated for payments' },
  RC01: { zh: '行号不符', en: 'The bank code is wrong' },
  AM04: { zh: '付款账户余额不足', en: 'Not enough money in the payment account' },
  AM05: { zh: '重复支付', en: 'The bank takes it for a repetition' },
  MD07: { zh: '收款人已死亡', en: 'The payee has died' },
  MS03: { zh: '其他原因', en: 'No reason given' },
};

/**
 * The code of a reason as people write it, such as 户名不符; undefined when the list has no such text.
 */
export function reasonOfText(zh: string): ReasonCode | undefined {
  return reasonCodes.find((code) => reasons[code].zh === zh);
}
