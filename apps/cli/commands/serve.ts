import type { Command } from 'commander';
import { readConfiguration } from '#application/configuration.js';
import { seedDemo } from '../demo/seed.js';
import { shellOf } from '../shell.js';

type ServeOptions = Readonly<{ demo?: boolean; port?: string; worker: boolean }>;

/** `serve` and `worker`: the same applications as `npm start`, until a signal ends them. */
export function addServe(program: Command): void {
  program
    .command('serve')
    .description('启动服务器（连同后台处理）· start the server, with the worker in it')
    .option(
      '--demo',
      '加演示账号；空目录里先办完演示城市 · with demonstration accounts, and their city in an empty folder',
    )
    .option('--port <n>', '端口 · the port')
    .option('--no-worker', '后台处理另行启动 · the worker runs elsewhere')
    .action(async ({ demo = false, port, worker }: ServeOptions, command: Command) => {
      // The framework is loaded by who serves; every other command starts without it.
      const { serve } = await import('#apps/server/app.js');
      const { demonstrate } = await import('#apps/server/app/demonstrate.js');
      const { greeting } = await import('#apps/server/app/greeting.js');
      const { dataDir } = shellOf(command);
      const over = { dataDir, ...(port === undefined ? {} : { port }) };
      const configuration = readConfiguration(process.env, over);
      const serving = await serve(configuration, { demo, worker });
      let isStopping = false;
      const ending = signalled().then(() => void (isStopping = true));
      process.stdout.write(greeting(serving, demo));
      if (demo) void demonstrate(seedDemo, serving, configuration, () => isStopping);
      await ending;
      await serving.stop();
      process.exit(0);
    });
  program
    .command('worker')
    .description('只启动后台处理 · start the worker alone')
    .action(async (_options: object, command: Command) => {
      const { work } = await import('#apps/worker/app.js');
      const { dataDir } = shellOf(command);
      const working = await work(readConfiguration(process.env, { dataDir }));
      await signalled();
      await working.stop();
      process.exit(0);
    });
}

function signalled(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => resolve());
  });
}
