import { yuanText, type Fen } from '#domain/values/fen.js';
import { placeName } from './places.js';
import type { Policies, Row } from './table.js';
import { topicNames } from './topic-names.js';

/**
 * The rows of one place as a page to read: what each says, from when to when, on which document's
 * word. Made from the tables, so that no page says what the calculator does not.
 */
export function lawPage(jurisdiction: string, policies: Policies): string {
  const rows = policies.filter((row) => row.jurisdiction === jurisdiction);
  const { zh, en } = placeName(jurisdiction);
  const lines = rows.map((row) => `| ${cellsOf(row).map(cell).join(' | ')} |`);
  return [
    `# ${jurisdiction} ${zh} · ${en}`,
    '',
    '由规则表生成，不可手工修改 · Generated from the tables by `yuejie law --out docs/law`; not edited by hand.',
    '',
    '| 事项 · matter | 起 from | 止 to | 内容 · rule | 依据 · source | 已核原文 · read |',
    '| --- | --- | --- | --- | --- | --- |',
    ...lines,
    ...decisionsOf(rows),
    ...originsOf(rows),
    '',
  ].join('\n');
}

/** All places that have rows, with how many and how many of them rest on a text that was read. */
export function lawIndex(policies: Policies): string {
  const lines = placesOf(policies).map((jurisdiction) => {
    const rows = policies.filter((row) => row.jurisdiction === jurisdiction);
    const read = rows.filter(({ law }) => law.verified).length;
    const { zh, en } = placeName(jurisdiction);
    return `| [${jurisdiction}](${jurisdiction}.md) | ${zh} | ${en} | ${rows.length} | ${read} |`;
  });
  return [
    '# 规则表 · The tables of law',
    '',
    '每条规则的起止日期、内容与出处，由规则表生成。字段名与参数文件相同；金额为元，比例为百分数。',
    '先查本地规则，没有的依次查市、省、全国规则。',
    '',
    'Each rule with its dates, its content and its source, generated from the tables by',
    '`yuejie law --out docs/law`. Fields are named as policy files name them; amounts are yuan,',
    'shares per cent. A place asks its own rows first, then its city’s, its province’s and the',
    'nation’s.',
    '',
    '| 代码 code | 地区 | place | 条数 rows | 已核 read |',
    '| --- | --- | --- | --- | --- |',
    ...lines,
    '',
  ].join('\n');
}

export function placesOf(policies: Policies): readonly string[] {
  return [...new Set(policies.map(({ jurisdiction }) => jurisdiction))].sort();
}

function cellsOf({ topic, from, to, knownTo, value, law, decision }: Row): readonly string[] {
  const { zh, en } = topicNames[topic];
  const until = to ?? (knownTo === undefined ? '' : `（已知至 known to ${knownTo}）`);
  const rule = value === 'local' ? '由地方规定 · left to the locality' : valueText(value);
  const named = decision === undefined ? '' : ` (${decision.name})`;
  const source = `${law.document} ${law.article}`.trim();
  return [`${zh} ${en}`, from, until, rule + named, source, law.verified ? '是 yes' : '否 no'];
}

/** A value with the field names of policy files: `bands [fromMonths 12, base 1; fromMonths 48]`. */
export function valueText(value: unknown): string {
  if (typeof value === 'bigint') return yuanText(value as Fen);
  if (Array.isArray(value)) return `[${value.map(valueText).join('; ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  if (isRatio(value)) return percentText(value);
  const entries = Object.entries(value);
  if (entries.length === 0) return '无另行规定 · nothing beyond';
  return entries.map(([name, inner]) => `${name} ${nestedText(inner)}`).join(', ');
}

function nestedText(value: unknown): string {
  const isPlain = typeof value !== 'object' || value === null || Array.isArray(value);
  return isPlain || isRatio(value) ? valueText(value) : `(${valueText(value)})`;
}

function isRatio(value: object): value is Readonly<{ of: bigint; per: bigint }> {
  return 'of' in value && 'per' in value;
}

/** Two decimals of a per cent are as fine as any text is. */
function percentText({ of, per }: Readonly<{ of: bigint; per: bigint }>): string {
  const hundredths = (of * 10_000n) / per;
  if (hundredths * per !== of * 10_000n) return `${of}/${per}`;
  return `${yuanText(hundredths as Fen).replace(/\.?0+$/, '')} %`;
}

function decisionsOf(rows: readonly Row[]): readonly string[] {
  const named = new Map(
    rows.flatMap(({ decision }) => (decision ? [[decision.name, decision]] : [])),
  );
  if (named.size === 0) return [];
  const lines = [...named.values()].map(
    ({ name, words }) => `- \`${name}\`: ${words.zh} · ${words.en}`,
  );
  return ['', '## 命名决定 · Named decisions', '', ...lines];
}

function originsOf(rows: readonly Row[]): readonly string[] {
  const unread = rows.filter(({ law }) => !law.verified);
  if (unread.length === 0) return [];
  const lines = new Set(
    unread.map(({ law }) => {
      const { document, article, origin = '', originEn = origin } = law;
      return `- ${`${document} ${article}`.trim()}: ${origin} · ${originEn}`;
    }),
  );
  return ['', '## 未核原文的依据 · What unread rows stand on', '', ...lines];
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
