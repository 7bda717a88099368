import type { SubscribeRequest } from '../../domain/geyser-messages.ts';
import type { Priority } from '../../domain/interest.ts';
import type { EndpointGate } from '../endpoint/endpoint-gate.ts';
import { REWRITE } from '../endpoint/subscription-rate-limiter.ts';
import type { StreamSession } from '../stream/stream-session.ts';
import { AcceptedFilters, type FiltersByGroup } from '../subscription/accepted-filters.ts';
import { filterFingerprint } from '../subscription/subscription-builder.ts';

interface RewriterParts {
  build(groups: readonly string[], fromSlot: number | null): SubscribeRequest;
  priorityOf(groups: readonly string[]): Priority;
}

interface RewriterOwner {
  wanted(): readonly string[];
  gate(): EndpointGate;
  /** The endpoint refused this before: lets go of the groups to blame. */
  drop(groups: readonly string[]): void;
  /** The server works with the filters of these groups now. */
  onRewritten(groups: readonly string[]): void;
}

/** What the server was last asked for. */
interface Asked {
  /** Fingerprint of all its filters. */
  readonly filters: string;
  readonly byGroup: FiltersByGroup;
}

/**
 * Brings the filters of an open stream to what is wanted, one rewrite at a time, each paid for in the limiter where the provider may
 * count it. It never opens or closes a stream.
 */
export class FilterRewriter {
  readonly #parts: RewriterParts;
  readonly #owner: RewriterOwner;
  readonly #accepted = new AcceptedFilters();
  #asked: Asked = { filters: '', byGroup: new Map() };
  #running: StreamSession | null = null;

  constructor(parts: RewriterParts, owner: RewriterOwner) {
    this.#parts = parts;
    this.#owner = owner;
  }

  /** True while the server may still work with older filters. */
  get isBusy(): boolean {
    return this.#running !== null;
  }

  /** Fingerprint of what the server was last asked for. */
  get filters(): string {
    return this.#asked.filters;
  }

  /** Groups the server refuses, if it was the last request that it refused. */
  get toBlame(): readonly string[] {
    return this.#accepted.toBlame(this.#asked.byGroup);
  }

  /** A new call is opened with the filters of these groups. */
  opening(groups: readonly string[]): void {
    this.#asked = this.#asks(groups);
    this.#running = null;
  }

  /** The server provably works with what it was asked for. */
  accepted(): void {
    this.#accepted.note(this.#asked.byGroup);
  }

  async run(session: StreamSession, signal: AbortSignal): Promise<void> {
    if (this.#running === session) return;
    this.#running = session;
    while (this.#running === session && !signal.aborted) {
      const groups = this.#owner.wanted();
      const next = this.#asks(groups);
      if (groups.length === 0 || next.filters === this.#asked.filters) break;
      if (this.#owner.gate().refused.has(next.filters)) {
        // Written, it would end a stream that serves the other groups.
        this.#owner.drop(this.#accepted.toBlame(next.byGroup));
        continue;
      }
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
    this.#asked = this.#asks(groups);
    return new Promise((resolve) => {
      const done = () => {
        signal.removeEventListener('abort', done);
        resolve();
      };
      signal.addEventListener('abort', done, { once: true });
      session.rewrite(request, () => {
        done();
        if (this.#running !== session) return;
        this.accepted();
        this.#owner.onRewritten(groups);
      });
      session.onGone(done);
    });
  }

  #asks(groups: readonly string[]): Asked {
    const filtersOf = (some: readonly string[]) => filterFingerprint(this.#parts.build(some, null));
    return { filters: filtersOf(groups), byGroup: new Map(groups.map((group) => [group, filtersOf([group])])) };
  }
}
