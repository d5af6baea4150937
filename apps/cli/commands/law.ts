import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { readConfiguration } from '#application/configuration.js';
import { withPolicyFiles } from '#application/policy-files.js';
import { lawIndex, lawPage, placesOf } from '#law/law-page.js';
import { shippedPolicies } from '#law/shipped.js';
import { isJurisdiction, levelsOf, type Policies } from '#law/table.js';
import { UsageError } from '../failure.js';
import { shellOf } from '../shell.js';

/** The rules of law with their sources; needs no server. */
export function addLaw(program: Command): void {
  program
    .command('law [jurisdiction]')
    .description('规则表及其出处 · the tables of law with their sources, of a place or of all')
    .option('--out <dir>', '写成网页文件的目录 · write one page a place into this folder')
    .action(
      async (
        jurisdiction: string | undefined,
        { out }: Readonly<{ out?: string }>,
        command: Command,
      ) => {
        const { output } = shellOf(command);
        if (out !== undefined) {
          const files = await writePages(out, shippedPolicies);
          return output.result({ out, files }, () => files.join('\n'));
        }
        const { policyFiles } = readConfiguration(process.env);
        const policies = await withPolicyFiles(shippedPolicies, policyFiles);
        if (jurisdiction === undefined)
          return output.result({ places: placesOf(policies) }, () => lawIndex(policies));
        const places = levelsWithRows(jurisdiction, policies);
        return output.result({ jurisdiction, places }, () =>
          places.map((place) => lawPage(place, policies)).join('\n'),
        );
      },
    );
}

/** The place asked for, and above it what it falls back on. */
function levelsWithRows(jurisdiction: string, policies: Policies): readonly string[] {
  if (!isJurisdiction(jurisdiction))
    throw new UsageError(
      `${jurisdiction} 不是六位区划代码`,
      `${jurisdiction} is no six-digit division code`,
    );
  const known = new Set(placesOf(policies));
  return levelsOf(jurisdiction).filter((level) => known.has(level));
}

/** What is shipped, without an office's own policy files: the pages are the release's. */
async function writePages(out: string, policies: Policies): Promise<readonly string[]> {
  await mkdir(out, { recursive: true });
  const pages = new Map([['README.md', lawIndex(policies)]]);
  for (const place of placesOf(policies)) pages.set(`${place}.md`, lawPage(place, policies));
  for (const [name, text] of pages) await writeFile(join(out, name), text);
  return [...pages.keys()];
}
