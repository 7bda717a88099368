const SIGNATURE_BYTES = 64;
const NONE = -1;

/** What the window knows of a transaction that arrives. */
export type Sighting = 'new' | 'duplicate' | 'other-slot' | 'not-a-signature';

/**
 * Remembers the last N transactions by the bytes of their signatures and their slot: nothing is spelled as text and no object is
 * made. The oldest is forgotten first. A signature seen again in another slot is no duplicate: after a fork, the slot that counts may be
 * the second one.
 */
export class SignatureWindow {
  readonly #capacity: number;
  readonly #bytes: Uint8Array;
  readonly #words: Int32Array;
  readonly #slots: Float64Array;
  readonly #next: Int32Array;
  readonly #heads: Int32Array;
  readonly #mask: number;
  #used = 0;
  #position = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
    this.#bytes = new Uint8Array(capacity * SIGNATURE_BYTES);
    this.#words = new Int32Array(this.#bytes.buffer);
    this.#slots = new Float64Array(capacity);
    this.#next = new Int32Array(capacity).fill(NONE);
    const places = 2 ** Math.ceil(Math.log2(Math.max(2, capacity)));
    this.#heads = new Int32Array(places).fill(NONE);
    this.#mask = places - 1;
  }

  get size(): number {
    return this.#used;
  }

  /** Looks the transaction up and remembers it. */
  see(signature: Uint8Array, slot: number): Sighting {
    if (signature.length !== SIGNATURE_BYTES) return 'not-a-signature';
    const place = wordAt(signature, 0) & this.#mask;
    let sighting: Sighting = 'new';
    for (let entry = this.#heads[place] as number; entry !== NONE; entry = this.#next[entry] as number) {
      if (!this.#equals(entry, signature)) continue;
      if (this.#slots[entry] === slot) return 'duplicate';
      if (this.#slots[entry] !== NONE) sighting = 'other-slot';
    }
    this.#remember(signature, slot, place);
    return sighting;
  }

  /** The next sight of the transaction in this slot is new again. */
  forget(signature: Uint8Array, slot: number): void {
    if (signature.length !== SIGNATURE_BYTES) return;
    let entry = this.#heads[wordAt(signature, 0) & this.#mask] as number;
    for (; entry !== NONE; entry = this.#next[entry] as number) {
      if (this.#slots[entry] === slot && this.#equals(entry, signature)) this.#slots[entry] = NONE;
    }
  }

  /** Whether the transaction is remembered, in whatever slot. */
  has(signature: Uint8Array): boolean {
    if (signature.length !== SIGNATURE_BYTES) return false;
    let entry = this.#heads[wordAt(signature, 0) & this.#mask] as number;
    while (entry !== NONE && !this.#equals(entry, signature)) entry = this.#next[entry] as number;
    return entry !== NONE;
  }

  #remember(signature: Uint8Array, slot: number, place: number): void {
    const entry = this.#position;
    if (this.#used === this.#capacity) this.#forget(entry);
    else this.#used++;
    this.#bytes.set(signature, entry * SIGNATURE_BYTES);
    this.#slots[entry] = slot;
    this.#next[entry] = this.#heads[place] as number;
    this.#heads[place] = entry;
    this.#position = (entry + 1) % this.#capacity;
  }

  #forget(entry: number): void {
    const place = (this.#words[entry * (SIGNATURE_BYTES / 4)] as number) & this.#mask;
    let current = this.#heads[place] as number;
    if (current === entry) {
      this.#heads[place] = this.#next[entry] as number;
      return;
    }
    while ((this.#next[current] as number) !== entry) current = this.#next[current] as number;
    this.#next[current] = this.#next[entry] as number;
  }

  #equals(entry: number, signature: Uint8Array): boolean {
    const base = entry * (SIGNATURE_BYTES / 4);
    for (let word = 0; word < SIGNATURE_BYTES / 4; word++) {
      if (this.#words[base + word] !== wordAt(signature, word * 4)) return false;
    }
    return true;
  }
}

/** Little-endian, as every platform Node runs on stores an Int32Array. */
function wordAt(bytes: Uint8Array, offset: number): number {
  return (
    (bytes[offset] as number) |
    ((bytes[offset + 1] as number) << 8) |
    ((bytes[offset + 2] as number) << 16) |
    ((bytes[offset + 3] as number) << 24)
  );
}
