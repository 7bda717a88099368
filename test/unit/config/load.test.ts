import { allKeys, loadConfig } from '../../../src/config/load.ts';
import { EngineError } from '../../../src/lib/errors.ts';

function problemsOf(env: Record<string, string>): string {
  try {
    loadConfig(env);
  } catch (error) {
    expect(error).toBeInstanceOf(EngineError);
    expect((error as EngineError).code).toBe('CONFIG_INVALID');
    return (error as Error).message;
  }
  throw new Error('it was accepted');
}

describe('loadConfig', () => {
  test('an empty environment gives every default', () => {
    const { config, warnings } = loadConfig({});
    expect(config.api.port).toBe(3000);
    expect(config.grpc.useSmartStreaming).toBe(true);
    expect(warnings).toEqual([]);
  });

  test('reports all problems at once, each with its name, its value and what it must be', () => {
    const text = problemsOf({ API_PORT: '70000', GRPC_POOL_MAX_CONNECTIONS: 'two', USE_SMART_STREAMING: 'maybe' });
    expect(text).toMatch(/API_PORT.*70000.*at most 65535/);
    expect(text).toMatch(/GRPC_POOL_MAX_CONNECTIONS.*two.*whole number/);
    expect(text).toMatch(/USE_SMART_STREAMING.*maybe.*true or false/);
    expect(text).toContain('3 problems');
  });

  test('never shows the value of a secret', () => {
    for (const key of allKeys().filter((k) => k.secret)) {
      expect(loadConfigText({ [key.env]: 'canary-secret', API_PORT: 'x' })).not.toContain('canary-secret');
    }
  });

  test.each(['canary\ntoken', 'canary–token', 'canary\u0000token', 'canary“token'])(
    'refuses a token that HTTP would refuse as a header, and does not show it (%#)',
    (token) => {
      const text = problemsOf({ X_TOKEN: token, GRPC_ENDPOINTS: `https://a.example|${token}` });
      expect(text).toMatch(/X_TOKEN: its value must be letters.*copy the token again/);
      expect(text).toMatch(/GRPC_ENDPOINTS: its value must be letters/);
      expect(text).not.toContain('canary');
    },
  );

  test('names an unknown key of our prefixes and what was probably meant', () => {
    const { warnings } = loadConfig({ GRPC_POOL_MAX_CONNECTION: '3', PATH: '/bin' });
    expect(warnings).toEqual([
      'GRPC_POOL_MAX_CONNECTION is set but is not a key of Sluice; did you mean GRPC_POOL_MAX_CONNECTIONS?',
    ]);
  });

  test('is frozen: nothing changes a setting later', () => {
    const { config } = loadConfig({});
    expect(() => Object.assign(config.api, { port: 1 })).toThrow(TypeError);
  });

  test('every key has a name of its own, a default its schema accepts, and one line of documentation', () => {
    const names = allKeys().map((key) => key.env);
    expect(new Set(names).size).toBe(names.length);
    for (const key of allKeys()) {
      expect(key.doc).toMatch(/\S.*[.:)]$/);
      expect(key.doc).not.toContain('\n');
      const text = Array.isArray(key.default) ? key.default.join(',') : String(key.default);
      if (text !== '') expect([key.env, key.schema.safeParse(text).success]).toEqual([key.env, true]);
    }
  });
});

function loadConfigText(env: Record<string, string>): string {
  try {
    return JSON.stringify(loadConfig(env).warnings);
  } catch (error) {
    return (error as Error).message;
  }
}
