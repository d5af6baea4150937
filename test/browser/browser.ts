import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

type Fields = Readonly<Record<string, unknown>>;
type Message = Readonly<{
  id?: number;
  sessionId?: string;
  method?: string;
  params?: Fields;
  result?: Fields;
  error?: Readonly<{ message: string }>;
}>;
type Waiting = Readonly<{ done: (result: Fields) => void; failed: (error: Error) => void }>;

/** It asks nobody on the network but the server that it is sent to. */
const flags = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-dev-shm-usage',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--remote-debugging-pipe',
];

/** A browser of its own for a test, spoken to in the DevTools protocol through two pipes. */
export class Browser {
  private readonly waiting = new Map<number, Waiting>();
  private readonly listeners = new Map<string, (method: string, params: Fields) => void>();
  private readonly ended: Promise<unknown>;
  private asked = 0;
  private unread = '';

  private constructor(
    private readonly child: ChildProcess,
    private readonly profile: string,
  ) {
    this.ended = once(child, 'exit');
    const input = child.stdio[3] as Writable;
    const output = child.stdio[4] as Readable;
    output.setEncoding('utf8').on('data', (text: string) => this.read(text));
    // What is asked of one that has ended is answered by its end.
    input.on('error', () => undefined);
    child.once('exit', () => {
      for (const { failed } of this.waiting.values()) failed(new Error('the browser has ended'));
      this.waiting.clear();
    });
  }

  static async open(): Promise<Browser> {
    const profile = await mkdtemp(join(tmpdir(), 'yuejie-browser-'));
    const child = spawn('chromium', [...flags, `--user-data-dir=${profile}`, 'about:blank'], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    });
    await once(child, 'spawn');
    return new Browser(child, profile);
  }

  /** A window of so many CSS pixels, with everything that goes wrong in it written down. */
  async page(width: number, height: number): Promise<Page> {
    const { targetId } = await this.send('Target.createTarget', { url: 'about:blank' });
    const attach = { targetId, flatten: true };
    const { sessionId } = await this.send('Target.attachToTarget', attach);
    const session = String(sessionId);
    const page = new Page((method, params = {}) => this.send(method, params, session));
    this.listeners.set(session, (method, params) => page.heard(method, params));
    await page.prepare(width, height);
    return page;
  }

  async close(): Promise<void> {
    const { exitCode, signalCode } = this.child;
    if (exitCode === null && signalCode === null)
      await this.send('Browser.close').catch(() => undefined);
    await this.ended;
    await rm(this.profile, { recursive: true, force: true, maxRetries: 5 });
  }

  private send(method: string, params: Fields = {}, sessionId?: string): Promise<Fields> {
    this.asked += 1;
    const id = this.asked;
    const input = this.child.stdio[3] as Writable;
    return new Promise((done, failed) => {
      this.waiting.set(id, { done, failed });
      input.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    });
  }

  private read(text: string): void {
    const messages = (this.unread + text).split('\0');
    this.unread = messages.pop() ?? '';
    for (const message of messages) this.take(JSON.parse(message) as Message);
  }

  private take({ id, sessionId = '', method, params = {}, result = {}, error }: Message): void {
    if (method !== undefined) this.listeners.get(sessionId)?.(method, params);
    if (id === undefined) return;
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    if (error === undefined) waiting?.done(result);
    else waiting?.failed(new Error(error.message));
  }
}

/** One window: it goes somewhere, answers questions, and keeps what console and network said. */
export class Page {
  /** Errors and warnings of the console, requests that failed, answers that were not good. */
  readonly faults: string[] = [];
  /** Every address that was asked for. */
  readonly requested: string[] = [];
  /** The documents that have been loaded with all that they name, by the ids of their loaders. */
  private readonly loaded = new Set<string>();
  private wake: () => void = () => undefined;

  constructor(private readonly send: (method: string, params?: Fields) => Promise<Fields>) {}

  async prepare(width: number, height: number): Promise<void> {
    for (const domain of ['Page', 'Runtime', 'Log', 'Network', 'DOM', 'CSS'])
      await this.send(`${domain}.enable`);
    await this.send('Page.setLifecycleEventsEnabled', { enabled: true });
    const screen = { width, height, deviceScaleFactor: 1, mobile: false };
    await this.send('Emulation.setDeviceMetricsOverride', screen);
  }

  /** Resolves when this page, and not the one before it, has been loaded with all that it names. */
  async goTo(url: string): Promise<void> {
    const { loaderId } = await this.send('Page.navigate', { url });
    await this.until(() => this.loaded.has(String(loaderId)));
  }

  /** Clicks what a selector finds, and waits for the page that it leads to. */
  async follow(selector: string): Promise<void> {
    const before = this.loaded.size;
    await this.ask(`document.querySelector('${selector}').click()`);
    await this.until(() => this.loaded.size > before);
  }

  /** The value of an expression in the page. @throws Error when it throws there */
  async ask(expression: string): Promise<unknown> {
    const asked = { expression, returnByValue: true, awaitPromise: true };
    const { result, exceptionDetails } = await this.send('Runtime.evaluate', asked);
    if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
    return (result as Fields)['value'];
  }

  /** The fonts that the text of an element is really drawn in. */
  async fontsOf(selector: string): Promise<readonly string[]> {
    const { root } = await this.send('DOM.getDocument');
    const of = { nodeId: (root as Fields)['nodeId'], selector };
    const { nodeId } = await this.send('DOM.querySelector', of);
    const { fonts } = await this.send('CSS.getPlatformFontsForNode', { nodeId });
    return (fonts as readonly Fields[]).map(({ familyName }) => String(familyName));
  }

  /** What the window shows, as a PNG. */
  async picture(): Promise<Buffer> {
    const { data } = await this.send('Page.captureScreenshot', { format: 'png' });
    return Buffer.from(String(data), 'base64');
  }

  heard(method: string, params: Fields): void {
    const of = (name: string): Fields => params[name] as Fields;
    if (method === 'Page.lifecycleEvent' && params['name'] === 'load') {
      this.loaded.add(String(params['loaderId']));
      this.wake();
    }
    if (method === 'Network.requestWillBeSent') this.requested.push(String(of('request')['url']));
    if (method === 'Network.loadingFailed') this.faults.push(`failed: ${params['errorText']}`);
    if (method === 'Runtime.exceptionThrown') this.faults.push(JSON.stringify(params));
    if (method === 'Network.responseReceived' && Number(of('response')['status']) >= 400)
      this.faults.push(`${of('response')['status']} ${of('response')['url']}`);
    if (method === 'Log.entryAdded' && /error|warning/.test(String(of('entry')['level'])))
      this.faults.push(`${of('entry')['text']} ${of('entry')['url']}`);
    if (
      method === 'Runtime.consoleAPICalled' &&
      /error|warning|assert/.test(String(params['type']))
    )
      this.faults.push(JSON.stringify(params['args']));
  }

  private async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await new Promise<void>((wake) => (this.wake = wake));
  }
}
