import { readFile } from 'node:fs/promises';
import { Refusal } from '#domain/refusal.js';
import { policyRows } from '#law/policy-file.js';
import { withRows } from '#law/shipped.js';
import type { Policies, Row } from '#law/table.js';
import { ConfigurationError } from './configuration.js';

/**
 * The rules with an administrator's policy files added; of rows for one day and place, a later file
 * wins over an earlier one and over the shipped rules. They are read once: another text needs
 * another start, and gives another policy version.
 *
 * @throws ConfigurationError POLICY_FILES with the file, the row (from 1) and the wrong field
 */
export async function withPolicyFiles(
  policies: Policies,
  paths: readonly string[],
): Promise<Policies> {
  const rows: Row[] = [];
  for (const path of paths) rows.push(...(await rowsIn(path)));
  return rows.length === 0 ? policies : withRows(policies, rows);
}

async function rowsIn(path: string): Promise<readonly Row[]> {
  const text = await readFile(path, 'utf8').catch(() => wrong(path, '读不到', 'cannot be read'));
  const json = jsonOf(text, path);
  try {
    return policyRows(json);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { row = '', field = '' } = error.facts;
    if (row === '') return wrong(path, '不是 { "rows": […] }', 'is not { "rows": […] }');
    const zh = `第 ${row} 行${field === '' ? '' : `的 ${field}`} 不能使用`;
    const en = `row ${row}${field === '' ? '' : `, field ${field}`} cannot be used`;
    return wrong(path, zh, en);
  }
}

function jsonOf(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return wrong(path, '不是 JSON', 'is not JSON');
  }
}

function wrong(path: string, zh: string, en: string): never {
  const why = { zh: `${path}：${zh}。`, en: `${path}: ${en}.` };
  throw new ConfigurationError(['POLICY_FILES'], why);
}
