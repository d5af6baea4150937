import type { Migration } from '#postgres/migrations.js';
import type { Projection } from './projection.js';
import { liveSchema } from './runner.js';

/**
 * The schema of the live read models with one table set a projection, all open to the app role. A
 * new version's tables take the old ones' place and are folded from the beginning of the log.
 */
export function projectionMigrations(projections: readonly Projection[]): readonly Migration[] {
  return [
    {
      id: 'projections-0001-schema',
      sql: `
        create schema if not exists ${liveSchema};
        create table ${liveSchema}.projection_checkpoint (
          name     text   primary key,
          version  int    not null,
          position bigint not null,
          error    text
        );
        grant usage on schema ${liveSchema} to yuejie_app;
        grant select, insert, update on ${liveSchema}.projection_checkpoint to yuejie_app;`,
    },
    ...projections.map((projection) => ({
      id: `projection-${projection.name}-v${projection.version}`,
      sql: `
        set local search_path to ${liveSchema};
        ${projection.tables.map((table) => `drop table if exists ${table};`).join('\n')}
        delete from projection_checkpoint where name = '${projection.name}';
        ${projection.ddl}
        ${grantsOf(projection)}
        set local search_path to public;`,
    })),
  ];
}

/** What the app role may do with a projection's tables; they are named without their schema. */
export function grantsOf({ tables }: Projection): string {
  return tables
    .map((table) => `grant select, insert, update, delete on ${table} to yuejie_app;`)
    .join('\n');
}
