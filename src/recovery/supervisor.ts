import type { Clock } from '../lib/clock.ts';
import { EngineError, messageOf } from '../lib/errors.ts';
import type { Random } from '../lib/random.ts';
import type { Emit } from '../telemetry/event.ts';
import { type SupervisionOptions, SupervisionPolicy } from './supervision.ts';

/** A part that runs until its signal aborts, and says by returning or throwing that it ended. */
export interface Worker {
  readonly name: string;
  run(signal: AbortSignal): Promise<void>;
}

/**
 * Keeps a worker running: starts it again as the policy says, resolves when it was asked to stop, throws RECOVERY_GAVE_UP when the
 * policy gives it up. Each start is a fresh one: what the worker knows, it reads back from what is durable.
 */
export async function supervise(
  worker: Worker,
  options: SupervisionOptions,
  parts: { readonly clock: Clock; readonly random: Random; readonly emit: Emit },
  signal: AbortSignal,
): Promise<void> {
  const policy = new SupervisionPolicy(options, parts.random);
  while (!signal.aborted) {
    const startedMs = parts.clock.monotonicMs();
    parts.emit({ type: 'recovery.worker.started', worker: worker.name });
    const error = await runOnce(worker, signal);
    const advice = policy.ended(error, parts.clock.monotonicMs() - startedMs, signal.aborted);
    if (advice.act === 'none') return;
    const reason = error === null ? 'it returned' : messageOf(error);
    if (advice.act === 'give-up') {
      // A final error is the whole reason; a worker that kept ending has a last error besides.
      const why = sentence(advice.reason === reason ? reason : `${advice.reason}, the last time because of: ${reason}`);
      parts.emit({ type: 'recovery.worker.gaveUp', worker: worker.name, reason: why });
      throw new EngineError('RECOVERY_GAVE_UP', `${worker.name} stays down: ${why}.`, { cause: error });
    }
    const { attempt, waitMs } = advice;
    parts.emit({ type: 'recovery.worker.restarted', worker: worker.name, attempt, waitMs, reason });
    await parts.clock.sleep(waitMs, signal);
  }
}

async function runOnce(worker: Worker, signal: AbortSignal): Promise<unknown> {
  try {
    await worker.run(signal);
    return null;
  } catch (error) {
    return error;
  }
}

/** Without its full stop, to stand inside another sentence. */
function sentence(text: string): string {
  return text.replace(/\.+$/, '');
}
