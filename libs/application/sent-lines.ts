import type { LiveBatch } from '#domain/batch/batch.js';
import type { App } from './app.js';
import { batchNow, batchOfInstruction, prefixOfInstruction, seqOfInstruction } from './batches.js';
import { batchLine, type BatchLine } from './document-lines.js';

/** A line of one of our batches, and whether it left. */
export type SentLine = Readonly<{ line: BatchLine; batch: LiveBatch; excluded: boolean }>;

/** Some 20 MB of text: more batches than one, or more of one, are read again when asked again. */
const chunksKept = 32;
const batchesKept = 16;

type Chunk = { readonly texts: readonly string[]; unasked: number };
type KnownBatch = Readonly<{
  state: LiveBatch;
  /** Signed, and left out of what was sent: stopped, or refused by its award. */
  notSent: ReadonlySet<string>;
  /** Of every chunk of its document but the last. */
  linesInChunk: number;
}>;

/**
 * Lines that we sent, found by the number that their instruction ends with. A bank answers mostly
 * in our order; then each part of a document is read once and let go when all of it was asked for.
 */
export class SentLines {
  private readonly batches = new Map<string, KnownBatch | undefined>();
  private readonly chunks = new Map<string, Chunk>();

  /** @param mine the batch that most of the lines are of, as whoever asks takes it to be */
  constructor(
    private readonly app: App,
    private readonly mine: LiveBatch,
  ) {}

  /** By instruction; without those that no batch of ours holds. */
  async find(instructions: readonly string[]): Promise<ReadonlyMap<string, SentLine>> {
    const found = new Map<string, SentLine>();
    for (const { batch, no, wanted } of await this.places(instructions)) {
      const { state, notSent } = batch;
      const chunk = await this.chunk(batch, no);
      chunk.unasked -= wanted.size;
      for (const [instruction, at] of wanted) {
        const text = chunk.texts[at];
        if (text === undefined) continue;
        const line = batchLine(text);
        if (line.instruction !== instruction) continue;
        const excluded = notSent.size > 0 && notSent.has(instruction);
        found.set(instruction, { line, batch: state, excluded });
      }
    }
    for (const [key, { unasked }] of this.chunks) if (unasked <= 0) this.chunks.delete(key);
    return found;
  }

  /** Where the instructions stand, gathered by part of a document so that each is read once. */
  private async places(instructions: readonly string[]): Promise<Iterable<Place>> {
    const places = new Map<string, Place>();
    let last: Place | undefined;
    for (const instruction of instructions) {
      const seq = seqOfInstruction(instruction);
      if (seq === undefined || seq < 1) continue;
      // The next line of a receipt is nearly always the next of the batch.
      const isNext = last !== undefined && isIn(last, instruction, seq);
      const place = isNext ? last : await this.place(places, instruction, seq);
      if (place === undefined) continue;
      place.wanted.set(instruction, (seq - 1) % place.batch.linesInChunk);
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
      wanted: new Map<string, number>(),
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
    const first = await this.app.documents.chunk(state.document, 0);
    const linesInChunk = Math.max(first?.length ?? 0, 1);
    const notSent = new Set([...Object.keys(state.excluded), ...state.refused]);
    return { state, notSent, linesInChunk };
  }

  private async chunk({ state }: KnownBatch, no: number): Promise<Chunk> {
    const key = `${state.batchId}/${no}`;
    const kept = this.chunks.get(key);
    if (kept !== undefined) return kept;
    const texts = (await this.app.documents.chunk(state.document, no)) ?? [];
    const chunk = { texts, unasked: texts.length };
    keep(this.chunks, chunksKept);
    this.chunks.set(key, chunk);
    return chunk;
  }
}

type Place = Readonly<{
  batch: KnownBatch;
  no: number;
  /** What the instructions of its batch begin with. */
  prefix: string;
  wanted: Map<string, number>;
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
