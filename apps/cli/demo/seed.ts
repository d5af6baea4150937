import { demoOf, usualDemo, type DemoOptions } from './options.js';
import { runDemo, type DemoPlace } from './run.js';

/** What the seeding of a served folder tells to whoever keeps the log. */
export type SeedLog = (message: string, facts: Readonly<Record<string, string>>) => void;

export type SeededPlace = Omit<DemoPlace, 'verify' | 'progress' | 'bank'> &
  Readonly<{
    /** Whose server it is: the city's pool, unless another was begun in the folder. */
    pool: string;
    /** Whether the folder was made by this start: one that holds other work is left alone. */
    isNew: boolean;
  }>;

/**
 * Fills the folder of a server that was started for a demonstration, while it serves: goes on with
 * the city that was begun there, or makes the usual one in a new folder.
 */
export async function seedDemo(
  { pool, isNew, ...place }: SeededPlace,
  log: SeedLog,
): Promise<void> {
  const begun = await demoOf(place.dataDir);
  if (begun === undefined && !isNew) return;
  const options: DemoOptions = begun ?? { ...usualDemo, jurisdiction: pool };
  const progress: DemoPlace['progress'] = ({ month, step, done, of }) =>
    log('demo', { month, step, done: `${done}/${of}` });
  // The proof is the auditor's: `yuejie verify` looks at the folder while it is served.
  const { months } = await runDemo(options, { ...place, progress, verify: async () => true });
  log('demo is ready', { months: months.map(({ month }) => month).join(' ') });
}
