import type { SpecTable } from '../spec.ts';

/** Why a live event stream ended. */
export type StreamEnd = 'client' | 'slow' | 'unreadable' | 'stop';

/** What the API station tells about itself. */
export type ApiEvent =
  | { readonly type: 'api.server.listening'; readonly url: string }
  | { readonly type: 'api.request.failed'; readonly path: string; readonly reason: string }
  | { readonly type: 'api.stream.opened'; readonly clients: number }
  | { readonly type: 'api.stream.closed'; readonly clients: number; readonly reason: StreamEnd };

export const apiSpecs: SpecTable<ApiEvent> = {
  'api.server.listening': {
    level: 'info',
    doc: 'The API and the web page are being served.',
    text: (event) => `web page and API at ${event.url}`,
  },
  'api.request.failed': {
    level: 'error',
    doc: 'A request met a mistake of ours.',
    text: (event) => `request ${event.path} failed: ${event.reason}`,
    metrics: [
      {
        type: 'counter',
        name: 'sluice_api_request_errors_total',
        help: 'Requests that failed by our fault.',
        value: () => 1,
      },
    ],
  },
  'api.stream.opened': {
    level: 'debug',
    doc: 'A live event stream was opened.',
    metrics: [
      {
        type: 'gauge',
        name: 'sluice_api_stream_clients',
        help: 'Live event streams open.',
        value: (event) => event.clients,
      },
    ],
  },
  'api.stream.closed': {
    level: 'debug',
    doc: 'A live event stream ended: the client left, was too slow, the outbox could not be read, or the engine stops.',
    metrics: [
      {
        type: 'gauge',
        name: 'sluice_api_stream_clients',
        help: 'Live event streams open.',
        value: (event) => event.clients,
      },
      {
        type: 'counter',
        name: 'sluice_api_stream_closed_total',
        help: 'Live event streams that ended, by reason.',
        labels: ['reason'],
        value: () => 1,
        labelValues: (event) => ({ reason: event.reason }),
      },
    ],
  },
};
