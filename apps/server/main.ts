import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { seedDemo } from '#apps/cli/demo/seed.js';
import { ConfigurationError, readConfiguration } from '#application/configuration.js';
import { SetupError } from '#postgres/setup-error.js';
import { serve } from './app.js';
import { demonstrate } from './app/demonstrate.js';
import { greeting } from './app/greeting.js';

/** The all-in-one process: `npm start -- [--demo] [--data DIR] [--port N]`. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      demo: { type: 'boolean', default: false },
      data: { type: 'string' },
      port: { type: 'string' },
    },
  });
  const configuration = readConfiguration(process.env, {
    ...(values.data === undefined ? {} : { dataDir: values.data }),
    ...(values.port === undefined ? {} : { port: values.port }),
  });
  const serving = await serve(configuration, { demo: values.demo });
  let isStopping = false;
  // A terminal tells the whole group and npm tells us again: that must not cut the stop.
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => {
      isStopping = true;
      void serving.stop().then(() => process.exit(0));
    });
  // Whoever reads this may end the process at once: the signals are heard before.
  process.stdout.write(greeting(serving, values.demo));
  if (values.demo) await demonstrate(seedDemo, serving, configuration, () => isStopping);
}

main().catch((error: unknown) => {
  const isExpected = error instanceof SetupError || error instanceof ConfigurationError;
  const isOption = error instanceof TypeError && 'code' in error;
  process.stderr.write(isExpected || isOption ? `${error.message}\n` : `${stackOf(error)}\n`);
  process.exitCode = isOption || error instanceof ConfigurationError ? 2 : 1;
});

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
