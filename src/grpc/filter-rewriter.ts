import type { SubscribeRequest } from '../domain/geyser-messages.ts';
import type { Priority } from '../domain/interest.ts';
import type { EndpointGate } from './endpoint-gate.ts';
import type { StreamSession } from './stream-session.ts';
import { filterFingerprint } from './subscription-builder.ts';
import { REWRITE } from './subscription-rate-limiter.ts';

interface RewriterParts {
  build(groups: readonly string[], fromSlot: number | null): SubscribeRequest;
  priorityOf(groups: readonly string[]): Priority;
}

interface RewriterOwner {
  wanted(): readonly string[];
  gate(): EndpointGate;
  /** The server works with the filters of these groups now. */
  onRewritten(groups: readonly string[]): void;
}

/**
 * Brings the filters of an open stream to what is wanted, one rewrite at a time, each paid for in the limiter where the provider may
 * count it. It never opens or closes a stream.
 */
export class FilterRewriter {
  readonly #parts: RewriterParts;
  readonly #owner: RewriterOwner;
  #written = '';
  #running: StreamSession | null = null;

  constructor(parts: RewriterParts, owner: RewriterOwner) {
    this.#parts = parts;
    this.#owner = owner;
  }

  /** True while the server may still work with older filters. */
  get isBusy(): boolean {
    return this.#running !== null;
  }

  /** The filters a new call was opened with. */
  written(request: SubscribeRequest): void {
    this.#written = filterFingerprint(request);
    this.#running = null;
  }

  async run(session: StreamSession, signal: AbortSignal): Promise<void> {
    if (this.#running === session) return;
    this.#running = session;
    while (this.#running === session && !signal.aborted) {
      const groups = this.#owner.wanted();
      if (groups.length === 0 || this.#fingerprint(groups) === this.#written) break;
      if (!(await this.#isPaid(groups, signal))) break;
      if (this.#running !== session) return;
      await this.#rewrite(session, signal);
    }
    if (this.#running === session) this.#running = null;
  }

  async #isPaid(groups: readonly string[], signal: AbortSignal): Promise<boolean> {
    const gate = this.#owner.gate();
    if (!gate.profile.rewriteCountsAsSubscription) return true;
    return (await gate.limiter.acquire(REWRITE, this.#parts.priorityOf(groups), signal)) !== null;
  }

  #rewrite(session: StreamSession, signal: AbortSignal): Promise<void> {
    // Built only now: what is wanted may have changed while the permit was waited for.
    const groups = this.#owner.wanted();
    if (groups.length === 0) return Promise.resolve();
    const request = this.#parts.build(groups, null);
    this.#written = filterFingerprint(request);
    return new Promise((resolve) => {
      const done = () => {
        signal.removeEventListener('abort', done);
        resolve();
      };
      signal.addEventListener('abort', done, { once: true });
      session.rewrite(request, () => {
        done();
        if (this.#running === session) this.#owner.onRewritten(groups);
      });
      session.onGone(done);
    });
  }

  #fingerprint(groups: readonly string[]): string {
    return filterFingerprint(this.#parts.build(groups, null));
  }
}
