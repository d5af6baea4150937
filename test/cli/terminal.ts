import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { Client, type Json } from '#apps/cli/client.js';
import { runCli } from '#apps/cli/run.js';
import { keepSession } from '#apps/cli/session-file.js';
import { demoLogin, demoPassword } from '#apps/server/demo-staff.js';
import { duties, type Duty } from '#domain/actor/duties.js';

export type Said = Readonly<{ code: number; out: string; err: string }>;

/** The command line as people use it, in a folder of its own, with everybody signed in. */
export class Terminal {
  private constructor(readonly folder: string) {}

  static async open(url?: string): Promise<Terminal> {
    const terminal = new Terminal(await mkdtemp(join(tmpdir(), 'yuejie-cli-')));
    if (url !== undefined)
      for (const duty of duties) await terminal.signsIn(url, demoLogin(duty), demoPassword);
    return terminal;
  }

  async signsIn(url: string, login: string, password: string): Promise<void> {
    const { session } = await new Client(url).signIn(login, password);
    await keepSession(this.folder, { url, login, session });
  }

  /** Types a line as whoever holds that duty. */
  async types(duty: Duty, ...words: readonly string[]): Promise<Said> {
    return this.as(demoLogin(duty), ...words);
  }

  async as(login: string, ...words: readonly string[]): Promise<Said> {
    return this.says('--data', this.folder, '--as', login, ...words);
  }

  async says(...words: readonly string[]): Promise<Said> {
    const stdout = new Page();
    const stderr = new Page();
    const code = await runCli(words, { stdout, stderr });
    return { code, out: stdout.text, err: stderr.text };
  }

  /** The one JSON document of a line that must be done. @throws Error when it is not */
  async does(duty: Duty, ...words: readonly string[]): Promise<Json> {
    const said = await this.types(duty, '--json', ...words);
    if (said.code !== 0) throw new Error(`${words.join(' ')}: ${said.out}${said.err}`);
    return JSON.parse(said.out) as Json;
  }

  async file(name: string, content: Uint8Array | string): Promise<string> {
    const path = join(this.folder, name);
    await writeFile(path, content);
    return path;
  }

  close(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }
}

class Page extends Writable {
  text = '';

  override _write(chunk: Buffer | string, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}
