import type { LiveBatch } from '#domain/batch/batch.js';
import type { Layout } from '#banking/layout.js';
import { shippedLayouts } from '#banking/layouts.js';
import { ReceiptDetails, type ReceiptCutter } from '#banking/receipt.js';
import type { ReceiptSum } from '#banking/receipt-sum.js';
import { divided, runsOf, type RecordRun } from '#banking/record-cutter.js';
import type { App } from './app.js';
import { linesOfText } from './document-lines.js';
import { inParts } from './hands.js';
import { ReceiptJudge, type Judgement } from './receipt-judge.js';
import { linesInChunkOf } from './sent-lines.js';

type JudgedOf = Readonly<{
  batch: LiveBatch;
  linesInChunk: number;
  layout: string;
  run: RecordRun;
}>;
type JudgedPart = Readonly<{
  texts: readonly string[];
  sums: readonly ReceiptSum[];
  judgement: Judgement;
}>;

/**
 * What the document of a receipt says of its lines, in their order. They are read and judged part
 * by part, in both threads where that may be, and a part in which something is answered anew is
 * judged once more behind those before it.
 *
 * @throws Refusal RECEIPT_CUT at the end when the receipt is not whole
 */
export async function* judgedLines(
  app: App,
  judge: ReceiptJudge,
  { batch, layout, bytes, cutter }: Receiving,
): AsyncIterable<readonly string[]> {
  const projected = app.store.head().then((head) => app.projected(head));
  const [linesInChunk] = await Promise.all([linesInChunkOf(app, batch), projected]);
  const asked: RecordRun[] = [];
  const inputs = function* (): Iterable<JudgedOf> {
    // A bank answers mostly in our order: then each part of the batch's document is read once. What
    // names a small batch may list many payments of larger ones.
    const take = (piece: Buffer) => cutter.take(piece);
    const { newline } = layout;
    const linesInRun = Math.max(linesInChunk, linesInPiece);
    for (const run of runsOf(bytes, { take, newline, linesInRun })) {
      asked.push(run);
      yield { batch, linesInChunk, layout: layout.name, run };
    }
  };
  const part = { name: 'judgedPart', here: (of: JudgedOf) => judgedPart(app, of) } as const;
  for await (const { texts, sums, judgement } of inParts(app.hands, part, inputs())) {
    const run = asked.shift();
    sums.forEach((sum) => cutter.add(sum));
    if (run === undefined || judge.takeOver(judgement)) yield* texts.map(linesOfText);
    else yield await judge.judge(await judge.look(new ReceiptDetails(layout).read(run).lines));
  }
  cutter.end();
}

export type Receiving = Readonly<{
  batch: LiveBatch;
  layout: Layout;
  bytes: Buffer;
  cutter: ReceiptCutter;
}>;

/** The part that this thread judges now. */
let underWay: Promise<unknown> = Promise.resolve();

/**
 * Some lines of a receipt judged by themselves. A thread judges one part after the other: begun
 * together they would end together, and whoever puts them into the document would wait for both.
 *
 * @throws Refusal RECEIPT_CUT, FILE_NOT_TEXT
 */
export function judgedPart(app: App, of: JudgedOf): Promise<JudgedPart> {
  const part = underWay.then(() => judgePart(app, of));
  underWay = part.catch(() => undefined);
  return part;
}

/** The lines of the next piece are looked up while those before them are judged. */
async function judgePart(app: App, of: JudgedOf): Promise<JudgedPart> {
  const { batch, linesInChunk, run } = of;
  const layout = shippedLayouts.find(({ name }) => name === of.layout);
  if (layout === undefined) throw new Error(`there is no layout ${of.layout}`);
  const details = new ReceiptDetails(layout);
  const judge = new ReceiptJudge(app, batch, linesInChunk);
  const sums: ReceiptSum[] = [];
  const texts: string[] = [];
  let before: ReturnType<typeof judge.look> | undefined;
  for (const piece of divided(run, linesInPiece, layout.newline)) {
    const { lines, sum } = details.read(piece);
    sums.push(sum);
    const known = judge.look(lines);
    // Nobody may be there any more to hear that it failed.
    known.catch(() => undefined);
    if (before !== undefined) texts.push((await judge.judge(await before)).join('\n'));
    before = known;
  }
  if (before !== undefined) texts.push((await judge.judge(await before)).join('\n'));
  return { texts, sums, judgement: judge.judgement() };
}

/** A few milliseconds of work, and little enough that what it needs is soon let go. */
const linesInPiece = 500;
