import type { Effect, StopEvent } from './topics.js';

/** What happened, in the language of the counter. */
export const eventWords: Readonly<Record<StopEvent, string>> = {
  're-employed': '重新就业',
  enlisted: '应征服兵役',
  emigrated: '移居境外',
  pension: '享受基本养老保险待遇',
  imprisoned: '被判刑收监执行',
  released: '刑满释放',
  refused: '拒不接受介绍的工作或培训',
  'not-verified': '未按月核对',
  died: '死亡',
  business: '自主创业',
  transferred: '关系转出',
  fraud: '骗取待遇',
};

/** What follows, in the language of the counter. */
export const effectWords: Readonly<Record<Effect, string>> = {
  none: '不影响待遇',
  hold: '暂扣',
  defer: '顺延',
  pause: '中断',
  stop: '停发',
  terminate: '终止',
  'deemed-re-employed': '视为重新就业',
};
