import type { Command } from 'commander';
import type { Json } from '../client.js';
import { UsageError } from '../failure.js';
import { table } from '../output.js';
import { doneBy, doneFacts } from '../place.js';
import { dayArgument, shellOf } from '../shell.js';

type Opening = Readonly<{
  parent?: string;
  kind: string;
  jurisdiction?: string;
  zh: string;
  en: string;
}>;

const kinds = ['county', 'street', 'township'];

const titles: Readonly<Record<string, string>> = {
  pool: '统筹区 pool',
  county: '县区 county',
  street: '街道 street',
  township: '乡镇 township',
};

/** The business day and the offices: what stands before any month's work. */
export function addOffice(program: Command): void {
  program
    .command('business-day [day]')
    .description('查看业务日，或推进到某日 · show the business day, or move it on to a day')
    .action(businessDay);
  program.command('offices').description('经办机构一览 · all offices').action(offices);
  program
    .command('open-office <code>')
    .description('设立经办机构 · open an office')
    .option('--kind <kind>', `县区、街道、乡镇 · ${kinds.join(', ')}`, 'county')
    .option('--parent <code>', '上级机构（默认统筹区）· the office above it (the pool by default)')
    .option('--jurisdiction <code>', '法规区划（默认同上级）· its place in law (as its parent’s)')
    .requiredOption('--zh <name>', '中文名称 · its name in Chinese')
    .requiredOption('--en <name>', '英文名称 · its name in English')
    .action(openOffice);
}

async function businessDay(
  day: string | undefined,
  _options: object,
  command: Command,
): Promise<void> {
  const to = day === undefined ? undefined : dayArgument(day);
  const { output, client } = shellOf(command);
  const api = await client();
  const path = '/api/v1/business-day';
  const answer =
    to === undefined ? await api.get(path) : await api.put(path, { body: { day: to } });
  const said = `业务日 business day ${String(answer['day'])}  统筹区 pool ${String(answer['pool'])}`;
  output.result({ ...answer, ...doneFacts(api) }, () => [said, ...doneBy(api)].join('\n'));
}

async function offices(_options: object, command: Command): Promise<void> {
  const { output, client } = shellOf(command);
  const api = await client();
  await api.settled();
  const { rows } = await api.get('/api/v1/offices');
  const cells = (rows as readonly Json[]).map(({ code, kind, parent, nameZh, nameEn }) =>
    [code, titles[String(kind)] ?? kind, parent ?? '–', nameZh, nameEn].map(String),
  );
  const head = ['代码 code', '类别 kind', '上级 parent', '名称', 'name'];
  output.result(rows, () => table([head, ...cells]));
}

async function openOffice(code: string, given: Opening, command: Command): Promise<void> {
  const { kind, zh, en } = given;
  if (!kinds.includes(kind))
    throw new UsageError(`--kind 应为 ${kinds.join('、')}`, `--kind is one of ${kinds.join(', ')}`);
  const { output, client } = shellOf(command);
  const api = await client();
  await api.settled();
  const { rows } = await api.get('/api/v1/offices');
  const known = rows as readonly Readonly<{ code: string; kind: string; jurisdiction: string }>[];
  const parent = given.parent ?? known.find((one) => one.kind === 'pool')?.code ?? '';
  const above = known.find((one) => one.code === parent);
  const jurisdiction = given.jurisdiction ?? above?.jurisdiction ?? parent;
  const body = { code, parent, kind, jurisdiction, names: { zh, en } };
  const receipt = await api.post('/api/v1/offices', { body });
  const said = `✓ 设立 opened ${code} ${zh} ${en}  上级 parent ${parent}`;
  const facts = { ...receipt, ...body, ...doneFacts(api) };
  output.result(facts, () => [said, ...doneBy(api)].join('\n'));
}
