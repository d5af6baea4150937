import type { Pool } from 'pg';
import type { System } from '#application/start.js';
import type { Blocked, Follower, WorkSources } from './work.js';

/** Read models and reactions alike: each has a checkpoint and may have stopped. */
export function workSources({ app, runner }: System): WorkSources {
  return {
    head: () => app.store.head(),
    followers: async () => {
      const standings = await runner.standings();
      const models = standings.map(({ name, position, error }) => ({ name, position, error }));
      return [...models, ...(await lanesOf(app.pool))];
    },
    blocked: () => blockedIn(app.pool),
    retry: (name) => runner.retry(name),
    settled: app.settled,
  };
}

async function lanesOf(pool: Pool): Promise<readonly Follower[]> {
  const { rows } = await pool.query<Follower>(
    `select 'reactions ' || lane as name, position, error from reaction_checkpoint order by lane`,
  );
  return rows;
}

const mostShown = 200;

async function blockedIn(pool: Pool): Promise<readonly Blocked[]> {
  const { rows } = await pool.query<Omit<Blocked, 'facts'> & { facts: string }>(
    `select reaction, position, code, facts from reaction_block
      order by position, reaction limit ${mostShown}`,
  );
  return rows.map(({ facts, ...row }) => ({
    ...row,
    facts: JSON.parse(facts) as Blocked['facts'],
  }));
}
