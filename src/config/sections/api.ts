import { integerKey, textKey } from '../key.ts';

export const apiSection = {
  host: textKey({
    env: 'API_HOST',
    default: '127.0.0.1',
    doc: 'Address the API and the web page listen on. Anything but loopback asks for API_TOKEN.',
  }),
  port: integerKey({
    env: 'API_PORT',
    default: 3000,
    min: 0,
    max: 65535,
    unit: 'port',
    doc: 'Port of the API and the web page; 0 takes a free one.',
  }),
  token: textKey({
    env: 'API_TOKEN',
    default: '',
    doc: 'Bearer token asked for on everything that changes state, and on everything when not on loopback.',
    secret: true,
  }),
  streamClientsMax: integerKey({
    env: 'API_STREAM_CLIENTS_MAX',
    default: 500,
    min: 1,
    max: 10_000,
    unit: 'clients',
    doc: 'Live event streams (SSE) served at once; one more is refused with 503.',
  }),
  streamBufferBytesMax: integerKey({
    env: 'API_STREAM_BUFFER_BYTES',
    default: 1_048_576,
    min: 16_384,
    max: 67_108_864,
    unit: 'bytes',
    doc: 'Unsent bytes held per live client; no more is read for it until it has taken them.',
  }),
  streamHeartbeatMs: integerKey({
    env: 'API_STREAM_HEARTBEAT_MS',
    default: 15_000,
    min: 500,
    max: 300_000,
    unit: 'ms',
    doc: 'Interval of the signs of life on a live stream; a client that takes nothing for that long is cut and can resume.',
  }),
};
