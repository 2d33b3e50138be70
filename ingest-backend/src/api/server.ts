import { Readable } from 'node:stream';
import Fastify, { LogController, type FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { AlertList, Catalogue, Micros, QueryResponse } from '@pneumograph/contract';
import type { SelfMetrics } from '../selfmetrics/index.js';
import { KeyReused, Overload, type HttpSource } from '../sources/index.js';
import type { ExportFormat, ExportQuestion } from '../export/index.js';
import type { LiveEvent, LiveRequest } from '../live/index.js';
import { BadRequest, QueryRefused } from '../query/index.js';
import { streamName, WrongBody, type HttpStream, type RecordBody, type StreamAddress } from '../streams/index.js';
import type { AlertsQuestion } from '../store/index.js';
import { Lines, readBodies } from './bodies.js';
import { ApiError, sendError } from './errors.js';
import { sendEvents } from './events.js';
import { guard, type Access } from './gate.js';
import { openApi } from './openapi.js';
import { readAddress, readAlertsQuestion, readExport, readInstant, readMillis, readQuery, type Parameters } from './parameters.js';

/** What the API speaks for. */
export interface Backend {
  readonly version: string;
  /** Undefined where the configuration has no source `http`. */
  readonly reports: HttpSource | undefined;
  /** What takes the records of a stream; undefined where the configuration has none of kind `http` there. */
  records(address: StreamAddress): Pick<HttpStream, 'take'> | undefined;
  readonly metrics: SelfMetrics;
  query(body: unknown, signal: AbortSignal): Promise<QueryResponse>;
  /** Keeps a client up to date. @throws QueryRefused */
  follow(request: LiveRequest, signal: AbortSignal): Promise<AsyncIterable<LiveEvent>>;
  catalogue(from: Micros | undefined, to: Micros | undefined): Promise<Catalogue>;
  alerts(question: AlertsQuestion): Promise<AlertList>;
  /** Pieces of a text, made as they are asked for; undefined where there is no store. */
  export(question: ExportQuestion): AsyncIterable<string> | undefined;
  /** Why it cannot do its work; empty where it can. */
  problems(): string[];
}

export interface ServerOptions {
  readonly access: Access;
  readonly tls: { readonly cert: Buffer; readonly key: Buffer } | undefined;
  readonly log: Logger;
}

const LARGEST_BODY = 64 * 2 ** 20;

/** The HTTP API, version 1. */
export function createServer(backend: Backend, { access, tls, log }: ServerOptions): FastifyInstance {
  const server = Fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: LARGEST_BODY,
    forceCloseConnections: true,
    https: tls ?? null,
  }) as unknown as FastifyInstance;
  server.setErrorHandler(sendError);
  server.setNotFoundHandler((request) => {
    throw new ApiError(404, 'not-found', `expected a path of the API (see /openapi.json), found ${request.url}`);
  });
  readBodies(server, LARGEST_BODY);

  server.get('/health/live', () => ({ status: 'live' }));
  server.get('/health/ready', (_request, reply) => {
    const reasons = backend.problems();
    const product = { product: 'pneumograph', version: backend.version };
    if (reasons.length > 0) {
      return reply.status(503).send({ status: 'not ready', ...product, reasons });
    }
    return { status: 'ready', ...product };
  });
  server.get('/openapi.json', () => openApi(backend.version));
  server.get('/metrics', async (_request, reply) => {
    return reply.type(backend.metrics.registry.contentType).send(await backend.metrics.registry.metrics());
  });
  void server.register((api, _options, done) => {
    logUsers(api);
    guard(api, access);
    routes(api, backend);
    done();
  });
  return server;
}

/**
 * Tells in the log, at level `debug`, what was asked for a user of Grafana. The header is what the caller says and gives
 * no rights.
 */
function logUsers(api: FastifyInstance): void {
  api.addHook('onResponse', (request, reply, done) => {
    const user = readUser(request.headers['x-grafana-user']);
    if (user !== undefined) {
      const { queries } = (request.body ?? {}) as { queries?: unknown };
      const millis = Math.round(reply.elapsedTime);
      request.log.debug(
        { user, method: request.method, url: request.url, queries, status: reply.statusCode, millis },
        'asked'
      );
    }
    done();
  });
}

