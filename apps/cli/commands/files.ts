import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Command } from 'commander';
import { inHeader, type Client, type Json } from '../client.js';
import { UsageError } from '../failure.js';
import { monthArgument, shellOf } from '../shell.js';
import { workUnderWay } from '../watch.js';

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
      output.result(report, () => words(report));
      if (report['status'] === 'rejected') process.exitCode = 1;
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
  const booked = await api.post(path, { file: given });
  await api.settled();
  const documentId = `receipt-${createHash('sha256').update(given.bytes).digest('hex')}`;
  const listed = (await api.get(path))['rows'] as readonly Json[];
  const mine = listed.find((row) => row['documentId'] === documentId);
  const report = { ...booked, suspenseLines: mine?.['suspenseLines'] ?? [] };
  output.result(report, () => receiptWords(report));
}

/** The office of my first duty and the month of the business day, unless named. */
export async function placeOf(
  api: Client,
  office: string | undefined,
  month: string | undefined,
): Promise<Readonly<{ office: string; month: string }>> {
  if (office !== undefined && month !== undefined) return { office, month };
  const me = await api.get('/api/v1/me');
  const [first] = me['duties'] as readonly Readonly<{ office: string }>[];
  if (first === undefined) throw new UsageError('请用 --office 指明机构', 'Name the --office');
  return { office: office ?? first.office, month: month ?? String(me['day']).slice(0, 7) };
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
  const lines = (report['suspenseLines'] as readonly Json[]).map(
    ({ no, instruction, amountYuan, why }) => `  ${no}  ${instruction}  ${amountYuan}  ${why}`,
  );
  const head = `实发 paid ${paid}  失败 failed ${failed}  退票 returned ${returned}`;
  return [`${head}  挂账 in suspense ${suspense}`, ...lines].join('\n');
}

function words(report: Json): string {
  const problems = report['problems'] as readonly Json[];
  const { status, good, rows, problemCount } = report;
  const counts = `${status}: ${good}/${rows} (${problemCount} ✗)`;
  const lines = problems
    .slice(0, 20)
    .map(({ file, line, column, zh, en }) => `  ${file}:${line} ${column} ${zh} · ${en}`);
  return [counts, ...lines].join('\n');
}
