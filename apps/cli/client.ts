import { randomUUID } from 'node:crypto';
import { request, type IncomingMessage } from 'node:http';
import { request as requestOverTls } from 'node:https';
import { Failure, bothFailure, type BothWords } from './failure.js';

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

export type Json = Readonly<Record<string, unknown>>;

export type Asking = Readonly<{
  body?: unknown;
  /** Sent byte for byte, with its name in a header. */
  file?: Readonly<{ name: string; bytes: Uint8Array }>;
  /** A column mapping for the file, as JSON. */
  mapping?: string;
  /** The same id again is a retry; without one each request is its own command. */
  commandId?: string;
  duty?: string;
  office?: string;
}>;

/** As whom the server took a request: the account, whose it is, under which duty and office. */
export type Acting = Readonly<{
  login: string | undefined;
  person: string;
  duty: string;
  office: string;
}>;

/**
 * The API as a program uses it: a signed-in person's session, and nothing that a page could not do.
 * There is no limit on waiting, because a large file is taken in one request.
 */
export class Client {
  constructor(
    readonly url: string,
    private readonly session: string | undefined = undefined,
    /** Without one a refusal is told in both. */
    private readonly language?: 'zh' | 'en',
    private readonly login?: string,
    /** Of several duties the one to act in; without it the server takes the first that may. */
    readonly duty?: string,
  ) {}

  /** As whom the last command was taken, or the last question when there was none. */
  get acting(): Acting | undefined {
    return this.acted ?? this.asked;
  }

  private acted: Acting | undefined;
  private asked: Acting | undefined;

  get(path: string, asking: Asking = {}): Promise<Json> {
    return this.ask('GET', path, asking);
  }

  post(path: string, asking: Asking = {}): Promise<Json> {
    return this.ask('POST', path, asking);
  }

  put(path: string, asking: Asking = {}): Promise<Json> {
    return this.ask('PUT', path, asking);
  }

  /** @throws Failure with the server's code, or SERVER_UNREACHABLE */
  async ask(method: Method, path: string, asking: Asking = {}): Promise<Json> {
    const { status, text, acting } = await this.send(method, path, asking);
    const answer = parsed(text);
    if (acting !== undefined) {
      const known = { login: this.login, ...acting };
      if (method === 'GET') this.asked = known;
      else this.acted = known;
    }
    if (status >= 200 && status < 300) return answer;
    throw failureOf(status, answer, this.language);
  }

  /** Waits until read models and reactions have followed everything that was done. */
  async settled(): Promise<void> {
    for (let round = 0; round < mostRounds; round += 1) {
      const { head } = await this.get('/api/v1/activity');
      const { settled } = await this.get(`/api/v1/activity/settled?position=${String(head)}`);
      if (settled === true) return;
    }
    throw new Failure(
      'NOT_SETTLED',
      '后台处理没有跟上 · what follows from earlier commands is not done yet',
      '请稍后再试；一直如此的，见 /ready · try again; if it stays so, look at /ready',
    );
  }

  /** Signs in; the answer says whether the password must be changed before anything else. */
  async signIn(
    login: string,
    password: string,
  ): Promise<Readonly<{ client: Client; session: string; actorId: string; mustChange: boolean }>> {
    const answer = await this.post('/api/v1/session', { body: { login, password } });
    const session = String(answer['session']);
    return {
      client: new Client(this.url, session, this.language, login),
      session,
      actorId: String(answer['actorId']),
      mustChange: answer['mustChange'] === true,
    };
  }

  private send(
    method: Method,
    path: string,
    { body, file, mapping, commandId, duty = this.duty, office }: Asking,
  ): Promise<Sent> {
    const payload = file === undefined ? textOf(body) : Buffer.from(file.bytes);
    const type = file === undefined ? 'application/json' : 'application/octet-stream';
    const headers = {
      ...(this.language === undefined ? {} : { 'accept-language': this.language }),
      ...(this.session === undefined ? {} : { authorization: `Bearer ${this.session}` }),
      ...(method === 'GET' ? {} : { 'idempotency-key': commandId ?? randomUUID() }),
      ...(payload === undefined
        ? {}
        : { 'content-type': type, 'content-length': String(payload.length) }),
      ...(file === undefined ? {} : { 'x-file-name': encodeURIComponent(file.name) }),
      ...(mapping === undefined ? {} : { 'x-column-mapping': inHeader(mapping) }),
      ...(duty === undefined ? {} : { 'x-duty': duty }),
      ...(office === undefined ? {} : { 'x-office': office }),
    };
    const open = this.url.startsWith('https:') ? requestOverTls : request;
    return new Promise((resolve, reject) => {
      const sent = open(new URL(path, this.url), { method, headers }, (answer) => {
        collected(answer).then(
          (text) => resolve({ status: answer.statusCode ?? 0, text, acting: actingIn(answer) }),
          (error: unknown) => reject(unreachable(this.url, error)),
        );
      });
      sent.on('error', (error) => reject(unreachable(this.url, error)));
      sent.end(payload);
    });
  }
}

type Sent = Readonly<{
  status: number;
  text: string;
  acting: Omit<Acting, 'login'> | undefined;
}>;

/** `person=…; duty=…; office=…`, each value percent-encoded. */
function actingIn({ headers }: IncomingMessage): Sent['acting'] {
  const text = headers['x-acting-as'];
  if (typeof text !== 'string') return undefined;
  const value = (name: string): string =>
    decodeURIComponent(new RegExp(`(?:^|; )${name}=([^;]*)`).exec(text)?.[1] ?? '');
  return { person: value('person'), duty: value('duty'), office: value('office') };
}

/** The server's "no" as the command line says it: in both languages unless one was asked for. */
function failureOf(status: number, answer: Json, language: 'zh' | 'en' | undefined): Failure {
  const { zh, en } = answer as Partial<BothWords>;
  const code = String(answer['code'] ?? `HTTP_${status}`);
  const facts = (answer['facts'] ?? {}) as Readonly<Record<string, string>>;
  if (language !== undefined || zh === undefined || en === undefined) {
    const detail = String(answer['detail'] ?? answer['title'] ?? status);
    return new Failure(code, detail, String(answer['advice'] ?? ''), facts);
  }
  return bothFailure(code, { zh, en }, facts);
}

/** The server waits half a minute in each. */
const mostRounds = 4;

/** A header carries no Chinese: base64url does. */
export function inHeader(text: string): string {
  return Buffer.from(text).toString('base64url');
}

function textOf(body: unknown): Buffer | undefined {
  return body === undefined ? undefined : Buffer.from(JSON.stringify(body));
}

async function collected(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function parsed(text: string): Json {
  try {
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value)) return { rows: value };
    return typeof value === 'object' && value !== null ? (value as Json) : { value };
  } catch {
    return { detail: text.slice(0, 200) };
  }
}

function unreachable(url: string, error: unknown): Failure {
  const reason =
    typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  return new Failure(
    'SERVER_UNREACHABLE',
    `连接不上 ${url} · cannot reach ${url}${reason === '' ? '' : ` (${reason})`}`,
    '请先运行 npm start，或用 --server 指明地址 · run npm start first, or name it with --server',
  );
}
