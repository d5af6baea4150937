import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Pool } from 'pg';

export type SessionOwner = Readonly<{ accountId: string; actorId: string; mustChange: boolean }>;

const minuteMs = 60_000;
export const idleLimitMs = 30 * minuteMs;
export const absoluteLimitMs = 12 * 60 * minuteMs;

/**
 * Who is signed in. The database holds only the hash of a session's id: whoever reads the table
 * cannot take a session over.
 */
export class Sessions {
  constructor(
    private readonly database: Pick<Pool, 'query'>,
    private readonly now: () => Date,
  ) {}

  /** A new id at each sign-in; the caller ends the session that was there before. */
  async open(accountId: string): Promise<string> {
    const id = randomBytes(32).toString('base64url');
    await this.database.query(
      `insert into sessions (session_sha256, account_id, created_at, seen_at)
       values ($1, $2, $3, $3)`,
      [sha256(id), accountId, this.now()],
    );
    return id;
  }

  /** The owner while neither limit has passed and the account is in use; each use prolongs it. */
  async find(id: string): Promise<SessionOwner | undefined> {
    const now = this.now();
    const { rows } = await this.database.query<SessionOwner & { seenAt: Date }>(
      `select a.account_id as "accountId", a.actor_id as "actorId",
              a.must_change as "mustChange", s.seen_at as "seenAt"
         from sessions s join staff_accounts a using (account_id)
        where s.session_sha256 = $1 and not a.disabled
          and s.seen_at > $2 and s.created_at > $3`,
      [sha256(id), before(now, idleLimitMs), before(now, absoluteLimitMs)],
    );
    const [row] = rows;
    if (row === undefined) return undefined;
    const { seenAt, ...owner } = row;
    // Once a minute is enough to tell idleness, and spares a write at each request.
    if (now.getTime() - seenAt.getTime() >= minuteMs) await this.touch(id, now);
    return owner;
  }

  async close(id: string): Promise<void> {
    await this.database.query('delete from sessions where session_sha256 = $1', [sha256(id)]);
  }

  /** Ends every session of a person, whatever account it was opened with. */
  async revokeActor(actorId: string): Promise<number> {
    const { rowCount } = await this.database.query(
      `delete from sessions where account_id in
         (select account_id from staff_accounts where actor_id = $1)`,
      [actorId],
    );
    return rowCount ?? 0;
  }

  /** Removes what no longer opens anything. */
  async sweep(): Promise<number> {
    const now = this.now();
    const { rowCount } = await this.database.query(
      'delete from sessions where seen_at <= $1 or created_at <= $2',
      [before(now, idleLimitMs), before(now, absoluteLimitMs)],
    );
    return rowCount ?? 0;
  }

  private async touch(id: string, now: Date): Promise<void> {
    await this.database.query(
      'update sessions set seen_at = greatest(seen_at, $2) where session_sha256 = $1',
      [sha256(id), now],
    );
  }
}

/** What a form must carry: it follows from the session's id, which a foreign page cannot read. */
export function csrfToken(sessionId: string): string {
  return createHmac('sha256', sessionId).update('csrf').digest('base64url');
}

export function csrfTokenMatches(sessionId: string, token: string): boolean {
  const expected = Buffer.from(csrfToken(sessionId));
  const given = Buffer.from(token);
  return expected.length === given.length && timingSafeEqual(expected, given);
}

function sha256(id: string): string {
  return createHash('sha256').update(id).digest('hex');
}

function before(now: Date, ms: number): Date {
  return new Date(now.getTime() - ms);
}
