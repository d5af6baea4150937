import { createHash } from 'node:crypto';
import type { RawEvent } from '#evidence/audit/raw.js';

export type Data = Record<string, unknown>;
export type Kept = Readonly<{ sha256: string; root: string; lines: number }>;

/** A log written by hand, with its documents and sealed rows, to be broken in one place. */
export class LogBuilder {
  events: RawEvent[] = [];
  readonly documents = new Map<string, string[]>();
  readonly sealed = new Map<string, string>();

  add(stream: string, type: string, data: Data): RawEvent {
    const position = BigInt(this.events.length + 1);
    const event = { id: `event-${position}`, position, stream, type, data: JSON.stringify(data) };
    this.events.push(event);
    return event;
  }

  put(lines: readonly object[]): Kept {
    const texts = lines.map((line) => JSON.stringify(line));
    const sha256 = hex(texts.map((line) => `${line}\n`).join(''));
    this.documents.set(sha256, texts);
    return { sha256, root: treeRoot(texts).toString('hex'), lines: texts.length };
  }

  /** A sealed row's hash as events bind it. */
  seal(ref: string): string {
    const sha256 = hex(ref);
    this.sealed.set(ref, sha256);
    return sha256;
  }

  find(type: string, has = ''): RawEvent {
    const found = this.events.find(
      (event) => event.type === type && `${event.stream} ${event.data}`.includes(has),
    );
    if (found === undefined) throw new Error(`no ${type} with ${has}`);
    return found;
  }

  /** The same event with other data, as a hand in the database would leave it. */
  change(event: RawEvent, change: (data: Data) => void): RawEvent {
    const data = JSON.parse(event.data) as Data;
    change(data);
    return this.replace(event, { ...event, data: JSON.stringify(data) });
  }

  replace(event: RawEvent, by: RawEvent): RawEvent {
    this.events = this.events.map((one) => (one === event ? by : one));
    return by;
  }

  drop(event: RawEvent): void {
    this.events = this.events.filter((one) => one !== event);
  }

  /** Puts an event behind another; positions are those of the new order. */
  insertAfter(event: RawEvent, type: string, stream: string, data: Data): RawEvent {
    const at = this.events.indexOf(event) + 1;
    const added = { id: `put-in-${at}`, position: 0n, stream, type, data: JSON.stringify(data) };
    this.events.splice(at, 0, added);
    this.events = this.events.map((one, index) => ({ ...one, position: BigInt(index + 1) }));
    return this.at(at);
  }

  sources() {
    const verifySealed = async (expected: ReadonlyMap<string, string>) =>
      [...expected].flatMap(([ref, sha256]) => {
        const found = this.sealed.get(ref);
        if (found === sha256) return [];
        return [{ ref, fault: found === undefined ? ('missing' as const) : ('changed' as const) }];
      });
    return {
      events: () => this.chunks(),
      documents: (sha256: string) => [this.documents.get(sha256) ?? []],
      verifySealed,
    };
  }

  /** Small chunks, so that nothing rests on an event and its effect coming together. */
  private *chunks(): Iterable<readonly RawEvent[]> {
    for (let from = 0; from < this.events.length; from += 7) {
      yield this.events.slice(from, from + 7);
    }
  }

  private at(index: number): RawEvent {
    const event = this.events[index];
    if (event === undefined) throw new Error(`no event ${index}`);
    return event;
  }
}

/** RFC 6962 §2.1 as it is written there: split at the largest power of two below the size. */
export function treeRoot(leaves: readonly string[]): Buffer {
  const [only] = leaves;
  if (only === undefined) return createHash('sha256').digest();
  if (leaves.length === 1) return createHash('sha256').update('\0').update(only).digest();
  let half = 1;
  while (half * 2 < leaves.length) half *= 2;
  const pair = [treeRoot(leaves.slice(0, half)), treeRoot(leaves.slice(half))];
  return createHash('sha256').update('\u0001').update(Buffer.concat(pair)).digest();
}

function hex(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
