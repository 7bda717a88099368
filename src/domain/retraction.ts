import type { StoredEvent } from './contracts.ts';
import type { EventType } from './domain-event.ts';

const RETRACTION: EventType = 'stream.event.retracted';

/**
 * The type of the event that this one takes back; null when it takes none back. Whoever asked for that type has to hear of the retraction
 * too. Only a retraction is opened, so that asking costs the other events nothing.
 */
export function takenBackType({ type, json }: Pick<StoredEvent, 'type' | 'json'>): string | null {
  if (type !== RETRACTION) return null;
  const { data } = JSON.parse(json) as { readonly data?: { readonly type?: unknown } };
  return typeof data?.type === 'string' ? data.type : null;
}
