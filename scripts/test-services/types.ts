/** The servers the tests need, by the environment variable that says where one stands. */
export type ServiceName = 'rabbitmq' | 'redis' | 'postgres';

export const SERVICE_ENV: Readonly<Record<ServiceName, string>> = {
  rabbitmq: 'RABBITMQ_URL',
  redis: 'REDIS_URL',
  postgres: 'DATABASE_URL',
};

/** A server that answers, and how to get rid of it if it is ours. */
export interface Service {
  readonly url: string;
  /** Where it came from, for one line to the person who runs the tests. */
  readonly origin: string;
  stop(): Promise<void>;
}

/** How to find or start one kind of server. */
export interface Provider {
  readonly name: ServiceName;
  /** What to look for, in order, when the environment names none. */
  readonly standardUrls: readonly string[];
  /** Resolves when something that speaks the protocol answers; rejects otherwise. */
  probe(url: string): Promise<void>;
  /** A copy of an installed server in `folder`; null when the server is not installed. */
  startOwn(folder: string): Promise<Service | null>;
  readonly container: {
    readonly image: string;
    readonly port: number;
    readonly env: readonly string[];
    url(port: number): string;
  };
  /** Packages on Debian and Ubuntu. */
  readonly packages: readonly string[];
}

export const WAIT_MS = 90_000;
