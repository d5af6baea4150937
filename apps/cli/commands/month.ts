import type { Command } from 'commander';
import type { Asking, Client, Json, Method } from '../client.js';
import { UsageError } from '../failure.js';
import { countArgument, monthArgument, shellOf } from '../shell.js';
import { placeOf } from './files.js';

type Place = Readonly<{ office: string; month: string; no: number }>;
type StepOf = (api: Client, place: Place) => Promise<Json>;

type MonthOptions = Readonly<{ office?: string; no: number }>;

/** The month step by step, each by whoever is signed in: the server decides who may. */
export function addMonth(program: Command): void {
  const names = Object.keys(steps).join(', ');
  program
    .command('month <step> <month>')
    .description(`一个月的一步 · one step of a month; STEP is ${names}`)
    .option('--office <code>', '机构 · the office')
    .option('--no <n>', '第几份花名册或批次 · which roll or batch', countArgument(1, 99), 1)
    .action(async (step: string, text: string, { office, no }: MonthOptions, command: Command) => {
      const run = steps[step];
      if (run === undefined)
        throw new UsageError(`没有 ${step} 这一步：${names}`, `There is no step ${step}: ${names}`);
      const month = monthArgument(text);
      const { output, client } = shellOf(command);
      const api = await client();
      output.result(await run(api, { ...(await placeOf(api, office, month)), no }));
    });
}

const steps: Readonly<Record<string, StepOf>> = {
  status,
  open: (api, { office, month }) => api.post('/api/v1/months', { body: { office, month } }),
  roll: (api, place) => api.post('/api/v1/rolls', { body: place }),
  'approve-roll': (api, place) => signed(api, 'rolls', place, 'approval'),
  'review-roll': (api, place) => signed(api, 'rolls', place, 'review'),
  judge: (api, place) => onMonth(api, 'PUT', 'verification', place, '/judgement'),
  batch: (api, place) => api.post('/api/v1/batches', { body: place }),
  'approve-batch': (api, place) => signed(api, 'batches', place, 'approval'),
  'review-batch': (api, place) => signed(api, 'batches', place, 'review'),
  file: (api, place) => api.put(`/api/v1/batches/${idOf(place)}/file`),
  send: (api, place) => api.put(`/api/v1/batches/${idOf(place)}/submission`),
  query: (api, place) => api.post(`/api/v1/batches/${idOf(place)}/queries`),
  cut: (api, place) => onMonth(api, 'PUT', 'months', place, '/cut'),
  close: (api, place) => onMonth(api, 'PUT', 'months', place, '/close'),
  'approve-close': (api, place) => signedClose(api, place, 'approval'),
  'review-close': (api, place) => signedClose(api, place, 'review'),
};

async function status(api: Client, place: Place): Promise<Json> {
  const { office, month } = place;
  const standing = await onMonth(api, 'GET', 'months', place, '');
  const sheet = await api.get(`/api/v1/months/sheet?month=${month}&office=${office}`);
  return { ...standing, items: sheet['items'] };
}

/** Signs what the server shows now; whoever wants to compare first looks with `status`. */
async function signed(api: Client, noun: string, place: Place, signature: string): Promise<Json> {
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

function onMonth(
  api: Client,
  method: Method,
  noun: string,
  { office, month }: Place,
  rest: string,
  asking: Asking = {},
): Promise<Json> {
  return api.ask(method, `/api/v1/${noun}/${office}/${month}${rest}`, asking);
}

function idOf({ office, month, no }: Place): string {
  return `${office}-${month}-${no}`;
}
