import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What the engine sends as x-token in every run: a text that must never be seen again. */
export const CANARY_TOKEN = 'canary-token-7f3a91c2';
/** Password of the engine's user on the suite's own broker. */
export const CANARY_PASSWORD = 'canary-password-58d0e4b6';

const ANSWERS = [
  '/metrics',
  '/health/ready',
  '/api/grpc-pool/stats',
  '/api/grpc-pool/health',
  '/api/pipeline/stats',
  '/api/output/stats',
  '/api/recovery/stats',
  '/api/alerts',
  '/api/events/recent?limit=500',
];

/** Looks for the secrets the engine was given in everything it prints, answers and stores. */
export class CanaryWatch {
  readonly #secrets: readonly string[];
  readonly #folder: string;
  readonly #found = new Set<string>();
  #tail = '';

  constructor(brokerUrl: string, folder: string) {
    this.#secrets = brokerUrl.includes(CANARY_PASSWORD) ? [CANARY_TOKEN, CANARY_PASSWORD] : [CANARY_TOKEN];
    this.#folder = folder;
  }

  printed(text: string): void {
    // A secret may lie across two pieces.
    const seen = this.#tail + text;
    this.#look('output', seen);
    this.#tail = seen.slice(-64);
  }

  async ask(url: string): Promise<void> {
    for (const path of ANSWERS) {
      const answer = await fetch(`${url}${path}`).then(
        (response) => response.text(),
        () => '',
      );
      this.#look(path, answer);
    }
  }

  /** Where a secret was found; reads the data folder last. */
  findings(): readonly string[] {
    for (const file of readdirSync(this.#folder, { recursive: true, encoding: 'utf8' })) {
      const path = join(this.#folder, file);
      if (statSync(path).isFile()) this.#look(`file ${file}`, readFileSync(path, 'latin1'));
    }
    return [...this.#found].map((place) => `a secret was found in ${place}`);
  }

  #look(place: string, text: string): void {
    if (this.#secrets.some((secret) => text.includes(secret))) this.#found.add(place);
  }
}
