import { readFileSync } from 'node:fs';
import type { Config } from '../config/schema.ts';
import { MEBIBYTE } from '../lib/bytes.ts';
import { EngineError, messageOf } from '../lib/errors.ts';
import type { Lifecycle } from '../lib/lifecycle.ts';
import { ENVELOPE_SOURCE } from '../output/envelope.ts';
import { createRabbitmqOutput, type Outbox, openOutbox, type RabbitmqOutput, watchHolder } from '../output/index.ts';
import { Quarantine } from '../output/quarantine/quarantine.ts';
import { QuarantineIntake } from '../output/quarantine/quarantine-intake.ts';
import { type EngineParts, inPackage } from './parts.ts';
import type { WaitingRoom } from './waiting-room.ts';

export interface Output {
  readonly outbox: Outbox;
  readonly quarantine: QuarantineIntake;
  /** Null when the outbox is the output. */
  readonly rabbitmq: RabbitmqOutput | null;
  stats(): object;
}

/**
 * Opens the far end first: whatever hands on events finds who keeps them. What needs room on the disk is opened through `whenRoom`. Rejects
 * when `stop` aborts while a broker does not answer.
 */
export async function openOutput(
  parts: EngineParts,
  lifecycle: Lifecycle,
  stop: AbortSignal,
  whenRoom: WaitingRoom['whenRoom'],
): Promise<Output> {
  const { config, dataFolder, clock, emit } = parts;
  const place = {
    folder: dataFolder,
    envelope: { source: ENVELOPE_SOURCE, commitment: config.grpc.commitment },
    waitsForBroker: usesBroker(config),
  };
  const tellWatched = ({ host, pid }: { readonly host: string; readonly pid: number }) =>
    emit({ type: 'output.lease.watched', holder: `process ${pid} on ${host}` });
  const outbox = await whenRoom(async () => {
    // Looked at again with each try: on a full disk the lease may not even be readable, and a wait for room can be long.
    const silent = await watchHolder(dataFolder, clock, stop, tellWatched);
    return openOutbox(place, config.outbox, clock, emit, silent);
  });
  lifecycle.own({ name: 'outbox', close: (signal) => outbox.close(signal) });
  const bytesMax = config.engine.quarantineSizeMb * MEBIBYTE;
  const kept = await whenRoom(() =>
    Quarantine.openOrReplace({ folder: dataFolder, bytesMax }, (path, reason) =>
      emit({ type: 'output.quarantine.replaced', path, reason }),
    ),
  );
  const quarantine = lifecycle.own(new QuarantineIntake(kept, clock, emit));
  const rabbitmq = usesBroker(config) ? await openBroker(parts, outbox, lifecycle, stop) : null;
  return { outbox, quarantine, rabbitmq, stats: () => outputStats(outbox, quarantine, rabbitmq) };
}

function usesBroker({ rabbitmq }: Config): boolean {
  return rabbitmq.enabled && rabbitmq.url !== '';
}

/** A broker that is away does not hold the start up: events wait for it in the outbox. */
async function openBroker(
  parts: EngineParts,
  outbox: Outbox,
  lifecycle: Lifecycle,
  stop: AbortSignal,
): Promise<RabbitmqOutput> {
  const { rabbitmq: settings } = parts.config;
  const topologyText = readTopology(inPackage(parts, settings.topologyFile));
  const rabbitmq = createRabbitmqOutput(outbox, topologyText, settings, parts);
  lifecycle.own({ name: 'broker', close: (signal) => rabbitmq.publisher.close(signal) });
  const callOff = () => void rabbitmq.publisher.close(stop);
  stop.addEventListener('abort', callOff, { once: true });
  if (stop.aborted) callOff();
  try {
    await rabbitmq.publisher.open();
  } finally {
    stop.removeEventListener('abort', callOff);
  }
  rabbitmq.relay.start();
  lifecycle.own(rabbitmq.relay);
  return rabbitmq;
}

function outputStats(outbox: Outbox, quarantine: QuarantineIntake, rabbitmq: RabbitmqOutput | null): object {
  const relay = rabbitmq?.relay.stats() ?? null;
  return {
    broker: relay?.publisher ?? 'none',
    breaker: relay?.breaker ?? 'closed',
    inFlight: relay?.inFlight ?? 0,
    pending: relay?.pending ?? 0,
    confirmed: rabbitmq === null ? null : outbox.confirmedThrough(),
    firstSequence: outbox.firstSequence(),
    lastSequence: outbox.lastSequence(),
    cursor: outbox.resumeFrom()?.slot ?? null,
    damaged: outbox.damage(),
    quarantine: quarantine.stats(),
  };
}

function readTopology(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new EngineError(
      'CONFIG_INVALID',
      `The topology cannot be read (${messageOf(cause)}). Set RABBITMQ_TOPOLOGY_FILE to a file like config/topology.json.`,
      { cause },
    );
  }
}
