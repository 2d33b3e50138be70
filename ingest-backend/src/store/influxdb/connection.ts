import { setTimeout as sleep } from 'node:timers/promises';
import {
  fluxExpression,
  toFluxValue,
  flux,
  InfluxDB,
  type HttpError,
  type ParameterizedQuery,
} from '@influxdata/influxdb-client';
import type { Micros } from '@pneumograph/contract';
import { caller } from '../caller.js';
import { StoreError } from '../errors.js';
import { describeFailure } from './failures.js';
import { nanos } from './line.js';
import { readRows, type Row } from './rows.js';

export interface InfluxDbOptions {
  readonly url: string;
  readonly org: string;
  readonly bucket: string;
  readonly token: string;
}

export interface Bucket {
  readonly id: string;
  readonly name: string;
  readonly retentionRules: ReadonlyArray<{ readonly everySeconds: number }>;
}

/** A request is this many lines at the most: some hundred kilobytes before they are packed. */
const LINES = 10_000;
const PACKED_FROM = 1024;
/** Attempts of a request that the server asks to repeat. */
const ATTEMPTS = 4;
const FIRST_PAUSE_MILLIS = 250;
/** Clocks that differ by less are taken for the same. */
const APART_SECONDS = 30;
const TIMEOUT_MILLIS = 60_000;
/** As long may the server work by itself, and say nothing. */
const WORK_MILLIS = 20 * 60_000;
/** What the server's times can hold. */
const [FIRST, LAST] = [-9_223_372_036_000_000, 9_223_372_036_000_000];

/**
 * One InfluxDB 2, as far as the store needs it. The client's own writer is not used: it takes lines in and sends them
 * later, and a store has to know which are durable. Each call here resolves once the server has answered.
 */
export class Connection {
  readonly #client: InfluxDB;
  readonly #worker: InfluxDB;

  constructor(readonly options: InfluxDbOptions) {
    const { url, token } = options;
    const connect = (timeout: number) => new InfluxDB({ url, timeout, ...(token === '' ? {} : { token }) });
    [this.#client, this.#worker] = [connect(TIMEOUT_MILLIS), connect(WORK_MILLIS)];
  }

  /** Writes lines, some thousand a request, one after the other. */
  async write(bucket: string, lines: readonly string[]): Promise<void> {
    for (let at = 0; at < lines.length; at += LINES) {
      await this.writeWhole(bucket, lines.slice(at, at + LINES));
    }
  }

  /** Writes lines by one request. */
  async writeWhole(bucket: string, lines: readonly string[]): Promise<void> {
    if (lines.length > 0) {
      const query = new URLSearchParams({ org: this.options.org, bucket, precision: 'ns' });
      const headers = { 'content-type': 'text/plain; charset=utf-8' };
      const options = { method: 'POST', headers, gzipThreshold: PACKED_FROM };
      await this.#repeat(() =>
        this.#client.transport.request(`/api/v2/write?${query.toString()}`, lines.join('\n'), options)
      );
    }
  }

