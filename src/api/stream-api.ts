import { type Request, type Response, Router } from 'express';
import type { EventFeed, StoredEvent } from '../domain/contracts.ts';
import { takenBackType } from '../domain/retraction.ts';
import type { Clock } from '../lib/clock.ts';
import type { Emit } from '../telemetry/event.ts';
import type { StreamEnd } from '../telemetry/events/api.ts';

export interface StreamApiOptions {
  readonly clientsMax: number;
  readonly bufferBytesMax: number;
  /** Between two signs of life; also how long a full socket is waited for. */
  readonly heartbeatMs: number;
}

const BATCH = 200;

/**
 * `/api/events/stream`: server-sent events, straight from the outbox. The id of each event is its sequence, so `Last-Event-ID`
 * resumes without loss while the outbox still holds it; one that is too old gets a `resync` event instead of silence.
 * A slow client is never buffered for: it reads the outbox at its own pace, and is cut when its socket stays full.
 */
export class StreamApi {
  readonly router = Router();
  readonly #feed: EventFeed;
  readonly #options: StreamApiOptions;
  readonly #clock: Clock;
  readonly #emit: Emit;
  readonly #clients = new Set<Client>();

  constructor(feed: EventFeed, options: StreamApiOptions, clock: Clock, emit: Emit) {
    this.#feed = feed;
    this.#options = options;
    this.#clock = clock;
    this.#emit = emit;
    this.router.get('/api/events/stream', (request, response) => this.#open(request, response));
  }

  closeAll(): void {
    for (const client of [...this.#clients]) client.end('stop');
  }

  #open(request: Request, response: Response): void {
    if (this.#clients.size >= this.#options.clientsMax) {
      response.status(503).json({ success: false, error: 'Too many live streams are open; try again later.' });
      return;
    }
    const types = typeof request.query['types'] === 'string' ? request.query['types'].split(',').slice(0, 50) : [];
    const client = new Client(this.#feed, response, types, this.#options, this.#clock, (reason) => {
      this.#clients.delete(client);
      this.#emit({ type: 'api.stream.closed', clients: this.#clients.size, reason });
    });
    this.#clients.add(client);
    this.#emit({ type: 'api.stream.opened', clients: this.#clients.size });
    client.start(resumePoint(request, this.#feed));
  }
}

function resumePoint(request: Request, feed: EventFeed): { readonly after: number; readonly resync: boolean } {
  const text =
    request.header('last-event-id') ?? (typeof request.query['after'] === 'string' ? request.query['after'] : '');
  if (!/^\d{1,15}$/.test(text)) return { after: feed.lastSequence(), resync: false };
  const after = Number(text);
  if (after > feed.lastSequence()) return { after: feed.lastSequence(), resync: true };
  const oldest = feed.firstSequence() - 1;
  return after < oldest ? { after: oldest, resync: true } : { after, resync: false };
}

class Client {
  readonly #feed: EventFeed;
  readonly #response: Response;
  readonly #types: readonly string[];
  readonly #options: StreamApiOptions;
  readonly #onEnd: (reason: StreamEnd) => void;
  readonly #clock: Clock;
  #after = 0;
  #ended = false;
  /** Since when the socket takes nothing more; null while it does. */
  #fullSinceMs: number | null = null;
  #isScheduled = false;
  #cancelTurn: () => void = () => {};
  #stops: (() => void)[] = [];

  constructor(
    feed: EventFeed,
    response: Response,
    types: readonly string[],
    options: StreamApiOptions,
    clock: Clock,
    onEnd: (reason: StreamEnd) => void,
  ) {
    this.#feed = feed;
    this.#response = response;
    this.#types = types;
    this.#options = options;
    this.#clock = clock;
    this.#onEnd = onEnd;
  }

  start(from: { readonly after: number; readonly resync: boolean }): void {
    this.#after = from.after;
    this.#response.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    this.#response.write(`retry: 1000\nid: ${from.after}\n\n`);
    if (from.resync) this.#response.write(`event: resync\nid: ${from.after}\ndata: {"after":${from.after}}\n\n`);
    this.#response.on('close', () => this.end('client'));
    this.#response.on('drain', () => {
      this.#fullSinceMs = null;
      this.#pump();
    });
    const { heartbeatMs } = this.#options;
    this.#stops = [this.#feed.onAppend(() => this.#pump()), this.#clock.every(heartbeatMs, () => this.#heartbeat())];
    this.#pump();
  }

  end(reason: StreamEnd): void {
    if (this.#ended) return;
    this.#ended = true;
    for (const stop of this.#stops) stop();
    this.#cancelTurn();
    if (reason === 'slow') this.#response.destroy();
    else this.#response.end();
    this.#onEnd(reason);
  }

  /**
   * One batch is read per turn, so that a client who asks for rare types cannot hold the process while the whole outbox is searched. A
   * socket that does not take a batch waits for its drain event, and costs nothing meanwhile.
   */
  #pump(): void {
    if (this.#ended || this.#fullSinceMs !== null || this.#isScheduled) return;
    const found = this.#read();
    const events = upTo(found, this.#options.bufferBytesMax);
    if (events.length === 0) return;
    this.#after = (events[events.length - 1] as StoredEvent).sequence;
    const text = events
      .filter((event) => this.#wants(event))
      .map(frame)
      .join('');
    if (text !== '' && !this.#response.write(text)) this.#fullSinceMs = this.#clock.monotonicMs();
    if (this.#fullSinceMs !== null || (events.length === found.length && found.length < BATCH)) return;
    this.#isScheduled = true;
    this.#cancelTurn = this.#clock.after(0, () => {
      this.#isScheduled = false;
      this.#pump();
    });
  }

  /** A disk that does not answer ends the stream, not the process: the client comes back to the same place. */
  #read(): readonly StoredEvent[] {
    try {
      return this.#feed.readAfter(this.#after, BATCH);
    } catch {
      this.end('unreadable');
      return [];
    }
  }

  /** A retraction is for whoever asked for what it takes back. */
  #wants(event: StoredEvent): boolean {
    const isAsked = (each: string) => this.#types.some((type) => each === type || each.startsWith(`${type}.`));
    if (this.#types.length === 0 || isAsked(event.type)) return true;
    const takenBack = takenBackType(event);
    return takenBack !== null && isAsked(takenBack);
  }

  /** A client whose socket did not drain for a whole interval is cut: it can resume. */
  #heartbeat(): void {
    const fullMs = this.#fullSinceMs === null ? 0 : this.#clock.monotonicMs() - this.#fullSinceMs;
    if (fullMs >= this.#options.heartbeatMs) this.end('slow');
    else if (this.#fullSinceMs === null) this.#response.write(`: alive\nid: ${this.#after}\n\n`);
  }
}

/** As many of the events as fit into so many bytes, one at least. */
function upTo(events: readonly StoredEvent[], bytesMax: number): readonly StoredEvent[] {
  let bytes = 0;
  const end = events.findIndex(({ json }, index) => {
    bytes += json.length;
    return index > 0 && bytes > bytesMax;
  });
  return end < 0 ? events : events.slice(0, end);
}

function frame(event: StoredEvent): string {
  return `id: ${event.sequence}\nevent: ${event.type}\ndata: ${event.json}\n\n`;
}
