import { type DomainEvent, type EventType, pathText } from '../domain/domain-event.ts';
import { SCHEMA_VERSION, schemaUrn } from '../domain/events/version.ts';
import type { Commitment } from '../domain/slot.ts';
import { recordText, stringText } from './json-text.ts';

/** CloudEvents `source` of everything Sluice says of the chain and of itself. */
export const ENVELOPE_SOURCE = 'sluice';

export interface EnvelopeOptions {
  /** CloudEvents `source`: who says it. */
  readonly source: string;
  /** How sure the chain was of what is said when it was said. */
  readonly commitment: Commitment;
}

/** Writes one event, under the id it was given, as CloudEvents 1.0 JSON text. */
export type EnvelopeWriter = (event: DomainEvent, id: string) => string;

/**
 * A writer of envelopes. The text is put together by hand because a general serializer would cost more than decoding the
 * transaction did. It never leaves out an attribute that has a value and never writes one that has none.
 */
export function createEnvelopeWriter(options: EnvelopeOptions): EnvelopeWriter {
  const source = stringText(options.source);
  const tail = `,"commitment":"${options.commitment}","schemaversion":${SCHEMA_VERSION},"correlationid":`;
  const typeParts = new Map<EventType, string>();
  let lastTimeMs = Number.NaN;
  let lastTime = '';
  return (event, id) => {
    let typePart = typeParts.get(event.type);
    if (typePart === undefined) {
      typePart =
        `,"source":${source},"type":"${event.type}","datacontenttype":"application/json"` +
        `,"dataschema":"${schemaUrn(event.type)}","time":"`;
      typeParts.set(event.type, typePart);
    }
    // Events of one slot share their time, so the last text is nearly always the one needed.
    if (event.timeMs !== lastTimeMs) {
      lastTimeMs = event.timeMs;
      lastTime = timeText(event.timeMs);
    }
    let text = `{"specversion":"1.0","id":${stringText(id)}${typePart}${lastTime}","subject":${stringText(event.subject)},"slot":${event.slot}`;
    if (event.signature !== null) text += `,"signature":${stringText(event.signature)}`;
    if (event.txIndex !== null) text += `,"txindex":${event.txIndex}`;
    if (event.path !== null) text += `,"ixpath":"${pathText(event.path)}"`;
    text += tail + stringText(event.signature ?? event.subject);
    if (event.causationId !== undefined) text += `,"causationid":${stringText(event.causationId)}`;
    return `${text},"data":${recordText(event.data)}}`;
  };
}

function timeText(timeMs: number): string {
  const date = new Date(timeMs);
  // A source that tells no usable time must not stop the stream: the slot is the event's time, this is for people.
  return Number.isNaN(date.getTime()) ? new Date(0).toISOString() : date.toISOString();
}
