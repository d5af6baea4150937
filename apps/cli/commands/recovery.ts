import type { Command } from 'commander';
import { fenFromYuan } from '#domain/values/fen.js';
import type { Client, Json } from '../client.js';
import { UsageError } from '../failure.js';
import { grouped, inYuan, table } from '../output.js';
import { doneBy, doneFacts } from '../place.js';
import { dayArgument, monthArgument, shellOf } from '../shell.js';
import { outcomeOf } from './month-desk.js';
import { handsWords, type Chain } from './month-signing.js';

/** Money paid in excess (追回): asked back by one, signed by two more, repaid in parts or whole. */
export function addRecovery(program: Command): void {
  const recovery = program
    .command('recovery')
    .description('追回多发的待遇 · money paid in excess, asked back');
  recovery
    .command('list')
    .description('追回一览 · all recoveries of my offices')
    .option('--office <code>', '只看这个机构 · of this office alone')
    .action(list);
  recovery.command('show <recovery>').description('查看一笔追回 · one recovery').action(show);
  recovery
    .command('open <recovery> <award>')
    .description('提出追回，或退回后重新提出 · ask back, or begin again what was sent back')
    .requiredOption('--month <month...>', '哪些月份 · the months', gathered)
    .requiredOption('--amount <yuan>', '金额（元）· the amount, in yuan', yuanArgument)
    .requiredOption('--reason <text>', '事由 · why it was not due')
    .action(open);
  for (const [step, zh, en] of [
    ['approval', '审核', 'approve'],
    ['review', '复核', 'review'],
  ] as const)
    recovery
      .command(`${en} <recovery>`)
      .description(`${zh}追回：先显示，再按所示签字 · show a recovery and ${en} it as shown`)
      .action((no: string, _options: object, command: Command) => sign(no, step, command));
  recovery
    .command('return <recovery>')
    .description('退回追回 · send a recovery back')
    .requiredOption('--reason <text>', '理由 · the reason')
    .action(sendBack);
  recovery
    .command('repay <recovery> <receipt>')
    .description('按银行回单号登记还款 · record a repayment by the number of its bank receipt')
    .requiredOption('--amount <yuan>', '金额（元）· the amount, in yuan', yuanArgument)
    .option('--on <day>', '到账日（默认业务日）· the day it came, today by default', dayArgument)
    .action(repay);
}

function gathered(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, monthArgument(text)];
}

/** Yuan as typed, as a whole number of fen that JSON carries. @throws UsageError */
function yuanArgument(text: string): number {
  const amount = Number(fenFromYuan(text) ?? 0n);
  if (amount > 0 && Number.isSafeInteger(amount)) return amount;
  throw new UsageError(
    `--amount 应为金额（元）：${text}`,
    `--amount is an amount in yuan: ${text}`,
  );
}

const statuses: Readonly<Record<string, string>> = {
  open: '待签 to be signed',
  confirmed: '待还 owed',
  settled: '已结清 settled',
};

async function list({ office }: Readonly<{ office?: string }>, command: Command): Promise<void> {
  const { output, client } = shellOf(command);
  const api = await client();
  await api.settled();
  const rows: Json[] = [];
  for (let after = ''; ;) {
    const query = after === '' ? '' : `&after=${encodeURIComponent(after)}`;
    const asking = office === undefined ? {} : { office };
    const page = await api.get(`/api/v1/recoveries?limit=500${query}`, asking);
    rows.push(...(page['rows'] as readonly Json[]));
    if (page['next'] === undefined) break;
    after = String(page['next']);
  }
  const cells = rows.map(({ recoveryNo, office: of, awardNo, months, ...row }) => [
    ...[recoveryNo, of, awardNo, (months as readonly string[]).join(' ')].map(String),
    ...[grouped(row['amountYuan']), grouped(row['repaidYuan']), statusWords(row)],
  ]);
  const head = [
    '追回 recovery',
    '机构 office',
    '待遇 award',
    '月份 months',
    '应还（元）asked, yuan',
    '已还（元）repaid, yuan',
  ];
  const said =
    rows.length === 0 ? '没有追回 · no recovery' : table([[...head, '状态 status'], ...cells]);
  output.result({ rows, ...doneFacts(api) }, () => [said, ...doneBy(api)].join('\n'));
}

