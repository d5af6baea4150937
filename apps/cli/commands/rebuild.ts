import type { Command } from 'commander';
import { sourcesOf } from '#application/start.js';
import { codecs } from '#domain/codecs.js';
import { projections } from '#projections/all.js';
import { rebuild } from '#projections/rebuild.js';
import { UsageError } from '../failure.js';
import { overDatabase } from '../database.js';
import { shellOf } from '../shell.js';

/** Builds read models anew beside the live ones, compares, and swaps unless told not to. */
export function addRebuild(program: Command): void {
  const names = projections.map(({ name }) => name);
  program
    .command('rebuild [projection]')
    .description(`重建读模型 · rebuild a read model, or all: ${names.join(', ')}`)
    .option('--compare', '只比较 · compare and leave the live tables')
    .option('--replace', '不一致也替换 · take their place although they differ')
    .action(
      async (
        name: string | undefined,
        options: Readonly<{ compare?: boolean; replace?: boolean }>,
        command: Command,
      ) => {
        const { output, dataDir } = shellOf(command);
        const wanted = projections.filter((one) => name === undefined || one.name === name);
        if (wanted.length === 0)
          throw new UsageError(
            `没有读模型 ${name}：${names.join('、')}`,
            `Known: ${names.join(', ')}`,
          );
        const results = await overDatabase(dataDir, async ({ system, database }) => {
          const done: object[] = [];
          for (const projection of wanted) {
            const bar = output.progress(projection.name);
            const rebuilt = await rebuild({
              ...{ ownerPool: database.owner, store: system.app.store, codecs, projection },
              sources: sourcesOf(system.app),
              compareOnly: options.compare === true,
              replaceDifferent: options.replace === true,
              onProgress: (folded, of) => bar.at(Number(folded), Number(of)),
            });
            bar.end();
            done.push({ name: projection.name, ...rebuilt });
            if (rebuilt.differences.length > 0) process.exitCode = 1;
          }
          return done;
        });
        output.result(results);
      },
    );
}
