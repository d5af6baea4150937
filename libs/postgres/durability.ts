import type { Pool } from 'pg';
import { SetupError } from './setup-error.js';

const required: Readonly<Record<string, readonly string[]>> = {
  fsync: ['on'],
  full_page_writes: ['on'],
  synchronous_commit: ['on', 'local', 'remote_write', 'remote_apply'],
  data_checksums: ['on'],
};

/**
 * An acknowledged payment must outlive a power cut, so a server that is told otherwise is refused.
 *
 * @throws SetupError SETTING_UNSAFE naming the first setting that is wrong
 */
export async function assertDurable(pool: Pick<Pool, 'query'>): Promise<void> {
  const { rows } = await pool.query<{ name: string; setting: string }>(
    'select name, setting from pg_settings where name = any($1)',
    [Object.keys(required)],
  );
  for (const [name, allowed] of Object.entries(required)) {
    const setting = rows.find((row) => row.name === name)?.setting ?? '?';
    if (allowed.includes(setting)) continue;
    throw new SetupError('SETTING_UNSAFE', {
      zh:
        `PostgreSQL 设置 ${name}=${setting} 会在断电时丢失已确认的数据。请改为 ${name}=${allowed[0]} ` +
        '并重启数据库（data_checksums 须用 pg_checksums --enable）。',
      en:
        `The PostgreSQL setting ${name}=${setting} loses acknowledged data in a power cut. ` +
        `Set ${name}=${allowed[0]} and restart the server (data_checksums: pg_checksums ` +
        '--enable).',
    });
  }
}
