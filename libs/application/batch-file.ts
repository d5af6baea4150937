import { leavingLines } from '#domain/batch/batch-lines.js';
import type { LiveBatch } from '#domain/batch/batch.js';
import type { BatchCommand } from '#domain/batch/batch.commands.js';
import { refuse } from '#domain/refusal.js';
import type { Day } from '#domain/values/calendar.js';
import { addFen, noFen, subtractFen, sumFen, type Fen } from '#domain/values/fen.js';
import {
  BatchFileReader,
  BatchFileWriter,
  canonicalLine,
  type BatchHeader,
  type PaymentLine,
} from '#banking/batch-file.js';
import type { Layout } from '#banking/layout.js';
import { shippedLayouts } from '#banking/layouts.js';
import { TreeBuilder } from '#evidence/tree.js';
import type { App } from './app.js';
import { breathe } from './breath.js';
import { batchLine, type BatchLine } from './document-lines.js';
import { SentLines } from './sent-lines.js';

type Written = Pick<
  Extract<BatchCommand, { type: 'RecordFile' }>,
  'root' | 'expectedRoot' | 'lines' | 'amountFen'
>;

/** One statement each for accounts and keys. */
const linesAtOnce = 200;
/** Some milliseconds of work. */
const linesInPiece = 50;

/**
 * The bank's file of a batch, made portion by portion. What is made is decoded at once by the
 * receiving codec: the roots over what should leave and over what was read are compared afterwards.
 */
export class BatchFile {
  private readonly expected = new TreeBuilder();
  private readonly read = new TreeBuilder();
  private readonly layout: Layout;
  private readonly refused: ReadonlySet<string>;
  private amountFen: Fen = noFen;

  constructor(
    private readonly app: App,
    private readonly batch: LiveBatch,
  ) {
    const layout = shippedLayouts.find(({ name }) => name === batch.layout);
    this.layout = layout ?? refuse('RECEIPT_LAYOUT_UNKNOWN', { layout: batch.layout });
    this.refused = new Set(batch.refused);
  }

  /** To be read once and to its end. The same batch gives the same bytes. */
  async *pieces(): AsyncIterable<Buffer> {
    const reader = new BatchFileReader(this.layout);
    for await (const piece of this.made()) {
      for (const line of reader.take(piece)) {
        this.read.add(canonicalLine(line));
        this.amountFen = addFen(this.amountFen, line.amountFen);
      }
      await breathe();
      yield piece;
    }
    reader.end();
  }

  /** What the bank will read in it, and what it should read. */
  written(): Written {
    const { read, expected, amountFen } = this;
    return { root: read.root(), expectedRoot: expected.root(), lines: read.size, amountFen };
  }

  private async *made(): AsyncIterable<Buffer> {
    const { app, batch } = this;
    const writer = new BatchFileWriter(this.layout, await this.header());
    yield writer.begin();
    for await (const chunk of app.documents.lines(batch.document)) {
      for (let from = 0; from < chunk.length; from += linesAtOnce) {
        const lines = chunk.slice(from, from + linesAtOnce).map(batchLine);
        const leaving = await this.withAccounts(lines.filter((line) => this.leaves(line)));
        for (let at = 0; at < leaving.length; at += linesInPiece) {
          const some = leaving.slice(at, at + linesInPiece);
          for (const line of some) this.expected.add(canonicalLine(line));
          yield writer.lines(some);
        }
      }
    }
    yield writer.end();
  }

  /** Known before the lines: what was signed, less what the awards and the stop list took out. */
  private async header(): Promise<BatchHeader> {
    const { batchId, pool, month, signing, excluded } = this.batch;
    const outFen = addFen(sumFen(Object.values(excluded)), await this.refusedFen());
    return {
      ...{ batchId, pool, month },
      payerAccount: `${pool}-payment`,
      valueDate: signedOn(this.batch),
      count: leavingLines(this.batch),
      totalFen: subtractFen(signing.seen.amountFen, outFen),
    };
  }

  private async refusedFen(): Promise<Fen> {
    const lines = new SentLines(this.app, this.batch);
    const { refused } = this.batch;
    let sum = noFen;
    for (let from = 0; from < refused.length; from += linesAtOnce) {
      const found = await lines.find(refused.slice(from, from + linesAtOnce));
      for (const one of found) sum = addFen(sum, one?.line.amountFen ?? noFen);
      await breathe();
    }
    return sum;
  }

  private leaves({ instruction }: BatchLine): boolean {
    return !(instruction in this.batch.excluded) && !this.refused.has(instruction);
  }

  /** An account that is not the one signed stops the file: nothing is paid by a swapped row. */
  private async withAccounts(lines: readonly BatchLine[]): Promise<readonly PaymentLine[]> {
    const expected = new Map(lines.map((line) => [line.accountRef, line.sealedSha256]));
    const opened = await this.app.vault.rows.openExpected(expected);
    const before = this.expected.size;
    return lines.map(({ instruction, accountRef, amountFen }, at) => {
      const { account = '', holder = '', bankCode = '' } = opened.get(accountRef) ?? {};
      return {
        seq: before + at + 1,
        payeeAccount: account,
        payeeName: holder,
        bankCode,
        amountFen,
        instructionId: instruction,
        remark: `失业保险金 ${this.batch.month}`,
      };
    });
  }
}

/** The day of the last signature: with it the file is a pure function of the batch. */
function signedOn({ signing, batchId }: LiveBatch): Day {
  const last = signing.hands.at(-1);
  if (last === undefined) throw new Error(`batch ${batchId} has no signature`);
  return last.day;
}
