import type { EventValue } from '../domain/domain-event.ts';

/**
 * Writes event values as JSON text, with exact integers (bigint as a decimal string), several times faster than a replacer
 * function would. Never throws for what an event may carry; what it writes, JSON.parse reads.
 */

// Everything JSON must escape: quote, backslash, control characters and halves of surrogate pairs.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const NEEDS_ESCAPE = /["\\\u0000-\u001f\ud800-\udfff]/;

export function stringText(text: string): string {
  return NEEDS_ESCAPE.test(text) ? JSON.stringify(text) : `"${text}"`;
}

export function valueText(value: EventValue): string {
  switch (typeof value) {
    case 'string':
      return stringText(value);
    case 'number':
      return Number.isFinite(value) ? String(value) : 'null';
    case 'bigint':
      return `"${value}"`;
    case 'boolean':
      return value ? 'true' : 'false';
    case 'undefined':
      return 'null';
    default:
      if (value === null) return 'null';
      return isList(value) ? listText(value) : recordText(value);
  }
}

export function recordText(record: { readonly [name: string]: EventValue }): string {
  let text = '{';
  for (const name of Object.keys(record)) {
    const value = record[name];
    if (value === undefined) continue;
    text += `${text.length === 1 ? '' : ','}${stringText(name)}:${valueText(value)}`;
  }
  return `${text}}`;
}

function listText(list: readonly EventValue[]): string {
  let text = '[';
  for (let i = 0; i < list.length; i++) text += `${i === 0 ? '' : ','}${valueText(list[i])}`;
  return `${text}]`;
}

function isList(value: object): value is readonly EventValue[] {
  return Array.isArray(value);
}
