import type { Account } from './account.ts';
import { BodyWriter } from './body-writer.ts';
import {
  discriminatorOf,
  type EventLayout,
  type EventValue,
  type EventValues,
  type FieldType,
  LAYOUT_AGES,
  type LayoutAge,
} from './event-layouts.ts';

/** From a slot on, the programs grow in ways no layout knows. */
export interface LayoutDrift {
  readonly fromSlot: number;
  /** Bytes appended to every event body. */
  readonly appendBytes: number;
  /** Also emit an event that nobody has heard of. */
  readonly unknownEvent: boolean;
}

/** Events to bytes, as the programs of a given age would write them. */
export class EventEncoder {
  readonly #age: number;
  readonly #drift: LayoutDrift | null;
  readonly #writer = new BodyWriter(4096);
  #slot = 0;

  constructor(age: LayoutAge, drift: LayoutDrift | null) {
    this.#age = LAYOUT_AGES.indexOf(age);
    this.#drift = drift;
  }

  beginSlot(slot: number): void {
    this.#slot = slot;
  }

  /** Discriminator and body. */
  encode(layout: EventLayout, values: EventValues): Uint8Array {
    const writer = this.#writer.begin().raw(layout.discriminator);
    const count = layout.counts[this.#age] as number;
    for (let i = 0; i < count; i++) {
      const [name, type] = layout.fields[i] as (typeof layout.fields)[number];
      writeField(writer, type, values[name] ?? 0n);
    }
    const drift = this.#drifted();
    for (let i = 0; drift !== null && i < drift.appendBytes; i++) writer.u8(i + 1);
    return writer.take();
  }

  /** An event of no known discriminator, when the drift asks for one in this slot; else null. */
  unknown(): Uint8Array | null {
    return this.#drifted()?.unknownEvent === true ? UNKNOWN_EVENT : null;
  }

  #drifted(): LayoutDrift | null {
    return this.#drift !== null && this.#slot >= this.#drift.fromSlot ? this.#drift : null;
  }
}

const UNKNOWN_EVENT = Buffer.concat([discriminatorOf('event:MarketWeatherEvent'), Buffer.from([1, 2, 3, 4])]);

function writeField(writer: BodyWriter, type: FieldType, value: EventValue): void {
  switch (type) {
    case 'u64':
    case 'i64':
      writer.u64(typeof value === 'bigint' ? value : BigInt(value as number));
      return;
    case 'key':
      if (typeof value === 'object') writer.raw((value as Account).address);
      else writer.zeros(32);
      return;
    case 'bool':
      writer.u8(value === true ? 1 : 0);
      return;
    case 'text':
      writer.text(value as string);
      return;
    case 'u8':
      writer.u8(Number(value));
      return;
    case 'u16':
      writer.u16(Number(value));
      return;
    case 'i128':
      writer.i128(value as bigint);
      return;
    case 'none':
      writer.u32(0);
  }
}
