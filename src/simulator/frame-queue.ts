/**
 * Framed messages on their way to a socket. Each is three chunks (prefix with names, shared body, time stamp), so that what
 * subscribers share is not copied for each of them before it is written.
 */
export class FrameQueue {
  #chunks: Uint8Array[] = [];
  #head = 0;

  /** Messages that wait. */
  get size(): number {
    return (this.#chunks.length - this.#head) / 3;
  }

  push(prefix: Uint8Array, body: Uint8Array, stamp: Uint8Array): void {
    this.#chunks.push(prefix, body, stamp);
  }

  /** The oldest messages as one piece of bytes: as many as fit, at least one. */
  take(bytesMax: number): Uint8Array {
    const start = this.#head;
    let size = 0;
    let end = start;
    while (end < this.#chunks.length && size < bytesMax) {
      size += this.#length(end) + this.#length(end + 1) + this.#length(end + 2);
      end += 3;
    }
    const bytes = Buffer.concat(this.#chunks.slice(start, end), size);
    this.#head = end;
    if (end === this.#chunks.length) this.clear();
    else if (end > 3 * 4096) this.#compact();
    return bytes;
  }

  clear(): void {
    this.#chunks = [];
    this.#head = 0;
  }

  #length(index: number): number {
    return (this.#chunks[index] as Uint8Array).length;
  }

  #compact(): void {
    this.#chunks = this.#chunks.slice(this.#head);
    this.#head = 0;
  }
}
