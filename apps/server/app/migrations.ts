import type { Migration } from '#postgres/migrations.js';
import { businessDayMigrations } from '../business-days.js';
import { reservationMigrations } from '../reservations.js';

/** The server's own tables: nothing in them is a fact of business. */
export const serverMigrations: readonly Migration[] = [
  ...businessDayMigrations,
  ...reservationMigrations,
];
