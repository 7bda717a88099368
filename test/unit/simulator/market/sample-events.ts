import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeBase58, encodeBase58 } from '../../../../src/lib/base58.ts';
import {
  BUY_EVENT,
  CREATE_EVENT,
  CREATE_POOL_EVENT,
  type EventLayout,
  type FieldType,
  MIGRATION_EVENT,
  SELL_EVENT,
  TRADE_EVENT,
} from '../../../../src/simulator/market/event-layouts.ts';
import { samplesFolder } from '../../../support/samples.ts';

/** Events of real transactions, read with the model's own layouts as far as their bytes go. */
export interface SampleEvent {
  readonly signature: string;
  readonly name: string;
  readonly bodyLength: number;
  /** Bytes that the layout has no field for. */
  readonly rest: number;
  readonly values: Readonly<Record<string, unknown>>;
}

const LAYOUTS = [TRADE_EVENT, CREATE_EVENT, MIGRATION_EVENT, CREATE_POOL_EVENT, BUY_EVENT, SELL_EVENT];
const SELF_CPI = 'e445a52e51cb9a1d';
const PROGRAMS = ['6EF8rrecthR5Dkzon8Nwu78hRvfCKubJ14M5uBEwF6P', 'pAMMBay6oceH9fJKBRHGP5D4bD4sWpmSwMn52FMfXEA'];

const folder = samplesFolder();

/** A `describe` that says so when there are no samples on this machine. */
export function describeWithSamples(name: string, body: () => void): void {
  if (folder === null) describe(`${name} (no samples on this machine)`, () => test.todo('needs the samples folder'));
  else describe(name, body);
}

interface SampleFile {
  readonly transaction: unknown;
  readonly meta?: {
    readonly innerInstructions?: readonly { readonly instructions: readonly { readonly data?: string }[] }[];
  };
}

export function sampleEvents(name: string): readonly SampleEvent[] {
  if (folder === null) return [];
  const files = readdirSync(join(folder, 'tx')).sort();
  return files.flatMap((file) => eventsOf(file, folder)).filter((event) => event.name === name);
}

function eventsOf(file: string, root: string): SampleEvent[] {
  const text = readFileSync(join(root, 'tx', file), 'utf8');
  // Other programs have events of the same names.
  if (!PROGRAMS.some((program) => text.includes(program))) return [];
  const sample = JSON.parse(text) as SampleFile;
  const events: SampleEvent[] = [];
  for (const group of sample.meta?.innerInstructions ?? []) {
    for (const { data } of group.instructions) {
      const bytes = Buffer.from(decodeBase58(data ?? ''));
      if (bytes.subarray(0, 8).toString('hex') !== SELF_CPI) continue;
      const layout = LAYOUTS.find((one) => Buffer.compare(one.discriminator, bytes.subarray(8, 16)) === 0);
      if (layout !== undefined) events.push(readEvent(file, layout, bytes.subarray(16)));
    }
  }
  return events;
}

function readEvent(file: string, layout: EventLayout, body: Buffer): SampleEvent {
  const values: Record<string, unknown> = {};
  let offset = 0;
  for (const [name, type] of layout.fields) {
    const size = sizeOf(type, body, offset);
    if (offset + size > body.length) break;
    values[name] = readValue(type, body.subarray(offset, offset + size));
    offset += size;
  }
  const signature = file.replace('.json', '');
  return { signature, name: layout.name, bodyLength: body.length, rest: body.length - offset, values };
}

const SIZES: Readonly<Partial<Record<FieldType, number>>> = {
  u8: 1,
  bool: 1,
  u16: 2,
  u64: 8,
  i64: 8,
  i128: 16,
  key: 32,
};

function sizeOf(type: FieldType, body: Buffer, offset: number): number {
  const fixed = SIZES[type];
  if (fixed !== undefined) return fixed;
  return offset + 4 > body.length ? Number.POSITIVE_INFINITY : 4 + body.readUInt32LE(offset);
}

function readValue(type: FieldType, bytes: Buffer): unknown {
  if (type === 'u64') return bytes.readBigUInt64LE();
  if (type === 'i64' || type === 'i128') return bytes.readBigInt64LE();
  if (type === 'bool') return bytes[0] === 1;
  if (type === 'key') return encodeBase58(bytes);
  if (type === 'text') return bytes.toString('utf8', 4);
  return bytes[0];
}
