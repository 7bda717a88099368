import { ProtobufReader } from '../../lib/protobuf-reader.ts';
import { ProtobufWriter } from '../../lib/protobuf-writer.ts';
import { FilterProblem } from './key-set.ts';

interface Slice {
  readonly start: number;
  readonly end: number;
}

const DATA_FIELD = 6;

/** The parts of account data a subscriber wants (`accounts_data_slice`); none means all of it. */
export class DataSlices {
  readonly #slices: readonly Slice[];

  constructor(messages: readonly { readonly offset: string; readonly length: string }[]) {
    const slices = messages.map(({ offset, length }) => ({
      start: Number(offset),
      end: Number(offset) + Number(length),
    }));
    slices.forEach((slice, index) => {
      const before = slices[index - 1];
      if (before === undefined) return;
      if (before.start > slice.start) throw new FilterProblem('failed to create filter: data slices out of order');
      if (slice.start < before.end) throw new FilterProblem('failed to create filter: data slices overlapped');
    });
    this.#slices = slices;
  }

  get isEmpty(): boolean {
    return this.#slices.length === 0;
  }

  /** A slice that reaches past the end of the data is left out whole, as the plugin does. */
  cut(data: Uint8Array): Uint8Array {
    if (this.isEmpty) return data;
    return Buffer.concat(
      this.#slices.filter(({ end }) => data.length >= end).map(({ start, end }) => data.subarray(start, end)),
    );
  }

  /** The serialized account info with its data cut. */
  cutInfo(info: Uint8Array): Uint8Array {
    if (this.isEmpty) return info;
    const reader = new ProtobufReader(info, 0, info.length);
    const parts: Uint8Array[] = [];
    for (let start = 0, tag = reader.tag(); tag !== 0; start = reader.position, tag = reader.tag()) {
      if (tag >>> 3 === DATA_FIELD) {
        const cut = this.cut(reader.view());
        if (cut.length > 0) parts.push(new ProtobufWriter(cut.length + 8).bytes(DATA_FIELD, cut).finish());
      } else {
        reader.skip(tag);
        parts.push(info.subarray(start, reader.position));
      }
    }
    return Buffer.concat(parts);
  }
}
