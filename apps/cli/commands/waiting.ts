import type { Command } from 'commander';
import type { Client, Json } from '../client.js';
import { grouped, inYuan, table } from '../output.js';
import { doneBy, doneFacts, officeWords, placeOf, type FoundPlace } from '../place.js';
import { monthArgument, shellOf } from '../shell.js';
import { dutyWords, inBoth } from '../words.js';
import { suspenseWords } from './files.js';
import { handsWords, waitingWords, type Chain, type Waiting } from './month-signing.js';

type OfficeOption = Readonly<{ office?: string }>;

/** What one waits for: one's own signature, funds, or the bank's answer. */
export function addWaiting(program: Command): void {
  program
    .command('inbox')
    .description(
      '待办，被退回的事项，以及在等拨款或等开月份的单据 · ' +
        'what waits for me, what was sent back to me, and what waits for funds or its month',
    )
    .option('--office <code>', '为哪个机构 · for which office')
    .action(inbox);
  program
    .command('parked')
    .description('导入时搁置的行 · rows of imports that are parked')
    .option('--office <code>', '为哪个机构 · for which office')
    .action(parked);
  program
    .command('receipts <month>')
    .description('本月回盘，以及还没有回盘的批次 · the month’s receipts, and what is still awaited')
    .option('--office <code>', '机构 · the office')
    .action(receipts);
}

type HeldUp = Readonly<{ kind: string; id: string; amountYuan: string; waitsFor: Waiting }> & Chain;

async function inbox({ office }: OfficeOption, command: Command): Promise<void> {
  const { output, client } = shellOf(command);
  const api = await client();
  await api.settled();
  const shown = await api.get('/api/v1/inbox', office === undefined ? {} : { office });
  const rows = (name: string) => (shown[name] ?? []) as readonly Json[];
  const lines = Object.entries(inboxWords).flatMap(([kind, words]) =>
    rows(kind).flatMap((row) => [
      `${words(row)}  ${handsWords(row as Chain)}`,
      ...sentBackWords(row),
      ...notMine(row),
    ]),
  );
  const held = (shown['heldUp'] ?? []) as readonly HeldUp[];
  const heldUp = held.flatMap(({ kind, id, amountYuan, waitsFor, ...chain }) => [
    `签完在等 signed, waits: ${inBoth(kind)} ${id}  ${inYuan(amountYuan)}  ${handsWords(chain)}`,
    ...waitingWords(waitsFor),
  ]);
  const all = [...lines, ...heldUp];
  const said = all.length === 0 ? ['没有待办 · nothing waits'] : all;
  output.result({ ...shown, ...doneFacts(api) }, () => [...said, ...doneBy(api)].join('\n'));
}

/** What waits, by its kind; who made it and who signed it already is said of each behind that. */
const inboxWords: Readonly<Record<string, (row: Json) => string>> = {
  claims: ({ claimNo }) => `申领 claim ${String(claimNo)}`,
  documents: ({ kind, id, lines, amountYuan }) =>
    `单据 ${inBoth(kind)} ${String(id)}  ${String(lines)} 笔 lines  ${inYuan(amountYuan)}`,
  proposals: ({ proposalId }) => `审验 proposal ${String(proposalId)}`,
  accountChanges: ({ personRef }) => `账户变更 account of ${String(personRef)}`,
  closes: ({ office, month }) => `结账 close ${String(office)} ${String(month)}`,
  recoveries: ({ recoveryNo, awardNo, amountYuan, months }) => {
    const of = (months as readonly string[]).join(' ');
    const what = `追回 recovery ${String(recoveryNo)}  待遇 award ${String(awardNo)}  ${of}`;
    return `${what}  ${inYuan(amountYuan)}`;
  },
};

/** Who sent it back to its maker, when and why. */
function sentBackWords({ sentBack }: Json): readonly string[] {
  if (sentBack === undefined || sentBack === null) return [];
  const { person, duty, day, reason } = sentBack as Json;
  return [`  退回 sent back by ${person}（${dutyWords(duty)}）${day}：${reason}`];
}

