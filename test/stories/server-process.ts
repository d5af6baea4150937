import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { startChild } from '#test/crash/child.js';
import type { TestDatabase } from '#test/database.js';

/** The product's own server in a process of its own, over a database and folder that outlive it. */
export class ServerProcess {
  private child: ChildProcess | undefined;

  constructor(
    private readonly database: TestDatabase,
    readonly folder: string,
  ) {}

  get outgoing(): string {
    return join(this.folder, 'bank', 'out');
  }

  /** Answers its address once it serves. @throws Error with what it said when it did not start */
  async start(crashAt = ''): Promise<string> {
    const child = startChild('apps/server/main.ts', ['--demo'], {
      ...{ DATABASE_URL: this.database.ownerUrl, APP_DATABASE_URL: this.database.appUrl },
      ...{ DATA_DIR: this.folder, BANK_FOLDER: join(this.folder, 'bank') },
      ...{ PORT: '0', LOG_LEVEL: 'error', YUEJIE_CRASH_AT: crashAt },
    });
    this.child = child;
    let complaint = '';
    child.stderr?.on('data', (bytes: Buffer) => (complaint += bytes.toString()));
    let said = '';
    return new Promise<string>((done, failed) => {
      child.stdout?.on('data', (bytes: Buffer) => {
        said += bytes.toString();
        const url = /http:\S+(?=\s)/.exec(said)?.[0];
        if (url !== undefined) done(url);
      });
      child.once('close', () => failed(new Error(`the server did not start: ${complaint}`)));
    });
  }

  /** How it ended by itself. */
  async ended(): Promise<NodeJS.Signals | null> {
    const { child } = this;
    if (child === undefined) return null;
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    return child.signalCode;
  }

  async stop(): Promise<void> {
    this.child?.kill('SIGTERM');
    await this.ended();
  }
}
