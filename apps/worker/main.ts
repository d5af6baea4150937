import { readConfiguration } from '#application/configuration.js';
import { work } from './app.js';

/** The worker's own process; everything is set by the environment. */
async function main(): Promise<void> {
  const working = await work(readConfiguration(process.env));
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.on(signal, () => void working.stop().then(() => process.exit(0)));
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
