import type { StoredEvent } from '../domain/contracts.ts';
import { takenBackType } from '../domain/retraction.ts';
import { exchangeFor, type TopologyPlan } from './topology.ts';

/** One message: where it is published, under which key, and under which further ones. A queue bound by several of them gets it once. */
export interface Route {
  readonly exchange: string;
  readonly key: string;
  readonly furtherKeys: readonly string[];
}

/**
 * Pure: the messages an event becomes. Nearly always one, under its type. A retraction also goes wherever the event went that it takes back,
 * or a consumer of that queue would keep what never happened; where those went to another exchange, as a second message.
 */
export function routesOf(plan: TopologyPlan, event: StoredEvent): readonly Route[] {
  const exchange = exchangeFor(plan, event.type);
  const takenBack = takenBackType(event);
  if (takenBack === null) return [{ exchange, key: event.type, furtherKeys: [] }];
  const itsExchange = exchangeFor(plan, takenBack);
  if (itsExchange === exchange) return [{ exchange, key: event.type, furtherKeys: [takenBack] }];
  return [
    { exchange, key: event.type, furtherKeys: [] },
    { exchange: itsExchange, key: takenBack, furtherKeys: [] },
  ];
}
