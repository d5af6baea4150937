import type { Json } from '../client.js';
import { grouped, table } from '../output.js';
import { doneFacts, officeWords } from '../place.js';
import { idOf, placeIn, type Desk, type Step } from './month-desk.js';

const pageSize = 5_000;

/** 批次明细: the instruction that a stop names, one line a payee, without who the payee is. */
export const linesStep: Step = {
  zh: '批次明细（止付时要用的支付指令号）',
  en: 'the lines of the batch, with the instructions that a stop names',
  takes: ['no'],
  run: lines,
};

async function lines(desk: Desk): Promise<void> {
  const { api, output } = desk;
  const { place, found } = await placeIn(desk);
  const rows: Json[] = [];
  for (let after: unknown = 0; after !== undefined;) {
    const query = `after=${String(after)}&limit=${pageSize}`;
    const page = await api.get(`/api/v1/batches/${idOf(place)}/lines?${query}`);
    rows.push(...(page['rows'] as readonly Json[]));
    after = page['next'];
  }
  output.result({ batchId: idOf(place), rows, ...doneFacts(api, found) }, () => {
    const head = ['序号 seq', '支付指令 instruction', '待遇 award', '元 yuan'];
    const cells = rows.map(({ seq, instruction, award, amountYuan }) =>
      [seq, instruction, award, grouped(amountYuan)].map(String),
    );
    return [idOf(place), `  ${officeWords(found)}`, table([head, ...cells])].join('\n');
  });
}
