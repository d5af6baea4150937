const smallest = 16_384;
/** A text holds at most so many bytes for each of its units (RFC 3629, UTF-16). */
const bytesInUnit = 3;
const lineFeed = 0x0a;

/** Lines of text in memory that grows and is used again. */
export class TextColumn {
  private memory = Buffer.allocUnsafe(smallest);
  private length = 0;
  private isBegun = false;

  /** To be read before anything is added. */
  get bytes(): Buffer {
    return this.memory.subarray(0, this.length);
  }

  add(lines: string): void {
    this.reserve(1 + bytesInUnit * lines.length);
    if (this.isBegun) this.length = this.memory.writeUInt8(lineFeed, this.length);
    this.isBegun = true;
    this.length += this.memory.write(lines, this.length);
  }

  clear(): void {
    this.length = 0;
    this.isBegun = false;
  }

  private reserve(bytes: number): void {
    const needed = this.length + bytes;
    if (needed <= this.memory.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.memory.length));
    this.memory.copy(larger, 0, 0, this.length);
    this.memory = larger;
  }
}
