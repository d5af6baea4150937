import type { Asking, Client, Json, Method } from '../client.js';
import { answering, idOf, type Place, type Step } from './month-desk.js';

type Noun = 'rolls' | 'batches' | 'plans';

const aDocument = { takes: ['no'] } as const;
const toStop = { takes: ['no'], needs: ['instruction', 'reason'] } as const;

/** The steps of one document or one month: each is one command, sent by whoever is signed in. */
export const documentSteps: Readonly<Record<string, Step>> = {
  open: answering({ zh: '开启月份', en: 'open the month' }, (api, { office, month }) =>
    api.post('/api/v1/months', { body: { office, month } }),
  ),
  roll: drawnUp('rolls', '编制花名册', 'draw the roll up'),
  'approve-roll': signing('rolls', 'approval', '审核花名册', 'approve the roll'),
  'review-roll': signing('rolls', 'review', '复核花名册', 'review the roll'),
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
  'approve-plan': signing('plans', 'approval', '审核用款计划', 'approve the plan'),
  'review-plan': signing('plans', 'review', '复核用款计划', 'review the plan'),
  batch: drawnUp('batches', '编制发放批次', 'draw the batch up'),
  'approve-batch': signing('batches', 'approval', '审核批次', 'approve the batch'),
  'review-batch': signing('batches', 'review', '复核批次', 'review the batch'),
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
  'approve-close': answering({ zh: '审核结账', en: 'approve the close' }, (api, place) =>
    signedClose(api, place, 'approval'),
  ),
  'review-close': answering({ zh: '复核结账', en: 'review the close' }, (api, place) =>
    signedClose(api, place, 'review'),
  ),
};

function drawnUp(noun: Noun, zh: string, en: string): Step {
  return answering(
    { zh, en },
    (api, place) => api.post(`/api/v1/${noun}`, { body: place }),
    aDocument,
  );
}

function signing(noun: Noun, signature: 'approval' | 'review', zh: string, en: string): Step {
  const sign = (api: Client, place: Place): Promise<Json> => signed(api, noun, place, signature);
  return answering({ zh, en }, sign, aDocument);
}

/** Signs what the server shows now; whoever wants to compare first looks with `status`. */
async function signed(api: Client, noun: Noun, place: Place, signature: string): Promise<Json> {
  const path = `/api/v1/${noun}/${idOf(place)}`;
  const { root, lines, amountFen } = await api.get(path);
  return api.put(`${path}/${signature}`, { body: { seen: { root, lines, amountFen } } });
}

async function signedClose(api: Client, place: Place, signature: string): Promise<Json> {
  const close = await onMonth(api, 'GET', 'months', place, '/close');
  const { root, lines, amountFen } = close['seen'] as Json;
  const body = { seen: { root, lines, amountFen } };
  return onMonth(api, 'PUT', 'months', place, `/close/${signature}`, { body });
}

function onBatch(place: Place, rest: string): string {
  return `/api/v1/batches/${idOf(place)}/${rest}`;
}

export function onMonth(
  api: Client,
  method: Method,
  noun: string,
  { office, month }: Place,
  rest: string,
  asking: Asking = {},
): Promise<Json> {
  return api.ask(method, `/api/v1/${noun}/${office}/${month}${rest}`, asking);
}
