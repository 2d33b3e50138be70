import { setTimeout as sleep } from 'node:timers/promises';
import { bucketWidth, findMetric, MESSAGE_METRIC, type Frame, type Micros, type Query } from '@pneumograph/contract';
import { parseQuery, QueryRefused, type QueryEngine } from '../query/index.js';
import type { Change, Changes, Place } from './changes.js';

/** What a client asks to be kept up to date about. */
export interface LiveRequest {
  /** One query, as in `POST /api/v1/query`. */
  readonly query: unknown;
  /** Width of a bucket, as for a query of a short range. */
  readonly intervalMs: number;
  /** Epoch milliseconds from which on the client wants to know; the present, if left out. */
  readonly from?: number | undefined;
  /** The id of the last event that the client saw, where it was there before. */
  readonly last?: Place | undefined;
}

/** What a client is told. */
export type LiveEvent =
  /** The frames hold all of [from, to), in epoch milliseconds: what the client has of this time is replaced. */
  | {
      readonly type: 'frames';
      readonly id: Place;
      readonly from: number;
      readonly to: number;
      readonly frames: readonly Frame[];
    }
  /** What changed cannot be told, by the query's kind or as it is not known any more: the client has to query anew. */
  | { readonly type: 'reset'; readonly id: Place }
  /** Nothing came. */
  | { readonly type: 'idle' };

/** At most so often is a client told, in milliseconds. */
const PERIOD = 200;
const IDLE = 15_000;
/** States become unknown by silence, without anything being stored. */
const SILENCE = 2_000;
/** At most so often is a client told to query anew whom nothing can be told in parts. */
const REQUERY = 2_000;
/** Buckets that are asked for again at most; beyond, a client had better query anew. */
const MOST_BUCKETS = 10_000;

/** Keeps clients up to date about queries. Clients that ask the same and keep pace share the answers. */
export class Live {
  readonly #answers = new Map<string, Promise<readonly Frame[]>>();

  /** @param clock epoch milliseconds */
  constructor(
    private readonly queries: Pick<QueryEngine, 'run'>,
    private readonly changes: Changes,
    private readonly clock: () => number = Date.now
  ) {}

  /**
   * Tells what is new, and goes on until aborted. A client that does not ask for the next event misses nothing: it is
   * told all that came meanwhile in one.
   * @throws QueryRefused where the query is wrong, or none that can be followed
   */
  async follow(request: LiveRequest, signal: AbortSignal): Promise<AsyncGenerator<LiveEvent>> {
    const query = followable(request.query);
    this.changes.listen();
    const now = this.clock();
    await this.#ask(query, { from: now - 1, to: now });
    return isToldInParts(query) ? this.#events(query, request, signal) : this.#signals(query, request, signal);
  }

  async *#events(query: Query, request: LiveRequest, signal: AbortSignal): AsyncGenerator<LiveEvent> {
    const { changes } = this;
    const resumed = request.last === undefined ? undefined : changes.stepOf(request.last);
    let step = resumed ?? changes.last;
    if (request.last !== undefined && resumed === undefined) {
      yield { type: 'reset', id: changes.place(step) };
    }
    // Of states the range since the last answer is told as well: silence stores nothing.
    const timed = isOfStates(query);
    const width = bucketWidth(0, 1, 1, request.intervalMs);
    let told = request.from ?? this.clock();
    let pending = request.from !== undefined;
    let heard = this.clock();
    while (!signal.aborted) {
      const now = this.clock();
      const upTo = changes.last;
      const found = changes.since(step);
      const range = found === undefined ? undefined : rangeOf(found, query, now * 1000);
      if (range !== undefined && (pending || timed)) {
        widen(range, told * 1000, now * 1000);
      }
      if (range === undefined || (range.to - range.from) / 1000 / width > MOST_BUCKETS) {
        yield { type: 'reset', id: changes.place(upTo) };
      } else if (range.from <= range.to) {
        const from = Math.floor(range.from / 1000 / width) * width;
        const to = (Math.floor(range.to / 1000 / width) + 1) * width;
        const frames = await this.#answer(query, { from, to, intervalMs: width }, upTo);
        if (frames.length > 0 || found?.length) {
          yield { type: 'frames', id: changes.place(upTo), from, to, frames };
          heard = this.clock();
        }
      }
      if (this.clock() - heard >= IDLE) {
        yield { type: 'idle' };
        heard = this.clock();
      }
      [step, told, pending] = [upTo, now, false];
      changes.listen();
      await sleep(PERIOD, undefined, { signal }).catch(() => undefined);
      await changes.after(step, timed ? SILENCE : IDLE, signal);
    }
  }

  /** Says that something changed which the query is about: rows of tables and graphs are no parts to be told alone. */
  async *#signals(query: Query, request: LiveRequest, signal: AbortSignal): AsyncGenerator<LiveEvent> {
    const { changes } = this;
    const resumed = request.last === undefined ? undefined : changes.stepOf(request.last);
    let step = resumed ?? (request.last === undefined && request.from === undefined ? changes.last : -1);
    let heard = this.clock();
    while (!signal.aborted) {
      const upTo = changes.last;
      const found = step < 0 ? undefined : changes.since(step);
      step = upTo;
      changes.listen();
      if (found === undefined || found.some((change) => concerns(change, query))) {
        heard = this.clock();
        yield { type: 'reset', id: changes.place(step) };
        await sleep(REQUERY, undefined, { signal }).catch(() => undefined);
      } else if (this.clock() - heard >= IDLE) {
        heard = this.clock();
        // Of silence, which makes states unknown, nothing is stored.
        yield tellsStates(query) ? { type: 'reset', id: changes.place(step) } : { type: 'idle' };
      }
      await changes.after(step, IDLE, signal);
    }
  }

  /** Clients at the same step that ask the same get one answer. */
  async #answer(
    query: Query,
    range: { from: number; to: number; intervalMs: number },
    step: number
  ): Promise<readonly Frame[]> {
    const key = JSON.stringify([query, range, step]);
    let answer = this.#answers.get(key);
    if (answer === undefined) {
      answer = this.#ask(query, range).finally(() => setTimeout(() => this.#answers.delete(key), PERIOD).unref());
      this.#answers.set(key, answer);
    }
    return answer;
  }

  /** @throws QueryRefused where it is refused, Error where it fails */
  async #ask(query: Query, range: object): Promise<readonly Frame[]> {
    const request = { ...range, maxDataPoints: 1_000_000, queries: [query] };
    // Of a short time it goes without saying why there is nothing; and what is left out is not asked for again.
    const { results } = await this.queries.run(request, undefined, { explain: false, partial: true });
    const { status = 500, error, frames = [] } = results[query.refId] ?? {};
    if (error !== undefined) {
      throw status === 500 ? new Error(error) : new QueryRefused(status as 400, error);
    }
    return frames;
  }
}

