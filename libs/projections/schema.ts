import type { Migration } from '#postgres/migrations.js';
import type { Projection } from './projection.js';
import { liveSchema } from './runner.js';

/** The schema of the live read models with one table set a projection, all open to the app role. */
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
    ...projections.map(({ name, version, ddl, tables }) => ({
      id: `projection-${name}-v${version}`,
      sql: `
        set local search_path to ${liveSchema};
        ${ddl}
        ${tables
          .map((table) => `grant select, insert, update, delete on ${table} to yuejie_app;`)
          .join('\n')}
        set local search_path to public;`,
    })),
  ];
}
