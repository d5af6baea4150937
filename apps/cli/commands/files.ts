import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Command } from 'commander';
import type { Client, Json } from '../client.js';
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

type ImportOptions = Readonly<{ dryRun?: boolean; park?: boolean; office?: string }>;

/** Files that come in: a bureau's, and the bank's answer. */
export function addFiles(program: Command): void {
  program
    .command('import <kind> <file>')
    .description(`导入文件 · import a file; KIND is ${kinds.join(', ')}`)
    .option('--dry-run', '只检查 · check and take nothing')
    .option('--park', '保留正确的行，搁置有误的行 · keep the good rows and park the others')
    .option('--office <code>', '为哪个机构 · for which office')
    .action(async (kind: string, file: string, options: ImportOptions, command: Command) => {
      if (!kinds.includes(kind))
        throw new UsageError(
          `没有 ${kind} 这种文件：${kinds.join('、')}`,
          `There is no kind ${kind}: ${kinds.join(', ')}`,
        );
      const { output, client } = shellOf(command);
      const given = await fileAt(file);
      const api = await client();
      const { dryRun = false, park = false, office } = options;
      const path = `/api/v1/imports/${kind}?dryRun=${dryRun}&park=${park}`;
      const asking = { file: given, ...(office === undefined ? {} : { office }) };
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
    .action(
      async (
        file: string,
        { office, month }: Readonly<{ office?: string; month?: string }>,
        command: Command,
      ) => {
        const { output, client } = shellOf(command);
        const given = await fileAt(file);
        const api = await client();
        const place = await placeOf(api, office, month);
        const path = `/api/v1/receipts/${place.office}/${place.month}`;
        output.result(await api.post(path, { file: given }));
      },
    );
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

function words(report: Json): string {
  const problems = report['problems'] as readonly Json[];
  const { status, good, rows, problemCount } = report;
  const counts = `${status}: ${good}/${rows} (${problemCount} ✗)`;
  const lines = problems
    .slice(0, 20)
    .map(({ file, line, column, zh, en }) => `  ${file}:${line} ${column} ${zh} · ${en}`);
  return [counts, ...lines].join('\n');
}
