import type { Pool } from 'pg';
import { refuse } from '#domain/refusal.js';
import type { Migration } from '#postgres/migrations.js';

export const reservationMigrations: readonly Migration[] = [
  {
    id: 'server-002-command-reservations',
    sql: `
      create table command_reservations (
        command_id  uuid primary key,
        actor_id    text not null,
        target      text not null,
        body_sha256 text not null,
        reserved_at timestamptz not null default now(),
        answer      text
      );
      grant select, insert on command_reservations to yuejie_app;
      grant update (answer) on command_reservations to yuejie_app;`,
  },
  {
    id: 'server-003-command-reservations-end',
    sql: `
      create index command_reservations_age on command_reservations (reserved_at);
      grant delete on command_reservations to yuejie_app;`,
  },
];

/** What a command id is reserved for: who sent which body to which route. */
export type Reservation = Readonly<{
  commandId: string;
  actorId: string;
  target: string;
  bodySha256: string;
}>;

/**
 * Each command id is reserved before its command runs. After a crash in between, the retry finds
 * the reservation without an answer and runs the command again, which is harmless by its id.
 */
export class Reservations {
  constructor(private readonly database: Pick<Pool, 'query'>) {}

  /**
   * @returns the answer that the same command was given before, if it was answered
   * @throws Refusal COMMAND_ID_REUSED for another sender, target or body
   */
  async reserve({
    commandId,
    actorId,
    target,
    bodySha256,
  }: Reservation): Promise<string | undefined> {
    const { rowCount } = await this.database.query(
      `insert into command_reservations (command_id, actor_id, target, body_sha256)
       values ($1, $2, $3, $4) on conflict do nothing`,
      [commandId, actorId, target, bodySha256],
    );
    if (rowCount === 1) return undefined;
    const { rows } = await this.database.query<{ same: boolean; answer: string | null }>(
      `select actor_id = $2 and target = $3 and body_sha256 = $4 as same, answer
         from command_reservations where command_id = $1`,
      [commandId, actorId, target, bodySha256],
    );
    if (rows[0]?.same !== true) refuse('COMMAND_ID_REUSED', { command: commandId });
    return rows[0].answer ?? undefined;
  }

  async answered(commandId: string, answer: string): Promise<void> {
    await this.database.query('update command_reservations set answer = $2 where command_id = $1', [
      commandId,
      answer,
    ]);
  }
}
