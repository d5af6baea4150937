import type { LiveBatch } from '#domain/batch/batch.js';
import type { App } from './app.js';
import { batchNow, batchOfInstruction, prefixOfInstruction, seqOfInstruction } from './batches.js';
import { batchLine, type BatchLine } from './document-lines.js';

/** A line of one of our batches, and whether it left. */
export type SentLine = Readonly<{ line: BatchLine; batch: LiveBatch; excluded: boolean }>;

/** Some 3 MB of text; what is asked for together is read once. */
const chunksKept = 4;
const batchesKept = 16;

type KnownBatch = Readonly<{
  state: LiveBatch;
  /** Signed, and left out of what was sent: stopped, or refused by its award. */
  notSent: ReadonlySet<string>;
  /** Of every chunk of its document but the last. */
  linesInChunk: number;
}>;

/**
 * Lines that we sent, found by the number that their instruction ends with. A bank answers mostly
 * in our order; then each part of a document is read once.
 */
export class SentLines {
  private readonly batches = new Map<string, KnownBatch | undefined>();
  private readonly chunks = new Map<string, Promise<readonly string[]>>();

  /**
   * @param mine the batch that most of the lines are of, as whoever asks takes it to be
   * @param linesInChunk of every part of its document but the last, where that is known
   */
  constructor(
    private readonly app: App,
    private readonly mine: LiveBatch,
    private readonly linesInChunk?: number,
  ) {}

  /** The line of each instruction; undefined where no batch of ours holds it. */
  async find(instructions: readonly string[]): Promise<readonly (SentLine | undefined)[]> {
    const found: (SentLine | undefined)[] = instructions.map(() => undefined);
    const seqs = instructions.map(seqOfInstruction);
    for (const { batch, no, wanted } of await this.places(instructions, seqs)) {
      const { state, notSent } = batch;
      const texts = await this.chunk(batch, no);
      for (const asked of wanted) {
        const text = texts[((seqs[asked] ?? 0) - 1) % batch.linesInChunk];
        if (text === undefined) continue;
        const line = batchLine(text);
        const instruction = instructions[asked];
        if (line.instruction !== instruction) continue;
        const excluded = notSent.size > 0 && notSent.has(instruction);
        found[asked] = { line, batch: state, excluded };
      }
    }
    return found;
  }

  /** Where the instructions stand, gathered by part of a document so that each is read once. */
  private async places(
    instructions: readonly string[],
    seqs: readonly (number | undefined)[],
  ): Promise<Iterable<Place>> {
    const places = new Map<string, Place>();
    let last: Place | undefined;
    for (let asked = 0; asked < instructions.length; asked += 1) {
      const instruction = instructions[asked] as string;
      const seq = seqs[asked];
      if (seq === undefined || seq < 1) continue;
      // The next line of a receipt is nearly always the next of the batch.
      const isNext = last !== undefined && isIn(last, instruction, seq);
      const place = isNext ? last : await this.place(places, instruction, seq);
      if (place === undefined) continue;
      place.wanted.push(asked);
      last = place;
    }
    return places.values();
  }

  private async place(
    places: Map<string, Place>,
    instruction: string,
    seq: number,
  ): Promise<Place | undefined> {
    const batchId = batchOfInstruction(instruction);
    const batch = this.batches.has(batchId) ? this.batches.get(batchId) : await this.batch(batchId);
    if (batch === undefined) return undefined;
    const no = chunkOf(batch, seq);
    const key = `${batchId}/${no}`;
    const place = places.get(key) ?? {
      ...{ batch, no, prefix: prefixOfInstruction(instruction) },
      wanted: [],
    };
    places.set(key, place);
    return place;
  }

  private async batch(batchId: string): Promise<KnownBatch | undefined> {
    const { app, mine } = this;
    const state = batchId === mine.batchId ? mine : await batchNow(app, batchId);
    const known = state.status === 'none' ? undefined : await this.known(state);
    keep(this.batches, batchesKept);
    this.batches.set(batchId, known);
    return known;
  }

  private async known(state: LiveBatch): Promise<KnownBatch> {
    const notSent = new Set([...Object.keys(state.excluded), ...state.refused]);
    const known = state === this.mine ? this.linesInChunk : undefined;
    const linesInChunk = known ?? (await linesInChunkOf(this.app, state));
    return { state, notSent, linesInChunk };
  }

  /** What is on its way is asked for once, too. */
  private chunk({ state }: KnownBatch, no: number): Promise<readonly string[]> {
    const key = `${state.batchId}/${no}`;
    const kept = this.chunks.get(key);
    if (kept !== undefined) return kept;
    const texts = this.app.documents.chunk(state.document, no).then((lines) => lines ?? []);
    keep(this.chunks, chunksKept);
    this.chunks.set(key, texts);
    return texts;
  }
}

/** How many lines of a batch are read at once. */
export async function linesInChunkOf(app: App, { document }: LiveBatch): Promise<number> {
  const first = await app.documents.chunk(document, 0);
  return Math.max(first?.length ?? 0, 1);
}

type Place = Readonly<{
  batch: KnownBatch;
  no: number;
  /** What the instructions of its batch begin with. */
  prefix: string;
  /** Which of the instructions that were asked for. */
  wanted: number[];
}>;

function isIn({ batch, no, prefix }: Place, instruction: string, seq: number): boolean {
  return instruction.startsWith(prefix) && chunkOf(batch, seq) === no;
}

function chunkOf({ linesInChunk }: KnownBatch, seq: number): number {
  return Math.floor((seq - 1) / linesInChunk);
}

/** Makes room for one more: the oldest goes. */
function keep(kept: Map<string, unknown>, most: number): void {
  if (kept.size < most) return;
  for (const oldest of kept.keys()) {
    kept.delete(oldest);
    return;
  }
}
