import { ApiServer } from './api/server.ts';
import { openBlocks } from './composition/blocks.ts';
import { openGates } from './composition/gates.ts';
import { openOutput } from './composition/output.ts';
import { type EngineParts, inPackage, pageFolderOf } from './composition/parts.ts';
import { NO_RECALL, openRecall } from './composition/recall.ts';
import { openRecorder } from './composition/recorder.ts';
import { buildRun, type Run } from './composition/run.ts';
import { viewsOf } from './composition/views.ts';
import { WaitingRoom } from './composition/waiting-room.ts';
import { feedParseRate, openWatch, showBreakers } from './composition/watch.ts';
import { readProgramGroups } from './grpc/subscription/program-groups.ts';
import { type CloseReport, Lifecycle, type Resource } from './lib/lifecycle.ts';
import { GapJournal } from './recovery/gaps/gap-journal.ts';
import { supervise } from './recovery/supervisor.ts';
import type { EngineEvent } from './telemetry/event.ts';
import { poolBlock } from './telemetry/pool-logger.ts';

export interface Engine {
  readonly url: string;
  /** Resolves when the engine ended by itself; rejects with what ended it. */
  readonly done: Promise<void>;
  /** Stops the source, drains the layers, flushes the outbox, waits for the last confirm, under one deadline; tells what it left. */
  close(deadlineMs: number, abandon: AbortSignal): Promise<CloseReport>;
}

/**
 * The engine's composition root: it opens every part from the far end to the near one, so that whatever hands on data finds who takes
 * it, and closes them in reverse. Beside that it has the pipeline started again when that may help. Null when it was asked to stop
 * before everything was open.
 */
export async function startEngine(given: EngineParts, stop: AbortSignal): Promise<Engine | null> {
  const lifecycle = new Lifecycle(given.clock);
  const waiting = new WaitingRoom(given, stop);
  try {
    return await open(given, lifecycle, waiting, stop);
  } catch (error) {
    await waiting.close();
    await lifecycle.close(2_000, new AbortController().signal);
    if (stop.aborted) return null;
    throw error;
  }
}

async function open(
  given: EngineParts,
  lifecycle: Lifecycle,
  waiting: WaitingRoom,
  stop: AbortSignal,
): Promise<Engine> {
  // What the far end tells before anything watches (a broker that is away) is heard as soon as somebody does.
  const early: EngineEvent[] = [];
  let observe: (event: EngineEvent) => void = (event) => void early.push(event);
  const parts: EngineParts = {
    ...given,
    emit: (event) => {
      given.emit(event);
      observe(event);
    },
  };
  const groups = readProgramGroups(inPackage(parts, parts.config.grpc.groupsFile));
  const output = await openOutput(parts, lifecycle, stop, waiting.whenRoom);
  const mayWrite = () => output.outbox.checkLease();
  const journal = lifecycle.own(await waiting.whenRoom(() => GapJournal.open(parts.dataFolder, mayWrite)));
  await waiting.leave();
  const watch = openWatch(parts, output, () => run, lifecycle);
  const blocks = openBlocks(parts.config, parts.clock, (host, state) => watch.breaker('rpc', host, state));
  const durableSlot = () => output.outbox.resumeFrom()?.slot ?? null;
  const recall = blocks === null ? NO_RECALL : openRecall(parts, groups, blocks, durableSlot, lifecycle);
  const recorder = openRecorder(parts, lifecycle);
  const gates = await openGates(parts, lifecycle);
  const plugs = { output, journal, groups, blocks, gates, recorder, observers: [recall.observe] };
  const build = (): Run => buildRun(parts, plugs);
  let run = build();
  showBreakers(watch, gates, output, blocks?.hosts ?? []);
  observe = (event) => watch.observe(event);
  for (const event of early.splice(0)) observe(event);
  watch.start();

  const views = viewsOf(parts, output, () => run, watch, { journal, groups, recall });
  const page = pageFolderOf(parts);
  const api = lifecycle.own(
    new ApiServer({ ...parts.config.api, redact: parts.redact, pageFolder: page }, views, parts.clock, parts.emit),
  );
  const url = await api.listen();

  const pipeline = lifecycle.own(
    supervised(
      parts,
      () => run,
      () => {
        run = build();
      },
    ),
  );
  lifecycle.own(poolLogger(parts, () => run));
  recall.start(() => run);
  feedParseRate(parts, () => run, lifecycle);
  return { url, done: pipeline.done, close: (deadlineMs, abandon) => lifecycle.close(deadlineMs, abandon) };
}

/** Runs the pipeline, and a fresh one after each end the policy calls curable, until it is closed: then it drains. */
function supervised(
  parts: EngineParts,
  run: () => Run,
  renew: () => void,
): Resource & { readonly done: Promise<void> } {
  const { recovery } = parts.config;
  const options = {
    backoff: { initialMs: recovery.restartInitialMs, maxMs: recovery.restartMaxMs },
    settledMs: 60_000,
    attemptsMax: recovery.restartAttempts,
  };
  const stop = new AbortController();
  let isFirst = true;
  const worker = {
    name: 'pipeline',
    run: () => {
      if (!isFirst) renew();
      isFirst = false;
      return run().pipeline.run(new AbortController().signal);
    },
  };
  const done = supervise(worker, options, parts, stop.signal);
  const close = async (signal: AbortSignal) => {
    // From here on an end is no failure: what was read is finished, nothing is started again.
    stop.abort();
    await run().pipeline.close(signal);
    // What it failed of is told by `done`, once.
    await done.catch(() => undefined);
  };
  return { name: 'pipeline', done, close };
}

function poolLogger({ config, clock, print }: EngineParts, run: () => Run): Resource {
  const { poolLogIntervalMs } = config.engine;
  const block = () => print(poolBlock(run().source.stats()));
  const stop = poolLogIntervalMs === 0 ? () => {} : clock.every(poolLogIntervalMs, block);
  return { name: 'pool logger', close: async () => stop() };
}