  /**
   * Runs a query and hands over its rows, as they come.
   * @throws the reason of whom the store is asked for, see `askFor`, where that one goes away: the server is told
   */
  async read(query: ParameterizedQuery, take: (row: Row) => void): Promise<void> {
    const signal = caller();
    await this.#repeat(() => readRows(this.#chunks(query, signal), take)).catch((error: unknown) => {
      signal?.throwIfAborted();
      throw error;
    });
  }

  /** Runs a query for what it does; it has no rows, and may take its time. */
  async work(query: ParameterizedQuery): Promise<void> {
    await this.#repeat(async () => {
      for await (const _ of this.#worker.getQueryApi(this.options.org).iterateRows(query)) {
        // Only errors come.
      }
    });
  }

  /** What the client's own way to ask comes to, which takes no signal. */
  #chunks(query: ParameterizedQuery, signal: AbortSignal | undefined): AsyncIterable<Buffer> {
    signal?.throwIfAborted();
    const path = `/api/v2/query?${new URLSearchParams({ org: this.options.org }).toString()}`;
    const dialect = { header: true, annotations: ['default'] };
    const body = JSON.stringify({ type: 'flux', query: query.toString(), dialect });
    // Not packed: to pack a long answer takes the server longer than a network takes to carry it.
    const headers = { 'content-type': 'application/json; charset=utf-8', 'accept-encoding': 'identity' };
    const options = { method: 'POST', headers, ...(signal === undefined ? {} : { signal }) };
    return this.#client.transport.iterate(path, body, options) as AsyncIterable<Buffer>;
  }

  /** Deletes what a predicate takes. @param predicate of names that `encodeName` made */
  async remove(bucket: string, predicate: string, from: Micros = FIRST, to: Micros = LAST): Promise<void> {
    const query = new URLSearchParams({ org: this.options.org, bucket });
    const time = (micros: Micros) => new Date(Math.floor(Math.min(Math.max(micros, FIRST), LAST) / 1000)).toISOString();
    await this.call('POST', `/api/v2/delete?${query.toString()}`, { start: time(from), stop: time(to), predicate });
  }

  /** Any other call of the API. */
  async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    return this.#repeat(async () => {
      const headers = { 'content-type': 'application/json', accept: 'application/json' };
      return (await this.#client.transport.request(path, body ?? '', { method, headers })) as T;
    });
  }

  /** Writes nothing: tells of address, token and bucket as a write would. */
  async probeWriting(): Promise<string> {
    const { org, bucket } = this.options;
    const query = new URLSearchParams({ org, bucket, precision: 'ns' });
    await this.#repeat(() =>
      this.#client.transport.request(`/api/v2/write?${query.toString()}`, '', { method: 'POST' })
    );
    return `takes lines for bucket ${bucket}`;
  }

  /** A sentence where the clocks of the server and of this machine tell times apart. */
  async probeClock(): Promise<string[]> {
    let date: string | undefined;
    await this.#repeat(() =>
      this.#client.transport.request('/health', '', { method: 'GET' }, ({ date: told }) => {
        date = Array.isArray(told) ? told[0] : told;
      })
    );
    const ahead = date === undefined ? 0 : (Date.parse(date) - Date.now()) / 1000;
    const way = ahead > 0 ? 'ahead' : 'behind';
    return Math.abs(ahead) > APART_SECONDS
      ? [`its clock is ${Math.round(Math.abs(ahead))} s ${way} of this machine's`]
      : [];
  }

  async bucket(name: string): Promise<Bucket | undefined> {
    const query = new URLSearchParams({ org: this.options.org, name });
    try {
      const { buckets = [] } = await this.call<{ buckets?: Bucket[] }>('GET', `/api/v2/buckets?${query.toString()}`);
      return buckets.find((bucket) => bucket.name === name);
    } catch (error) {
      // That there is none is an answer.
      if (((error as Error).cause as Partial<HttpError> | undefined)?.statusCode === 404) {
        return undefined;
      }
      throw error;
    }
  }

  /** Repeats what the server is too busy for, and what the network lost, a few times. */
  async #repeat<T>(request: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await request();
      } catch (error) {
        const { statusCode } = error as Partial<HttpError>;
        const pause = (error as Partial<HttpError>).retryAfter?.() ?? 0;
        if (attempt === ATTEMPTS || !(statusCode === 429 || statusCode === 503)) {
          throw error instanceof StoreError ? error : describeFailure(error, this.options);
        }
        await sleep(Math.max(pause, FIRST_PAUSE_MILLIS * 2 ** attempt));
      }
    }
  }
}

/** The beginning of a query: a half-open range of a bucket, as wide as the server's times allow. */
export function source(bucket: string, from: Micros, to: Micros): ParameterizedQuery {
  const time = (micros: Micros) =>
    fluxExpression(`time(v: ${nanos(Math.ceil(Math.min(Math.max(micros, FIRST), LAST)))})`);
  return flux`from(bucket: ${bucket}) |> range(start: ${time(from)}, stop: ${time(to)})`;
}

/** A condition that a column is one of some values. */
export function isOneOf(column: string, values: readonly string[]): string {
  return anyOf(values.map((value) => `r[${toFluxValue(column)}] == ${toFluxValue(value)}`));
}

/** Halved again and again: each further `or` of a chain would be nested one deeper, and Flux bears some hundred. */
function anyOf(conditions: readonly string[]): string {
  const half = Math.ceil(conditions.length / 2);
  return conditions.length > 2
    ? `(${anyOf(conditions.slice(0, half))} or ${anyOf(conditions.slice(half))})`
    : `(${conditions.join(' or ')})`;
}

/** Adds a step of conditions, all of which a row has to meet. */
export function filter(query: ParameterizedQuery, conditions: ReadonlyArray<string | undefined>): ParameterizedQuery {
  const told = conditions.filter((condition) => condition !== undefined);
  return told.length === 0 ? query : flux`${query} |> filter(fn: (r) => ${fluxExpression(told.join(' and '))})`;
}
