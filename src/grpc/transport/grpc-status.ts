import type { IncomingHttpHeaders } from 'node:http2';
import type { CallOutcome } from './transport.ts';

/** The gRPC status in headers or trailers; null when they carry none. */
export function statusOfHeaders(headers: IncomingHttpHeaders): CallOutcome | null {
  const status = headers['grpc-status'];
  if (typeof status !== 'string') return null;
  const message = headers['grpc-message'];
  return { code: Number(status), message: typeof message === 'string' ? decoded(message) : '' };
}

/** What an answer that is no gRPC means, as the gRPC specification maps HTTP statuses; null when it is gRPC. */
export function statusOfHttp(headers: IncomingHttpHeaders): CallOutcome | null {
  const status = Number(headers[':status']);
  const type = String(headers['content-type'] ?? '');
  if (status === 200 && type.startsWith('application/grpc')) return null;
  const code = HTTP_CODES[status] ?? 2;
  return { code, message: `Received HTTP status code ${status} with content-type ${type}` };
}

const HTTP_CODES: Readonly<Record<number, number>> = {
  400: 13,
  401: 16,
  403: 7,
  404: 12,
  429: 14,
  502: 14,
  503: 14,
  504: 14,
};

/** Messages are percent-encoded; a broken encoding is shown as it came. */
function decoded(message: string): string {
  try {
    return decodeURIComponent(message);
  } catch {
    return message;
  }
}
