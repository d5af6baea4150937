import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { ConfigurationError, readConfiguration } from '#application/configuration.js';
import { SetupError } from '#postgres/setup-error.js';
import { serve } from './app.js';
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
  process.stdout.write(greeting(serving, values.demo));
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.once(signal, () => void serving.stop().then(() => process.exit(0)));
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
