import { randomUUID } from 'node:crypto';
import { demoLogin, demoPassword } from '#apps/server/demo-staff.js';
import type { Duty } from '#domain/actor/duties.js';
import { residentIdCheck } from '#domain/values/resident-id.js';

export type Body = Readonly<Record<string, unknown>>;

/** Where the server says what it is doing. */
export const doing = '/activity';

export type Answer = Readonly<{
  status: number;
  headers: Readonly<Record<string, string>>;
  text: string;
  body: Body;
}>;

export type Asking = Readonly<{
  commandId?: string;
  headers?: Readonly<Record<string, string>>;
}>;

/**
 * A server known by its address alone: whoever works on it signs in and sends requests. Started
 * again it may have another address; sessions outlive it.
 */
export class Api {
  private readonly known = new Map<string, Desk>();

  constructor(public url: string) {}

  async send(
    method: string,
    path: string,
    { body, headers = {} }: Readonly<{ body?: unknown; headers?: Record<string, string> }> = {},
  ): Promise<Answer> {
    const isFile = Buffer.isBuffer(body);
    const type = isFile ? 'application/octet-stream' : 'application/json';
    const answer = await fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': type }), ...headers },
      ...(body === undefined ? {} : { body: isFile ? new Uint8Array(body) : JSON.stringify(body) }),
    });
    const text = await answer.text();
    const isJson = String(answer.headers.get('content-type')).includes('json');
    return {
      status: answer.status,
      headers: Object.fromEntries(answer.headers),
      text,
      body: isJson ? (JSON.parse(text) as Body) : {},
    };
  }

  async signIn(login: string, password: string): Promise<Desk> {
    const { body } = await this.send('POST', '/session', { body: { login, password } });
    if (typeof body['session'] !== 'string') throw new Error(`${login} cannot sign in`);
    return new Desk(this, login, body['session']);
  }

  /** The demonstration's account of a duty, for the whole pool. */
  async demo(duty: Duty): Promise<Desk> {
    const desk = this.known.get(duty) ?? (await this.signIn(demoLogin(duty), demoPassword));
    this.known.set(duty, desk);
    return desk;
  }
}

/** One signed-in account. A command gets a fresh id unless one is given. */
export class Desk {
  constructor(
    readonly api: Api,
    readonly login: string,
    private readonly session: string,
    private readonly always: Readonly<Record<string, string>> = {},
  ) {}

  /** The same account, acting in one of its duties and offices. */
  acting(headers: Readonly<Record<string, string>>): Desk {
    return new Desk(this.api, this.login, this.session, { ...this.always, ...headers });
  }

  ask(method: string, path: string, body?: unknown, asking: Asking = {}): Promise<Answer> {
    const isCommand = method !== 'GET';
    const id = asking.commandId ?? randomUUID();
    const headers = {
      authorization: `Bearer ${this.session}`,
      ...(isCommand ? { 'idempotency-key': id } : {}),
      ...this.always,
      ...asking.headers,
    };
    return this.api.send(method, path, { headers, ...(body === undefined ? {} : { body }) });
  }

  get(path: string): Promise<Answer> {
    return this.ask('GET', path);
  }

  /** @throws Error when the server says no */
  async read(path: string): Promise<Body> {
    return done(await this.get(path), path);
  }

  /** Does it and waits until everything has followed. @throws Error when the server says no */
  async does(method: 'POST' | 'PUT', path: string, body?: unknown): Promise<Body> {
    const answer = done(await this.ask(method, path, body), `${method} ${path}`);
    if (answer['position'] !== undefined) await this.settled(String(answer['position']));
    return answer;
  }

  async settled(position: string): Promise<void> {
    for (;;) {
      const { settled } = await this.read(`${doing}/settled?position=${position}`);
      if (settled === true) return;
    }
  }

  /** Sends a file of rows in our own form; the first row is the header. */
  file(path: string, name: string, content: Buffer | readonly string[]): Promise<Answer> {
    const bytes = Buffer.isBuffer(content) ? content : Buffer.from(`${content.join('\n')}\n`);
    return this.ask('POST', path, bytes, { headers: { 'x-file-name': encodeURIComponent(name) } });
  }

  /** Takes a whole file in. @throws Error when a row is not taken */
  async takes(kind: string, name: string, rows: readonly string[]): Promise<Body> {
    const answer = done(await this.file(`/imports/${kind}`, name, rows), `${kind} ${name}`);
    const { refused } = answer['outcome'] as { refused: readonly unknown[] };
    if (answer['status'] !== 'taken' || refused.length > 0)
      throw new Error(`${name}: ${JSON.stringify(answer)}`);
    await this.settled(String(answer['position']));
    return answer;
  }
}

function done({ status, body, text }: Answer, what: string): Body {
  if (status >= 300) throw new Error(`${what} answered ${status}: ${text.slice(0, 2_000)}`);
  return body;
}

/** Made-up people by number: the same 18 and 15 digits for the same one, and nobody's. */
export function residentId(at: number, born = '19700101'): { id18: string; id15: string } {
  const division = String(440_000 + Math.floor(at / 1_000)).padStart(6, '0');
  const first17 = `${division}${born}${String(at % 1_000).padStart(3, '0')}`;
  return {
    id18: first17 + residentIdCheck(first17),
    id15: division + born.slice(2) + String(at % 1_000).padStart(3, '0'),
  };
}
