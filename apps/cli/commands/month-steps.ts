import { linesStep } from './month-lines.js';
import { answering, idOf, onMonth, type Place, type Step } from './month-desk.js';
import { signedSteps } from './month-signing.js';

const aDocument = { takes: ['no'] } as const;
const toStop = { takes: ['no'], needs: ['instruction', 'reason'] } as const;

/** The steps of one document or one month: each is one command, sent by whoever is signed in. */
export const documentSteps: Readonly<Record<string, Step>> = {
  open: answering({ zh: '开启月份', en: 'open the month' }, (api, { office, month }) =>
    api.post('/api/v1/months', { body: { office, month } }),
  ),
  roll: answering(
    { zh: '编制花名册', en: 'draw the roll up' },
    (api, place) => api.post('/api/v1/rolls', { body: place }),
    aDocument,
  ),
  ...signedSteps('roll', '花名册', 'the roll'),
  'open-window': answering(
    { zh: '开启审验（默认 1 日至 20 日）', en: 'open the verification (the 1st to the 20th)' },
    (api, { office, month }, { from = `${month}-01`, to = `${month}-20` }) =>
      api.post('/api/v1/verification', { body: { office, month, from, to } }),
    { takes: ['from', 'to'] },
  ),
  'no-sign-ins': answering(
    { zh: '声明本月无人签到', en: 'declare that nobody signed in' },
    (api, place, { reason }) =>
      onMonth(api, 'PUT', 'verification', place, '/no-sign-ins', { body: { reason } }),
    { needs: ['reason'] },
  ),
  judge: answering({ zh: '按签到结果处理', en: 'judge the sign-ins' }, (api, place) =>
    onMonth(api, 'PUT', 'verification', place, '/judgement'),
  ),
  ...signedSteps('plan', '用款计划', 'the plan'),
  batch: answering(
    { zh: '编制发放批次', en: 'draw the batch up' },
    (api, place, { layout }) =>
      api.post('/api/v1/batches', {
        body: { ...place, ...(layout === undefined ? {} : { layout }) },
      }),
    { takes: ['no', 'layout'] },
  ),
  ...signedSteps('batch', '批次', 'the batch'),
  lines: linesStep,
  stop: answering(
    { zh: '提出止付一笔', en: 'propose to stop a line' },
    (api, place, { instruction, reason }) =>
      api.post(onBatch(place, 'stops'), { body: { instructionId: instruction, reason } }),
    toStop,
  ),
  'confirm-stop': answering(
    { zh: '另一人确认止付', en: 'confirm it as a second person' },
    (api, place, { instruction, reason }) =>
      api.put(onBatch(place, 'stops'), { body: { instructionId: instruction, reason } }),
    toStop,
  ),
  file: answering(
    { zh: '生成送盘文件', en: "write the bank's file" },
    (api, place) => api.put(onBatch(place, 'file')),
    aDocument,
  ),
  send: answering(
    { zh: '送盘', en: 'send it' },
    (api, place) => api.put(onBatch(place, 'submission')),
    aDocument,
  ),
  query: answering(
    {
      zh: '查询银行是否收到（--reason 记录银行答复未收到）',
      en: 'ask whether the bank has it; --reason states that it says it has not',
    },
    (api, place, { reason }) =>
      api.post(onBatch(place, 'queries'), {
        body: reason === undefined ? {} : { statement: reason },
      }),
    { takes: ['no', 'reason'] },
  ),
  resend: answering(
    { zh: '申请重发', en: 'propose to send again' },
    (api, place, { reason }) => api.post(onBatch(place, 'resends'), { body: { reason } }),
    { takes: ['no'], needs: ['reason'] },
  ),
  'approve-resend': answering(
    { zh: '另一人批准重发', en: 'approve it as a second person' },
    (api, place) => api.put(onBatch(place, 'resends')),
    aDocument,
  ),
  cut: answering({ zh: '截账', en: 'cut the month' }, (api, place) =>
    onMonth(api, 'PUT', 'months', place, '/cut'),
  ),
  close: answering({ zh: '对账，编制结账表', en: 'prepare the close' }, (api, place) =>
    onMonth(api, 'PUT', 'months', place, '/close'),
  ),
  ...signedSteps('close', '结账', 'the close'),
};

function onBatch(place: Place, rest: string): string {
  return `/api/v1/batches/${idOf(place)}/${rest}`;
}
