import { createHash } from 'node:crypto';
import { Client, type Asking, type Json, type Method } from '../client.js';
import { Failure } from '../failure.js';

/** The demonstration's people: a duty each, and nobody has two. */
export type Duty =
  | 'intake'
  | 'payroll'
  | 'approver'
  | 'reviewer'
  | 'accountant'
  | 'cashier'
  | 'reconciler'
  | 'system-admin';

/** As the server's first page tells everybody who looks at a demonstration. */
const loginOf = (duty: Duty) => `demo-${duty}`;
const password = 'yuejie-2026-try-it';

export type Sent = Readonly<{ body?: object; file?: Asking['file']; attempt?: number }>;

/**
 * The API's front door, as signed-in people use it. A command's id follows from the run and from
 * what is sent, so that a run that was killed says the same again and changes nothing by it.
 */
export class OfficeDoor {
  private readonly people = new Map<Duty, Promise<Client>>();

  constructor(
    private readonly baseUrl: string,
    /** Names the run in each command's id. */
    private readonly run: string,
  ) {}

  async get<Answer = Json>(duty: Duty, path: string): Promise<Answer> {
    const client = await this.as(duty);
    return (await client.get(`/api/v1/${path}`)) as Answer;
  }

  /** Every row of a list that is read page by page. */
  async rows<Row>(duty: Duty, path: string): Promise<readonly Row[]> {
    const rows: Row[] = [];
    const joint = path.includes('?') ? '&' : '?';
    for (let after = ''; ;) {
      const page = await this.get<Readonly<{ rows: readonly Row[]; next?: string | number }>>(
        duty,
        `${path}${after === '' ? '' : `${joint}after=${encodeURIComponent(after)}`}`,
      );
      rows.push(...page.rows);
      if (page.next === undefined) return rows;
      after = String(page.next);
    }
  }

  async post<Answer = Json>(duty: Duty, path: string, sent: Sent = {}): Promise<Answer> {
    return this.command<Answer>(duty, 'POST', path, sent);
  }

  async put<Answer = Json>(duty: Duty, path: string, sent: Sent = {}): Promise<Answer> {
    return this.command<Answer>(duty, 'PUT', path, sent);
  }

  /** Waits until read models and reactions have followed everything that was done. */
  async settle(): Promise<void> {
    for (;;) {
      const { head } = await this.get<Readonly<{ head: string }>>('reviewer', 'activity');
      const { settled } = await this.get('reviewer', `activity/settled?position=${head}`);
      if (settled === true) return;
    }
  }

  /** The clock of business: everybody's acts are dated with it. */
  async day(day: string): Promise<void> {
    await this.put('system-admin', 'business-day', { body: { day } });
  }

  private async command<Answer>(
    duty: Duty,
    method: Method,
    path: string,
    { body, file, attempt = 1 }: Sent,
  ): Promise<Answer> {
    const client = await this.as(duty);
    const content = file === undefined ? JSON.stringify(body ?? null) : sha256Of(file.bytes);
    const commandId = commandIdOf([this.run, method, path, content, String(attempt)]);
    const asking = {
      commandId,
      ...(body === undefined ? {} : { body }),
      ...(file === undefined ? {} : { file }),
    };
    return (await client.ask(method, `/api/v1/${path}`, asking)) as Answer;
  }

  private as(duty: Duty): Promise<Client> {
    const known = this.people.get(duty);
    if (known !== undefined) return known;
    const client = new Client(this.baseUrl).signIn(loginOf(duty), password);
    const signedIn = client.then((one) => one.client);
    this.people.set(duty, signedIn);
    return signedIn;
  }
}

/**
 * The answer, or undefined when the server's "no" is that one: it was looked for, not hoped for.
 */
export async function unless<Answer>(
  code: string,
  asking: Promise<Answer>,
): Promise<Answer | undefined> {
  try {
    return await asking;
  } catch (error) {
    if (error instanceof Failure && error.code === code) return undefined;
    throw error;
  }
}

/** Cases that do not depend on each other, some at a time, as an office works on them. */
export async function sideBySide<Case>(
  cases: readonly Case[],
  work: (one: Case) => Promise<void>,
  atOnce = 8,
): Promise<void> {
  const waiting = [...cases];
  const worker = async (): Promise<void> => {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) await work(one);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, cases.length) }, worker));
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** A name-based UUID (RFC 9562, version 5) within a namespace of the demonstration's own. */
function commandIdOf(parts: readonly string[]): string {
  const digest = createHash('sha1')
    .update(`yuejie demo\n${parts.join('\n')}`)
    .digest();
  digest[6] = (digest.readUInt8(6) & 0x0f) | 0x50;
  digest[8] = (digest.readUInt8(8) & 0x3f) | 0x80;
  const hex = digest.toString('hex', 0, 16);
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
