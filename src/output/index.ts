import type { Clock } from '../lib/clock.ts';
import type { Random } from '../lib/random.ts';
import type { Emit } from '../telemetry/event.ts';
import type { RelayOutbox } from './ports.ts';
import { RabbitmqPublisher } from './rabbitmq-publisher.ts';
import { Relay } from './relay.ts';
import { createRelayBreaker } from './relay-breaker.ts';
import { parseTopology, planTopology, type TopologyNames } from './topology.ts';

export { acknowledgeDamage, type DamagedEvent, damagedEvents } from './outbox/damage-file.ts';
export { Outbox, openOutbox, watchHolder } from './outbox/index.ts';
export { storedCursor } from './outbox/peek.ts';
export { type RescueReport, rescueOutbox } from './outbox/rescue.ts';

/** The part of the configuration the broker side reads. */
export interface RabbitmqSettings extends TopologyNames {
  readonly url: string;
  readonly reconnectDelayMs: number;
  readonly windowEvents: number;
  readonly topologyFile: string;
}

export interface RabbitmqOutput {
  readonly publisher: RabbitmqPublisher;
  readonly relay: Relay;
}

/** Builds the way from an outbox to RabbitMQ. To be opened in this order: `publisher.open()`, `relay.start()`; closed in reverse. */
export function createRabbitmqOutput(
  outbox: RelayOutbox,
  topologyText: string,
  settings: RabbitmqSettings,
  parts: { readonly clock: Clock; readonly random: Random; readonly emit: Emit },
): RabbitmqOutput {
  const topology = planTopology(parseTopology(topologyText, settings.topologyFile), settings);
  const publisher = new RabbitmqPublisher(
    { url: settings.url, topology, reconnectDelayMs: settings.reconnectDelayMs, appName: 'sluice' },
    parts,
  );
  const breaker = createRelayBreaker(parts.clock, (state) => parts.emit({ type: 'output.breaker.changed', state }));
  const options = {
    windowEvents: settings.windowEvents,
    batchEvents: Math.max(1, Math.floor(settings.windowEvents / 4)),
    stallMs: 15_000,
    retryMs: 250,
  };
  return { publisher, relay: new Relay(outbox, publisher, breaker, options, parts) };
}
