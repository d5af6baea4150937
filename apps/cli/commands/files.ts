import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Command } from 'commander';
import { inHeader, type Json } from '../client.js';
import { UsageError } from '../failure.js';
import { inYuan } from '../output.js';
import { doneBy, doneFacts, forOffice, placeOf, tellingOffice } from '../place.js';
import { monthArgument, shellOf } from '../shell.js';
import { workUnderWay } from '../watch.js';
import { importWords, isBad } from './import-words.js';

const kinds = [
  'employers',
  'persons',
  'history',
  'declarations',
  'collections',
  'registrations',
  'claims',
  'sign-ins',
  'extracts',
  'accounts',
  'opening',
  'opening-unpaid',
];

type ImportOptions = Readonly<{
  dryRun?: boolean;
  park?: boolean;
  mapping?: string;
  office?: string;
}>;

/** Files that come in: a bureau's, and the bank's answer. */
export function addFiles(program: Command): void {
  program
    .command('import <kind> <file>')
    .description(`导入文件 · import a file; KIND is ${kinds.join(', ')}`)
    .option('--dry-run', '只检查 · check and take nothing')
    .option('--park', '保留正确的行，搁置有误的行 · keep the good rows and park the others')
    .option('--mapping <file>', '本机构的列对照（JSON）· a column mapping of one’s own, as JSON')
    .option('--office <code>', '为哪个机构 · for which office')
    .action(async (kind: string, file: string, options: ImportOptions, command: Command) => {
      if (!kinds.includes(kind))
        throw new UsageError(
          `没有 ${kind} 这种文件：${kinds.join('、')}`,
          `There is no kind ${kind}: ${kinds.join(', ')}`,
        );
      const { output, client } = shellOf(command);
      const given = await fileAt(file);
      const mapping = options.mapping === undefined ? undefined : await mappingAt(options.mapping);
      const api = await client();
      const { dryRun = false, park = false, office } = options;
      const path = `/api/v1/imports/${kind}?dryRun=${dryRun}&park=${park}`;
      const asking = {
        file: given,
        ...(mapping === undefined ? {} : { mapping }),
        ...(office === undefined ? {} : { office }),
      };
      const bar = output.progress(basename(file));
      const report = await workUnderWay(api, bar, () => api.post(path, asking));
      const scope = await forOffice(api, office, api.acting?.office ?? '');
      const said = () => [importWords(report), ...doneBy(api, scope)].join('\n');
      output.result({ ...report, ...doneFacts(api, scope) }, said);
      if (isBad(report)) process.exitCode = 1;
    });
  program
    .command('receipt <file>')
    .description("回盘入账 · book the bank's answer")
    .option('--office <code>', '机构 · the office')
    .option('--month <month>', '记入哪个月 · the month it is booked in', monthArgument)
    .action(bookReceipt);
}

type ReceiptOptions = Readonly<{ office?: string; month?: string }>;

async function bookReceipt(
  file: string,
  { office, month }: ReceiptOptions,
  command: Command,
): Promise<void> {
  const { output, client } = shellOf(command);
  const given = await fileAt(file);
  const api = await client();
  const place = await placeOf(api, office, month);
  const path = `/api/v1/receipts/${place.office}/${place.month}`;
  const booked = await tellingOffice(api, office, () => api.post(path, { file: given }));
  await api.settled();
  const documentId = `receipt-${createHash('sha256').update(given.bytes).digest('hex')}`;
  const listed = (await api.get(path))['rows'] as readonly Json[];
  const mine = listed.find((row) => row['documentId'] === documentId);
  const report = {
    ...{ ...booked, suspenseLines: mine?.['suspenseLines'] ?? [] },
    ...doneFacts(api, place.found),
  };
  output.result(report, () => [receiptWords(report), ...doneBy(api, place.found)].join('\n'));
}

async function fileAt(path: string): Promise<Readonly<{ name: string; bytes: Uint8Array }>> {
  try {
    return { name: basename(path), bytes: await readFile(path) };
  } catch {
    throw new UsageError(`读不到文件 ${path}`, `The file ${path} cannot be read`);
  }
}

/** What a header may carry of it. */
const longestMapping = 8_192;

/** The mapping without its blanks. @throws UsageError when it is no JSON, or too long to be sent */
async function mappingAt(path: string): Promise<string> {
  const { bytes } = await fileAt(path);
  const text = compact(Buffer.from(bytes).toString('utf8'));
  if (text === undefined) throw new UsageError(`${path} 不是 JSON`, `${path} is not JSON`);
  if (inHeader(text).length > longestMapping)
    throw new UsageError(`${path} 太长，至多约 6 kB`, `${path} is too long: about 6 kB at most`);
  return text;
}

function compact(text: string): string | undefined {
  try {
    return JSON.stringify(JSON.parse(text.replace(/^\ufeff/, '')));
  } catch {
    return undefined;
  }
}

function receiptWords(report: Json): string {
  const { paid, failed, returned, suspense } = report;
  const lines = suspenseWords(report['suspenseLines'] as readonly Json[]);
  const booked = `实发 paid ${paid} 笔 lines  发放失败 failed ${failed}`;
  return [`${booked}  退票 returned ${returned}  挂账 in suspense ${suspense}`, ...lines].join(
    '\n',
  );
}

/** A line each that waits in suspense: which, how much, and why in both languages. */
export function suspenseWords(lines: readonly Json[]): readonly string[] {
  return lines.map(
    ({ no, instruction, amountYuan, why, zh, en }) =>
      `  ${no}  ${instruction}  ${inYuan(amountYuan)}  ${zh} · ${en} [${why}]`,
  );
}
