import { delimiter, join, resolve } from 'node:path';
import { z } from 'zod';
import { isJurisdiction } from '#law/table.js';

/** What an administrator may set; docs/CONFIGURATION.md is the page about it. */
const port = z.coerce.number().int().min(0).max(65_535);
const environment = z.object({
  PORT: port.default(3000),
  HOST: z.string().min(1).default('127.0.0.1'),
  DATA_DIR: z.string().min(1).default('./data'),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  APP_DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  EVENT_STORE: z
    .string()
    .regex(/^(postgres|esdb(\+discover)?:\/\/.+)$/)
    .default('postgres'),
  YUEJIE_KEYS_FILE: z.string().min(1).optional(),
  BANK_FOLDER: z.string().min(1).optional(),
  POOL: z.string().refine(isJurisdiction).default('440100'),
  POOL_NAME_ZH: z.string().min(1).default('失业保险经办中心'),
  POOL_NAME_EN: z.string().min(1).default('Unemployment insurance office'),
  POLICY_FILES: z.string().optional(),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).default('info'),
  SECURE_COOKIE: z.enum(['0', '1']).default('0'),
  YUEJIE_CRASH_AT: z.string().optional(),
});

export type Configuration = Readonly<{
  port: number;
  host: string;
  dataDir: string;
  /** Without it the PostgreSQL server of the data folder is started. */
  databaseUrl?: string;
  appDatabaseUrl?: string;
  eventStore: string;
  keysFile: string;
  bankFolder: string;
  /** The pool (统筹区) that the first start opens; every other office lies below it. */
  pool: Readonly<{ code: string; names: Readonly<{ zh: string; en: string }> }>;
  /** Policy files whose rows join the shipped ones, in the order in which they are named. */
  policyFiles: readonly string[];
  logLevel: string;
  secureCookie: boolean;
}>;

/**
 * A setting that cannot be read: named, and never with the value, which may hold a password. What
 * is wrong with it may be said beside, in both languages.
 */
export class ConfigurationError extends Error {
  constructor(
    readonly names: readonly string[],
    why: Readonly<{ zh: string; en: string }> = { zh: '', en: '' },
  ) {
    const page = 'docs/CONFIGURATION.md';
    super(
      `环境变量 ${names.join('、')} 的值不能使用，见 ${page}。${why.zh}\n` +
        `The environment's ${names.join(', ')} cannot be used, see ${page}. ${why.en}`.trimEnd(),
    );
    this.name = 'ConfigurationError';
  }
}

/**
 * Reads the settings; an empty one is one that is not set.
 *
 * @throws ConfigurationError naming every variable that cannot be used
 */
export function readConfiguration(
  env: Readonly<Record<string, string | undefined>>,
  over: Readonly<{ dataDir?: string; port?: string }> = {},
): Configuration {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = environment.safeParse({
    ...given,
    ...(over.dataDir === undefined ? {} : { DATA_DIR: over.dataDir }),
    ...(over.port === undefined ? {} : { PORT: over.port }),
  });
  if (!parsed.success) {
    const names = parsed.error.issues.map(({ path }) => String(path[0]));
    throw new ConfigurationError([...new Set(names)]);
  }
  const set = parsed.data;
  const dataDir = resolve(set.DATA_DIR);
  return {
    port: set.PORT,
    host: set.HOST,
    dataDir,
    ...(set.DATABASE_URL === undefined ? {} : { databaseUrl: set.DATABASE_URL }),
    ...(set.APP_DATABASE_URL === undefined ? {} : { appDatabaseUrl: set.APP_DATABASE_URL }),
    eventStore: set.EVENT_STORE,
    keysFile: set.YUEJIE_KEYS_FILE ?? join(dataDir, 'keys.json'),
    bankFolder: resolve(set.BANK_FOLDER ?? join(dataDir, 'bank')),
    pool: { code: set.POOL, names: { zh: set.POOL_NAME_ZH, en: set.POOL_NAME_EN } },
    policyFiles: filesIn(set.POLICY_FILES ?? ''),
    logLevel: set.LOG_LEVEL,
    secureCookie: set.SECURE_COOKIE === '1',
  };
}

/** A list as `PATH` is one: paths with a comma in them are no trouble. */
function filesIn(list: string): readonly string[] {
  const paths = list.split(delimiter).map((path) => path.trim());
  return paths.filter((path) => path !== '').map((path) => resolve(path));
}