/** What somebody else has to sign still stands in the inbox: it says why. */
function notMine({ mayNotSign }: Json): readonly string[] {
  if (mayNotSign === null) return [];
  const { code, zh, en } = mayNotSign as Waiting;
  return [
    `  您不能签 not yours to sign: ${zh.detail} · ${en.detail} [${code}]`,
    `    ${zh.advice} · ${en.advice}`,
  ];
}

async function parked({ office }: OfficeOption, command: Command): Promise<void> {
  const { output, client } = shellOf(command);
  const api = await client();
  const { rows } = await api.get('/api/v1/imports/waiting', office === undefined ? {} : { office });
  const waiting = rows as readonly Json[];
  const cells = waiting.map(({ kind, name, line, column, reason, zh, en }) =>
    [kind, name, line, column, `${zh} · ${en} [${reason}]`].map(String),
  );
  const head = ['种类 kind', '文件 file', '行 line', '列 column', '原因 reason'];
  const said = cells.length === 0 ? '没有搁置的行 · no row is parked' : table([head, ...cells]);
  output.result({ rows, ...doneFacts(api) }, () => [said, ...doneBy(api)].join('\n'));
}

async function receipts(text: string, { office }: OfficeOption, command: Command): Promise<void> {
  const month = monthArgument(text);
  const { output, client } = shellOf(command);
  const api = await client();
  await api.settled();
  const place = await placeOf(api, office, month);
  const booked = await rowsAt(api, `/api/v1/receipts/${place.office}/${month}`);
  const awaited = await awaitedIn(api, place);
  const facts = { ...{ receipts: booked, awaited }, ...doneFacts(api, place.found) };
  output.result(facts, () => receiptsWords(booked, awaited, place));
}

async function rowsAt(api: Client, path: string): Promise<readonly Json[]> {
  return (await api.get(path))['rows'] as readonly Json[];
}

/** Batches that left and whose lines the bank has not answered, or not all of them. */
async function awaitedIn(api: Client, { office, month }: FoundPlace): Promise<readonly Json[]> {
  const batches = await rowsAt(api, `/api/v1/batches?office=${office}&month=${month}`);
  return batches
    .filter(({ sendingStatus, status }) => sendingStatus === 'sent' && status !== 'settled')
    .map(({ batchId, fileName, fileLines, fileYuan, paid, failed }) => ({
      ...{ batchId, fileName, fileLines, fileYuan },
      awaited: Number(fileLines) - Number(paid) - Number(failed),
    }));
}

function receiptsWords(
  booked: readonly Json[],
  awaited: readonly Json[],
  { found, month }: FoundPlace,
): string {
  const bookedHead = [
    '回盘 receipt',
    '状态 status',
    '实发 paid',
    '发放失败 failed',
    '退票 returned',
    '挂账 suspense',
  ];
  const bookedRows = booked.map(({ documentId, status, paid, failed, returned, suspense }) =>
    [String(documentId).slice(0, 20), inBoth(status), paid, failed, returned, suspense].map(String),
  );
  const head = ['等回盘的批次 awaited', '文件 file', '笔 lines', '元 yuan', '未答复 unanswered'];
  const rows = awaited.map(({ batchId, fileName, fileLines, fileYuan, awaited: open }) =>
    [batchId, fileName, fileLines, grouped(fileYuan), open].map(String),
  );
  const suspense = suspenseWords(
    booked.flatMap(({ suspenseLines }) => suspenseLines as readonly Json[]),
  );
  return [
    `${month}  ${officeWords(found)}`,
    booked.length === 0
      ? '没有回盘入账 · no receipt is booked'
      : table([bookedHead, ...bookedRows]),
    ...(suspense.length === 0 ? [] : ['挂账明细 in suspense:', ...suspense]),
    awaited.length === 0 ? '没有等回盘的批次 · no batch is awaited' : table([head, ...rows]),
  ].join('\n');
}