function routes(api: FastifyInstance, backend: Backend): void {
  api.post('/api/v1/reports', async (request) => {
    const { reports } = backend;
    if (reports === undefined) {
      throw new ApiError(404, 'no-http-source', 'expected a source of kind http in the configuration, found none');
    }
    const { body } = request;
    if (body === undefined || body === null) {
      throw new ApiError(400, 'no-body', 'expected Pneumo messages as JSON or NDJSON, found no body');
    }
    const key = readKey(request.headers['idempotency-key']);
    return handIn(() =>
      body instanceof Lines
        ? reports.takeLines(body.lines, key)
        : reports.takeValues(Array.isArray(body) ? body : [body], key)
    );
  });

  api.post<{ Querystring: Record<string, unknown> }>('/api/v1/records', async (request) => {
    const address = readAddress(request.query);
    const records = backend.records(address);
    if (records === undefined) {
      const expected = `expected a stream of kind http at ${streamName(address)} in the configuration`;
      throw new ApiError(404, 'no-http-stream', `${expected}, found none`);
    }
    const key = readKey(request.headers['idempotency-key']);
    return handIn(() => records.take(readRecords(request.body), key));
  });

  api.post('/api/v1/query', async (request, reply) => {
    const gone = new AbortController();
    reply.raw.on('close', () => gone.abort());
    const stop = backend.metrics.querySeconds.startTimer();
    try {
      return await backend.query(request.body, gone.signal);
    } catch (error) {
      if (gone.signal.aborted) {
        // Nobody is told.
        return reply.hijack();
      }
      throw error instanceof BadRequest ? new ApiError(400, 'bad-request', error.message, error.details) : error;
    } finally {
      stop();
    }
  });

  api.get<{ Querystring: { query?: string; intervalMs?: string; from?: string } }>(
    '/api/v1/stream',
    async (request, reply) => {
      const gone = new AbortController();
      reply.raw.on('close', () => gone.abort());
      const { query, from } = request.query;
      const last = request.headers['last-event-id'];
      const asked: LiveRequest = {
        query: readQuery(query),
        intervalMs: readMillis('intervalMs', request.query.intervalMs),
        from: from === undefined ? undefined : (readInstant('from', from) ?? 0) / 1000,
        last: Array.isArray(last) ? last[0] : last,
      };
      try {
        await sendEvents(reply, await backend.follow(asked, gone.signal), gone.signal);
      } catch (error) {
        throw error instanceof QueryRefused ? new ApiError(error.status, 'bad-request', error.message) : error;
      }
    }
  );

  api.get<{ Querystring: { from?: string; to?: string } }>('/api/v1/catalog', ({ query }) =>
    backend.catalogue(readInstant('from', query.from), readInstant('to', query.to))
  );
  api.get<{ Querystring: Parameters }>('/api/v1/alerts', ({ query }) => backend.alerts(readAlertsQuestion(query)));
  api.get<{ Querystring: Parameters }>('/api/v1/export', ({ query }, reply) => {
    const question = readExport(query);
    const text = backend.export(question);
    if (text === undefined) {
      throw new ApiError(404, 'no-store', 'expected a process that has a store, found one that has none');
    }
    return reply.type(MEDIA_TYPES[question.format]).send(Readable.from(text));
  });
}

const MEDIA_TYPES: Readonly<Record<ExportFormat, string>> = {
  ndjson: 'application/x-ndjson',
  csv: 'text/csv; charset=utf-8; header=present',
};

/** Says in the API's words why something was not taken in. */
async function handIn<T>(take: () => Promise<T>): Promise<T> {
  try {
    return await take();
  } catch (error) {
    if (error instanceof WrongBody) {
      throw new ApiError(400, 'wrong-body', error.message);
    }
    if (error instanceof KeyReused) {
      throw new ApiError(422, 'idempotency-key-reused', error.message);
    }
    if (error instanceof Overload) {
      throw new ApiError(503, 'overloaded', error.message, undefined, { 'retry-after': '1' });
    }
    throw error;
  }
}

/** Records as their body has them: a value or an array of values, lines, or the bytes of one. */
function readRecords(body: unknown): RecordBody {
  if (body === undefined || body === null) {
    throw new ApiError(400, 'no-body', 'expected records, found no body');
  }
  if (Buffer.isBuffer(body)) {
    return { kind: 'bytes', bytes: body };
  }
  return body instanceof Lines
    ? { kind: 'lines', lines: body.lines }
    : { kind: 'values', values: Array.isArray(body) ? (body as unknown[]) : [body] };
}

const LONGEST_USER = 200;

/** A login as the data source sends it: percent-encoded where it is no plain ASCII. */
function readUser(header: string | string[] | undefined): string | undefined {
  const text = (Array.isArray(header) ? header[0] : header)?.slice(0, LONGEST_USER);
  if (text === undefined || text === '') {
    return undefined;
  }
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const LONGEST_KEY = 255;

function readKey(header: string | string[] | undefined): string | undefined {
  const key = Array.isArray(header) ? header[0] : header;
  if (key !== undefined && (key === '' || key.length > LONGEST_KEY)) {
    throw new ApiError(400, 'idempotency-key', `Idempotency-Key: expected 1 to ${LONGEST_KEY} characters`);
  }
  return key;
}
