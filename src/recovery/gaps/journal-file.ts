import {
  closeSync,
  fdatasyncSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';

/** A file that only grows, or is replaced as a whole. What it says it took is on the disk; it knows nothing of what the lines mean. */
export class JournalFile {
  readonly #path: string;
  #file: number;
  #size: number;
  /** Whether the name leads to the file that is open, also after a loss of power. */
  #isNamed = false;

  /** Opens the file and cuts what lies behind `size`; makes it when there is none. */
  constructor(path: string, size: number) {
    this.#path = path;
    this.#size = size;
    this.#file = openSync(path, 'a', 0o640);
    ftruncateSync(this.#file, size);
  }

  append(text: string): void {
    const bytes = Buffer.from(text);
    this.#name();
    try {
      writeAll(this.#file, bytes);
      fdatasyncSync(this.#file);
    } catch (error) {
      // What a full disk took of it would damage the next record.
      ftruncateSync(this.#file, this.#size);
      throw error;
    }
    this.#size += bytes.length;
  }

  /** In one step: at no moment is there less on the disk than before. When it fails the file is as it was. */
  replace(text: string): void {
    const bytes = Buffer.from(text);
    const temporary = `${this.#path}.new`;
    rmSync(temporary, { force: true });
    const file = openSync(temporary, 'a', 0o640);
    try {
      writeAll(file, bytes);
      fsyncSync(file);
      renameSync(temporary, this.#path);
    } catch (error) {
      closeSync(file);
      rmSync(temporary, { force: true });
      throw error;
    }
    closeSync(this.#file);
    this.#file = file;
    this.#size = bytes.length;
    this.#isNamed = false;
    this.#name();
  }

  close(): void {
    closeSync(this.#file);
  }

  /** A record in a file whose name a crash would give back to the one before it would be lost, so the name comes first. */
  #name(): void {
    if (this.#isNamed) return;
    syncFolder(dirname(this.#path));
    this.#isNamed = true;
  }
}

/** Adds lines to a file beside the journal; durable when it returns. */
export function keepLines(path: string, lines: readonly string[]): void {
  const file = openSync(path, 'a', 0o640);
  try {
    writeAll(file, Buffer.from(lines.map((line) => `${line}\n`).join('')));
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  syncFolder(dirname(path));
}

/** Empty when there is no such file. */
export function readBytes(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as { readonly code?: unknown }).code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
}

function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

function writeAll(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
}
