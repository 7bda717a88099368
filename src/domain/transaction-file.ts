import { EngineError } from '../lib/errors.ts';
import { asArray, asObject, type JsonObject } from '../lib/json-value.ts';

/** One JSON-RPC transaction as a file holds it; what it must contain is checked when it is encoded. */
export type JsonTransaction = JsonObject;

/**
 * Finds the transactions in a file's text: one object, an array of them, an RPC answer around either, a block, or one object per line.
 * Throws one sentence when there is none.
 */
export function parseTransactionText(text: string): readonly JsonTransaction[] {
  const found = collect(parse(text), 0);
  if (found.length === 0) throw new EngineError('DECODE_MALFORMED', 'This file holds no transaction.');
  return found;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const lines = text.split('\n').filter((line) => line.trim() !== '');
    if (lines.length < 2) throw notJson(error);
    return lines.map((line) => {
      try {
        return JSON.parse(line) as unknown;
      } catch {
        throw notJson(error);
      }
    });
  }
}

function notJson(cause: unknown): EngineError {
  return new EngineError('DECODE_MALFORMED', 'This file is not JSON.', { cause });
}

const DEPTH_MAX = 4;

function collect(value: unknown, depth: number): readonly JsonTransaction[] {
  if (depth > DEPTH_MAX) return [];
  const list = asArray(value);
  if (list !== null) return list.flatMap((each) => collect(each, depth + 1));
  const object = asObject(value);
  if (object === null) return [];
  if (object['result'] !== undefined && object['transaction'] === undefined)
    return collect(object['result'], depth + 1);
  const block = asArray(object['transactions']);
  if (block === null) return [object];
  // A block tells slot and time once, for all its transactions.
  const slot = object['slot'] ?? slotBefore(object);
  return block.flatMap((each, index) => {
    const transaction = asObject(each);
    return transaction === null
      ? []
      : [{ slot, blockTime: object['blockTime'], transactionIndex: index, ...transaction }];
  });
}

/** getBlock does not repeat the slot it was asked for; its parent is the best that is known. */
function slotBefore(block: JsonObject): unknown {
  return typeof block['parentSlot'] === 'number' ? block['parentSlot'] + 1 : undefined;
}
