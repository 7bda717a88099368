import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ConsumeMessage } from 'amqplib';

/** What the engine sends as x-token in every run: a text that must never be seen again. */
export const CANARY_TOKEN = 'canary-token-7f3a91c2';
/** Password of the engine's user on the suite's own broker. */
export const CANARY_PASSWORD = 'canary-password-58d0e4b6';
const API_TOKEN = 'canary-api-41be07d9';
const RPC_PATH = 'canary-rpc-path-c90d2e15';
const RPC_KEY = 'canary-rpc-key-6a8812f3';
const WEBHOOK = 'canary-webhook-e37c5b04';

/** Secrets that every engine of the suite is given besides. Nobody listens at the addresses, so that what their errors tell is searched as well. */
export const CANARY_ENV: Readonly<Record<string, string>> = {
  API_TOKEN,
  SOLANA_RPC_URLS: `http://127.0.0.1:9/${RPC_PATH}?api-key=${RPC_KEY}`,
  ALERT_WEBHOOK_URL: `http://127.0.0.1:9/hooks/${WEBHOOK}`,
};

const PIECE_BYTES = 16_777_216;
const OVERLAP_BYTES = 256;
/** What they all begin with: nearly every text is done with after one look. */
const MARK = 'canary-';
const SECRETS = [CANARY_TOKEN, API_TOKEN, RPC_PATH, RPC_KEY, WEBHOOK];

/** Every view of the API that answers at once. */
const ANSWERS = [
  '/',
  '/metrics',
  '/health/live',
  '/health/ready',
  '/api/grpc-pool/stats',
  '/api/grpc-pool/health',
  '/api/dashboard/metrics',
  '/api/pipeline/stats',
  '/api/output/stats',
  '/api/recovery/stats',
  '/api/alerts',
  '/api/events/recent?limit=500',
];
const STREAM = '/api/events/stream?after=0';
const COMPLETENESS_SLOTS = 1_000;

/** Looks for the secrets the engine was given in everything it prints, answers, publishes and stores. */
export class CanaryWatch {
  readonly #secrets: readonly string[];
  readonly #folder: string;
  readonly #found = new Set<string>();
  #tail = '';

  constructor(brokerUrl: string, folder: string) {
    this.#secrets = brokerUrl.includes(CANARY_PASSWORD) ? [...SECRETS, CANARY_PASSWORD] : SECRETS;
    this.#folder = folder;
  }

  printed(text: string): void {
    // A secret may lie across two pieces.
    const seen = this.#tail + text;
    this.#look('output', seen);
    this.#tail = seen.slice(-64);
  }

  /** A message as the broker hands it out: what stands in its headers and properties is read by every consumer. */
  delivered(queue: string, { content, properties, fields }: ConsumeMessage): void {
    if (content.includes(MARK)) this.#look(`a message of ${queue}`, content.toString('utf8'));
    this.#look(`the properties of a message of ${queue}`, JSON.stringify([properties, fields]));
  }

  async ask(url: string): Promise<void> {
    for (const path of [...ANSWERS, await completenessPath(url)]) this.#look(path, await answerOf(`${url}${path}`));
    this.#look(STREAM, await beginningOf(`${url}${STREAM}`));
  }

  /** Where a secret was found; reads the data folder last. */
  findings(): readonly string[] {
    for (const file of readdirSync(this.#folder, { recursive: true, encoding: 'utf8' })) {
      const path = join(this.#folder, file);
      if (statSync(path).isFile()) for (const piece of piecesOf(path)) this.#look(`file ${file}`, piece);
    }
    return [...this.#found].map((place) => `a secret was found in ${place}`);
  }

  #look(place: string, text: string): void {
    if (text.includes(MARK) && this.#secrets.some((secret) => text.includes(secret))) this.#found.add(place);
  }
}

/** A file of any size as text; each piece begins with the end of the one before, where a secret may lie across two. */
function* piecesOf(path: string): Generator<string> {
  const file = openSync(path, 'r');
  const bytes = Buffer.alloc(PIECE_BYTES);
  try {
    for (let at = 0, read = PIECE_BYTES; read === PIECE_BYTES; at += PIECE_BYTES - OVERLAP_BYTES) {
      read = readSync(file, bytes, 0, PIECE_BYTES, at);
      yield bytes.toString('latin1', 0, read);
    }
  } finally {
    closeSync(file);
  }
}

/** The token is sent along, as an operator's tools do: an answer that repeats it would be found. */
const ASKING = { headers: { authorization: `Bearer ${API_TOKEN}` } };

async function answerOf(url: string): Promise<string> {
  return fetch(url, ASKING).then(
    (response) => response.text(),
    () => '',
  );
}

/** The newest slots that are accounted for. */
async function completenessPath(url: string): Promise<string> {
  const stats = await answerOf(`${url}/api/recovery/stats`);
  const to = Number(/"checkpoint":(\d+)/.exec(stats)?.[1] ?? COMPLETENESS_SLOTS);
  return `/api/completeness?from=${Math.max(0, to - COMPLETENESS_SLOTS)}&to=${to}`;
}

/** The first piece of an answer that has no end. */
async function beginningOf(url: string): Promise<string> {
  const stop = new AbortController();
  try {
    const { body } = await fetch(url, { ...ASKING, signal: stop.signal });
    const piece = await body?.getReader().read();
    return Buffer.from(piece?.value ?? new Uint8Array()).toString('utf8');
  } catch {
    return '';
  } finally {
    stop.abort();
  }
}
