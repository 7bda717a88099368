import { timingSafeEqual } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type NextFunction, type Request, type Response } from 'express';
import type { Clock } from '../lib/clock.ts';
import { EngineError, type ErrorCode, messageOf } from '../lib/errors.ts';
import type { Resource } from '../lib/lifecycle.ts';
import type { Emit } from '../telemetry/event.ts';
import { engineApi } from './engine-api.ts';
import { grpcPoolApi } from './grpc-pool-api.ts';
import { healthApi } from './health-api.ts';
import { StreamApi } from './stream-api.ts';
import type { ApiViews } from './views.ts';

export interface ApiOptions {
  readonly host: string;
  readonly port: number;
  readonly token: string;
  readonly streamClientsMax: number;
  readonly streamBufferBytesMax: number;
  readonly streamHeartbeatMs: number;
  /** Takes secrets out of every answer, whatever a station let slip. */
  readonly redact: (text: string) => string;
  /** Folder of the web page. */
  readonly pageFolder: string;
}

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);
const UNAUTHORIZED: ErrorCode = 'API_UNAUTHORIZED';
const BODY_LIMIT = '64kb';
const KEEP_ALIVE_MS = 65_000;

/** The HTTP face of the engine: JSON, metrics, live events and the web page. It reads views and keeps no state of its own. */
export class ApiServer implements Resource {
  readonly name = 'api';
  readonly #options: ApiOptions;
  readonly #emit: Emit;
  readonly #server: Server;
  readonly #stream: StreamApi;
  #closing: Promise<void> | null = null;

  constructor(options: ApiOptions, views: ApiViews, clock: Clock, emit: Emit) {
    this.#options = options;
    this.#emit = emit;
    this.#stream = new StreamApi(
      views.feed,
      {
        clientsMax: options.streamClientsMax,
        bufferBytesMax: options.streamBufferBytesMax,
        heartbeatMs: options.streamHeartbeatMs,
      },
      clock,
      emit,
    );
    const app = express();
    app.disable('x-powered-by');
    app.set('json replacer', (_key: string, value: unknown) =>
      typeof value === 'string' ? options.redact(value) : value,
    );
    app.use(securityHeaders, express.json({ limit: BODY_LIMIT }), this.#authorize);
    app.use(
      healthApi(views),
      grpcPoolApi(views, () => clock.wallMs()),
      engineApi(views),
      this.#stream.router,
    );
    app.use(express.static(options.pageFolder, { index: 'index.html', maxAge: 0 }));
    app.use((_request: Request, response: Response) => {
      response.status(404).json({ success: false, error: 'There is nothing here.' });
    });
    app.use(this.#failed);
    this.#server = createServer({ maxHeaderSize: 16_384, requestTimeout: 30_000 }, app);
    // Longer than clients and proxies keep an idle connection: else one is closed just as the next request is sent on it.
    this.#server.keepAliveTimeout = KEEP_ALIVE_MS;
  }

  /** Resolves with the address once it listens; a taken port or a forbidden host is one clear sentence. */
  async listen(): Promise<string> {
    const { host, port, token } = this.#options;
    if (!LOOPBACK.has(host) && token === '') {
      throw new EngineError(
        'CONFIG_INVALID',
        `API_HOST=${host} is reachable from other machines: set API_TOKEN, or keep the API on 127.0.0.1.`,
      );
    }
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, host, port)));
      this.#server.listen(port, host, resolve);
    });
    const address = this.#server.address() as AddressInfo;
    const url = `http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`;
    this.#emit({ type: 'api.server.listening', url });
    return url;
  }

  close(): Promise<void> {
    this.#closing ??= new Promise((resolve) => {
      this.#stream.closeAll();
      this.#server.close(() => resolve());
      this.#server.closeIdleConnections();
      setImmediate(() => this.#server.closeAllConnections());
    });
    return this.#closing;
  }

  /** Reading is free on loopback; everything that changes state, and everything elsewhere, asks for the token. */
  #authorize = (request: Request, response: Response, next: NextFunction): void => {
    if (!this.#isOwnHost(request)) {
      response.status(421).json({ success: false, error: 'This API answers to its own address only.' });
      return;
    }
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    const isFree = isRead && (LOOPBACK.has(this.#options.host) || request.path === '/health/live');
    const given = givenToken(request.header('authorization') ?? '', isRead);
    if (isFree || (this.#options.token !== '' && sameText(given, this.#options.token))) {
      next();
      return;
    }
    // A browser asks for the token and shows the page; it is never asked for what changes state.
    if (isRead) response.setHeader('www-authenticate', 'Basic realm="Sluice: any name, the API token as password"');
    response.status(401).json({
      success: false,
      code: UNAUTHORIZED,
      error: 'This needs the API token: Authorization: Bearer <API_TOKEN>.',
    });
  };

  /** On loopback a page of another site must not reach the API by pointing its own name here. */
  #isOwnHost(request: Request): boolean {
    return !LOOPBACK.has(this.#options.host) || LOOPBACK.has(request.hostname.replace(/^\[|\]$/g, ''));
  }

  #failed = (error: unknown, request: Request, response: Response, next: NextFunction): void => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const status = typeof error === 'object' && error !== null && 'status' in error ? Number(error.status) : 500;
    if (status < 500) {
      response.status(status).json({ success: false, error: messageOf(error) });
      return;
    }
    this.#emit({ type: 'api.request.failed', path: request.path, reason: messageOf(error) });
    response.status(500).json({ success: false, error: 'The engine could not answer; its log says why.' });
  };
}

function securityHeaders(_request: Request, response: Response, next: NextFunction): void {
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('x-frame-options', 'DENY');
  response.setHeader('referrer-policy', 'no-referrer');
  response.setHeader(
    'content-security-policy',
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:",
  );
  next();
}

/** The token as programs send it; for reading also as browsers do, as the password of any user. */
function givenToken(header: string, isRead: boolean): string {
  const [scheme = '', value = ''] = header.split(' ');
  if (scheme.toLowerCase() === 'bearer') return value;
  if (scheme.toLowerCase() !== 'basic' || !isRead) return '';
  const text = Buffer.from(value, 'base64').toString('utf8');
  return text.slice(text.indexOf(':') + 1);
}

function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number): EngineError {
  if (error.code === 'EADDRINUSE') {
    return new EngineError(
      'API_PORT_TAKEN',
      `Port ${port} on ${host} is taken: stop what uses it, or set API_PORT to another (0 takes a free one).`,
      { cause: error },
    );
  }
  return new EngineError(
    'API_PORT_TAKEN',
    `The API cannot listen on ${host}:${port}: ${error.message}. Set API_HOST and API_PORT.`,
    { cause: error },
  );
}