function statusWords({ status, returned }: Json): string {
  if (returned === true) return '已退回 sent back';
  return statuses[String(status)] ?? String(status);
}

async function show(no: string, _options: object, command: Command): Promise<void> {
  const { output, client } = shellOf(command);
  const api = await client();
  const shown = await api.get(recoveryPath(no));
  output.result({ ...shown, ...doneFacts(api) }, () =>
    [...sheetWords(shown), ...doneBy(api)].join('\n'),
  );
}

function sheetWords(shown: Json): readonly string[] {
  const { recoveryNo, awardNo, months, amountYuan, outstandingYuan, cause } = shown;
  const repayments = (shown['repayments'] as readonly Json[]).map(
    ({ receiptNo, amountYuan: yuan, on }) =>
      `  还款 repaid ${String(on)}  ${inYuan(yuan)}  回单 receipt ${String(receiptNo)}`,
  );
  return [
    `追回 recovery ${recoveryNo}  待遇 award ${awardNo}  ${statusWords(shown)}`,
    `  月份 months ${(months as readonly string[]).join(' ')}`,
    `  应还 asked ${inYuan(amountYuan)}  未还 outstanding ${inYuan(outstandingYuan)}`,
    `  事由 cause: ${cause}`,
    `  已签 hands so far: ${handsWords(shown as Chain)}`,
    ...repayments,
  ];
}

type Opening = Readonly<{ month: readonly string[]; amount: number; reason: string }>;

async function open(no: string, award: string, given: Opening, command: Command): Promise<void> {
  const { month: months, amount: amountFen, reason: cause } = given;
  const body = { recoveryNo: no, awardNo: award, months, amountFen, cause };
  await done(command, `提出追回 asked back ${no}`, (api) =>
    api.post('/api/v1/recoveries', { body }),
  );
}

/** Signs what was shown: should it change between the two, the server refuses. */
async function sign(no: string, step: 'approval' | 'review', command: Command): Promise<void> {
  const said = step === 'approval' ? '已审核 approved' : '已复核 reviewed';
  await done(command, `${said} ${no}`, async (api) => {
    const shown = await api.get(recoveryPath(no));
    const { output } = shellOf(command);
    if (!output.json) output.item({}, () => sheetWords(shown).join('\n'));
    const { months, amountFen } = shown;
    return api.put(`${recoveryPath(no)}/${step}`, { body: { months, amountFen } });
  });
}

async function sendBack(
  no: string,
  { reason }: Readonly<{ reason: string }>,
  command: Command,
): Promise<void> {
  await done(command, `已退回 sent back ${no}`, (api) =>
    api.put(`${recoveryPath(no)}/return`, { body: { reason } }),
  );
}

async function repay(
  no: string,
  receiptNo: string,
  { amount: amountFen, on }: Readonly<{ amount: number; on?: string }>,
  command: Command,
): Promise<void> {
  await done(command, `已登记还款 repaid ${no} ${receiptNo}`, async (api) => {
    const receivedOn = on ?? String((await api.get('/api/v1/me'))['day']);
    const body = { receiptNo, amountFen, receivedOn };
    return api.post(`${recoveryPath(no)}/repayments`, { body });
  });
}

async function done(
  command: Command,
  said: string,
  work: (api: Client) => Promise<Json>,
): Promise<void> {
  const { output, client } = shellOf(command);
  const api = await client();
  const receipt = await work(api);
  output.result({ ...receipt, ...doneFacts(api) }, () =>
    [`${outcomeOf(receipt)} ${said}`, ...doneBy(api)].join('\n'),
  );
}

function recoveryPath(no: string): string {
  return `/api/v1/recoveries/${encodeURIComponent(no)}`;
}
