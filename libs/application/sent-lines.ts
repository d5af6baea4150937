import type { LiveBatch } from '#domain/batch/batch.js';
import type { App } from './app.js';
import { batchNow, batchOfInstruction } from './batches.js';
import { batchLine, type BatchLine } from './document-lines.js';

/** A line of one of our batches, and whether it left. */
export type SentLine = Readonly<{ line: BatchLine; batch: LiveBatch; excluded: boolean }>;

/** Some 20 MB of text: more batches than one, or more of one, are read again when asked again. */
const chunksKept = 32;
const batchesKept = 16;

type Chunk = { readonly texts: readonly string[]; unasked: number };
type KnownBatch = Readonly<{
  state: LiveBatch;
  refused: ReadonlySet<string>;
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

  constructor(private readonly app: App) {}

  /** By instruction; without those that no batch of ours holds. */
  async find(instructions: readonly string[]): Promise<ReadonlyMap<string, SentLine>> {
    const found = new Map<string, SentLine>();
    for (const { batch, no, wanted } of await this.places(instructions)) {
      const chunk = await this.chunk(batch, no);
      chunk.unasked -= wanted.size;
      for (const [instruction, at] of wanted) {
        const text = chunk.texts[at];
        if (text === undefined) continue;
        const line = batchLine(text);
        if (line.instruction !== instruction) continue;
        found.set(instruction, { line, batch: batch.state, excluded: isExcluded(batch, line) });
      }
    }
    for (const [key, { unasked }] of this.chunks) if (unasked <= 0) this.chunks.delete(key);
    return found;
  }

  /** Where the instructions stand, gathered by part of a document so that each is read once. */
  private async places(instructions: readonly string[]): Promise<Iterable<Place>> {
    const places = new Map<string, Place>();
    for (const instruction of instructions) {
      const named = batchOfInstruction(instruction);
      if (named === undefined) continue;
      const { batchId, seq } = named;
      const batch = this.batches.has(batchId)
        ? this.batches.get(batchId)
        : await this.batch(batchId);
      if (batch === undefined || seq < 1) continue;
      const no = Math.floor((seq - 1) / batch.linesInChunk);
      const key = `${batchId}/${no}`;
      const place = places.get(key) ?? { batch, no, wanted: new Map<string, number>() };
      places.set(key, place);
      place.wanted.set(instruction, (seq - 1) % batch.linesInChunk);
    }
    return places.values();
  }

  private async batch(batchId: string): Promise<KnownBatch | undefined> {
    const state = await batchNow(this.app, batchId);
    const known = state.status === 'none' ? undefined : await this.known(state);
    keep(this.batches, batchesKept);
    this.batches.set(batchId, known);
    return known;
  }

  private async known(state: LiveBatch): Promise<KnownBatch> {
    const first = await this.app.documents.chunk(state.document, 0);
    const linesInChunk = Math.max(first?.length ?? 0, 1);
    return { state, refused: new Set(state.refused), linesInChunk };
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

type Place = Readonly<{ batch: KnownBatch; no: number; wanted: Map<string, number> }>;

function isExcluded({ state, refused }: KnownBatch, { instruction }: BatchLine): boolean {
  return instruction in state.excluded || refused.has(instruction);
}

/** Makes room for one more: the oldest goes. */
function keep(kept: Map<string, unknown>, most: number): void {
  if (kept.size < most) return;
  for (const oldest of kept.keys()) {
    kept.delete(oldest);
    return;
  }
}