/** @throws QueryRefused */
function followable(asked: unknown): Query {
  const value = { refId: 'A', ...(typeof asked === 'object' ? asked : {}) };
  const query = parseQuery({ refId: 'A', value });
  if (
    query.kind === 'profile' ||
    query.kind === 'messages' ||
    (query.kind === 'metric' && query.format !== 'timeseries')
  ) {
    throw new QueryRefused(
      400,
      'query: expected one of the kinds metric (with the format timeseries), status, topology and alerts'
    );
  }
  if (query.kind === 'metric') {
    // Each event tells a short range: its largest series are not those of the client's, nor has it what came before.
    const { topN, fill, compare } = query;
    refuseUnless(topN === undefined, 'topN', 'the largest series of a range are asked for by POST /api/v1/query', topN);
    const past = 'what was before does not change: it is asked for by POST /api/v1/query';
    refuseUnless(compare === undefined, 'compare', past, compare);
    refuseUnless(fill === 'none', 'fill', 'who is told what is new knows what was before, and fills by itself', fill);
  }
  return query;
}

/** Series over time are; of a table or a graph any row may change with what is new. */
function isToldInParts(query: Query): boolean {
  return query.kind === 'metric' || (query.kind === 'status' && query.format !== 'table');
}

function tellsStates({ kind }: Query): boolean {
  return kind === 'status' || kind === 'topology';
}

function refuseUnless(holds: boolean, key: string, reason: string, found: unknown): void {
  if (!holds) {
    throw new QueryRefused(400, `${key}: expected none in a stream, found ${JSON.stringify(found)}: ${reason}`);
  }
}

function isOfStates(query: Query): boolean {
  return query.kind === 'status' || (query.kind === 'metric' && findMetric(query.metric)?.kind === 'state');
}

interface Range {
  from: Micros;
  to: Micros;
}

/** The time over which changes matter to a query; empty where none does. */
function rangeOf(changes: readonly Change[], query: Query, now: Micros): Range {
  const range = { from: Infinity, to: -Infinity };
  for (const change of changes) {
    if (concerns(change, query)) {
      // An engine that is mapped to another model takes along all that it reported since.
      widen(range, change.from, change.metric === undefined ? now : change.to);
    }
  }
  return range;
}

function concerns({ workflow, model, metric }: Change, query: Query): boolean {
  if (metric === undefined) {
    // An alert stays that of the model that it was raised for.
    return query.kind !== 'alerts';
  }
  if (query.workflow !== undefined && query.workflow !== workflow) {
    return false;
  }
  if (query.models.length > 0 && !query.models.includes(model)) {
    return false;
  }
  if (query.kind === 'topology') {
    return metric !== 'alert' && metric !== MESSAGE_METRIC;
  }
  if (query.kind !== 'metric') {
    return metric === (query.kind === 'alerts' ? 'alert' : 'engine.status');
  }
  const known = findMetric(query.metric);
  // A dotted name, or a metric that is worked out from others: any point may matter.
  return known === undefined || known.joins !== undefined || known.name === metric;
}

function widen(range: Range, from: Micros, to: Micros): void {
  range.from = Math.min(range.from, from);
  range.to = Math.max(range.to, to);
}
