/** Where the services stand that `npm test` found or started, and names for what a test makes there. */
export interface Services {
  readonly rabbitmqUrl: string;
  readonly redisUrl: string;
  readonly databaseUrl: string;
}

export function services(): Services {
  const { env } = process;
  return {
    rabbitmqUrl: env['RABBITMQ_URL'] || 'amqp://guest:guest@127.0.0.1:5672',
    redisUrl: env['REDIS_URL'] || 'redis://127.0.0.1:6379',
    databaseUrl: env['DATABASE_URL'] || 'postgres://postgres@127.0.0.1:5432/postgres',
  };
}

/** A name nobody else uses, so that tests may run beside each other on one broker or database. */
export function uniqueName(what: string): string {
  return `sluice-test.${what}.${process.pid}.${Math.random().toString(36).slice(2, 10)}`;
}
