import { createHash } from 'node:crypto';
import { mkdir, open, readFile, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { crashPoint } from './crash-points.js';

/** The bank's folder channel: what we put there, and the only way to ask whether it arrived. */
export class BankFolder {
  constructor(
    /** The bank reads here. */
    readonly outgoing: string,
    /** The bank writes receipts here. */
    readonly incoming: string,
  ) {}

  /** Before a submission starts: from then on a folder that is missing was taken away. */
  async prepare(): Promise<void> {
    await mkdir(this.outgoing, { recursive: true });
  }

  /** The act: the file appears whole under its name, or not at all. */
  async deliver(fileName: string, bytes: Uint8Array): Promise<void> {
    const part = join(this.outgoing, `.${fileName}.part`);
    const file = await open(part, 'w', 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(part, join(this.outgoing, fileName));
    crashPoint('submission:renamed');
  }

  /**
   * Whether a file of that name and content stands in the folder, or was taken from it into the
   * bank's own. A folder that cannot be read is no answer: it throws, and the state stays unknown.
   */
  async find(fileName: string, sha256: string): Promise<string | undefined> {
    const names = await readdir(this.outgoing);
    for (const name of names) {
      if (name !== fileName) continue;
      const bytes = await readFile(join(this.outgoing, name));
      if (createHash('sha256').update(bytes).digest('hex') === sha256) return `folder:${name}`;
    }
    return undefined;
  }
}
