import {
  bucketWidth,
  CATALOGUE_ENGINES,
  formatTimestamp,
  METRICS,
  SELF_WORKFLOW,
  stateName,
  type AlertList,
  type AlertStep,
  type Catalogue,
  type CatalogueMonitor,
  type CatalogueWorkflow,
  type Frame,
  type Micros,
  type Query,
  type QueryResponse,
  type QueryResult,
} from '@pneumograph/contract';
import { answerAlerts, findAlerts, toAlert, toStep, type MutedBy } from './alerts.js';
import { askFor, type AlertsQuestion, type Store } from '../store/index.js';
import type { Directory } from './directory.js';
import { engineHistories } from './engine-states.js';
import { QueryRefused } from './errors.js';
import { compare, Inventory, type InventoryWorkflow } from './inventory.js';
import { answerMessages } from './messages.js';
import { answerMetric, type Scope } from './metric.js';
import { explained } from './nothing.js';
import { answerProfile } from './profile.js';
import { parseQuery, parseRequest, type ParsedRequest, type RawQuery } from './request.js';
import { currentState } from './state-metric.js';
import { answerStatus } from './status.js';
import { answerTopology } from './topology.js';

export interface QueryEngineOptions {
  readonly store: Store;
  readonly directory: Directory;
  /** The present. */
  readonly clock: () => Micros;
  /** The monitors that the configuration defines. */
  readonly monitors?: () => CatalogueMonitor[];
  readonly mutedBy?: MutedBy;
  /** Told of what failed for no fault of the query's. */
  readonly onFailure?: (error: unknown) => void;
}

const EVERYTHING = { workflow: undefined, models: [], slots: [], engines: [] };

/** Answers queries from the store, and tells what can be asked for. */
export class QueryEngine {
  readonly #options: QueryEngineOptions;

  constructor(options: QueryEngineOptions) {
    this.#options = options;
  }

  /**
   * Answers a query request. A wrong query fails alone, with a status and an error of its own.
   * @param body the request as parsed from JSON
   * @param signal where nobody waits for the answer any more
   * @param options `explain`: whether an answer without rows says why; it does unless told otherwise. `partial`: whether
   * sums over engines are told of those that have reported; not before all have, unless told so
   * @throws BadRequest where the request is wrong as a whole, and the signal's reason once it is aborted
   */
  async run(
    body: unknown,
    signal?: AbortSignal,
    { explain = true, partial = false }: { explain?: boolean; partial?: boolean } = {}
  ): Promise<QueryResponse> {
    const request = parseRequest(body);
    return askFor(signal, async () => {
      const scope = { ...(await this.#scope(request)), partial };
      const results: Array<[string, QueryResult]> = [];
      // One after the other: a dashboard of many queries leaves room for other people's.
      for (const raw of request.queries) {
        signal?.throwIfAborted();
        results.push([raw.refId, await this.#answer(scope, raw, explain)]);
      }
      signal?.throwIfAborted();
      return { results: Object.fromEntries(results) };
    });
  }

  /**
   * Everything that can be asked for.
   * @param from with `to`, in microseconds: leaves out models that are gone and reported only outside this range
   */
  async catalogue(from?: Micros, to?: Micros): Promise<Catalogue> {
    const { store, directory, clock, monitors } = this.#options;
    const now = clock();
    const range = from === undefined && to === undefined ? undefined : { from: from ?? -Infinity, to: to ?? Infinity };
    const inventory = await Inventory.take(store, directory, range);
    const lastSeen = await store.lastSeen();
    const histories = await engineHistories({ store, directory, inventory, now }, EVERYTHING, now, now + 1);
    const states = new Map(histories.map((history) => [history.engine, stateName(currentState(history) ?? -1)]));
    const vitals = directory.vitals?.();
    let engines = 0;
    const describe = ({ name, models, links }: InventoryWorkflow): CatalogueWorkflow => ({
      name,
      models: [...models.values()].map((model) => ({
        name: model.name,
        ...(model.asset === undefined ? {} : { asset: model.asset }),
        slots: [...model.slots].sort((a, b) => a - b),
        ...(model.features.size === 0 ? {} : { features: [...model.features].sort(compare) }),
        engines: [...model.engines.values()]
          .sort((a, b) => compare(a.name, b.name) || compare(a.src, b.src))
          .filter(() => engines++ < CATALOGUE_ENGINES)
          .map(({ src, name: engineName }) => {
            const seen = lastSeen.get(src);
            const { clockOffset, notices = [] } = vitals?.get(src) ?? {};
            return {
              src,
              name: engineName,
              status: states.get(src) ?? 'unknown',
              lastSeen: seen === undefined ? null : formatTimestamp(seen),
              ...(clockOffset === undefined ? {} : { clockOffset }),
              ...(notices.length === 0 ? {} : { notices: [...notices] }),
            };
          }),
      })),
      links: links.map(({ from: source, to: target }) => ({
        from: `${source.model}:${source.slot}`,
        to: `${target.model}:${target.slot}`,
      })),
    });
    const [self] = inventory.workflows(SELF_WORKFLOW);
    const workflows = inventory.workflows().map(describe);
    const omitted = engines - CATALOGUE_ENGINES;
    return {
      workflows,
      ...(omitted > 0 ? { omitted: { engines: omitted } } : {}),
      ...(self === undefined ? {} : { self: describe(self) }),
      metrics: [...METRICS, ...inventory.ownMetrics()],
      monitors: monitors?.() ?? [],
    };
  }

  /** Alerts that touch a range, newest first; those of Pneumograph itself only where its workflow is named. */
  async alerts(question: AlertsQuestion): Promise<AlertList> {
    const { alerts } = await findAlerts(this.#options.store, question);
    const { mutedBy = () => undefined } = this.#options;
    return { alerts: alerts.map((alert) => toAlert(alert, mutedBy)) };
  }

  /** What an alert went through, oldest first; nothing of one that is not known. */
  async alertSteps(id: string): Promise<AlertStep[]> {
    return (await this.#options.store.alertSteps([id])).map(toStep);
  }

  async #scope({ from, to, maxDataPoints, intervalMs }: ParsedRequest): Promise<Scope> {
    const { store, directory, clock } = this.#options;
    const range = { from: Math.round(from * 1000), to: Math.round(to * 1000) };
    return {
      store,
      directory,
      inventory: await Inventory.take(store, directory),
      now: clock(),
      ...range,
      width: bucketWidth(from, to, maxDataPoints, intervalMs) * 1000,
      mutedBy: this.#options.mutedBy,
    };
  }

  async #answer(scope: Scope, raw: RawQuery, explain: boolean): Promise<QueryResult> {
    try {
      return { status: 200, frames: await answer(scope, raw, explain) };
    } catch (error) {
      if (error instanceof QueryRefused) {
        return { status: error.status, frames: [], error: error.message };
      }
      if ((error as Error).name !== 'AbortError') {
        this.#options.onFailure?.(error);
      }
      return { status: 500, frames: [], error: `The store could not answer: ${(error as Error).message}` };
    }
  }
}

async function answer(scope: Scope, raw: RawQuery, explain: boolean): Promise<Frame[]> {
  const query = parseQuery(raw);
  const frames = await framesOf(scope, query);
  return explain ? explained(scope, query, frames) : frames;
}

function framesOf(scope: Scope, query: Query): Promise<Frame[]> {
  switch (query.kind) {
    case 'metric':
      return answerMetric(scope, query);
    case 'status':
      return answerStatus(scope, query);
    case 'topology':
      return answerTopology(scope, query);
    case 'alerts':
      return answerAlerts(scope, query);
    case 'profile':
      return answerProfile(scope, query);
    case 'messages':
      return answerMessages(scope, query);
  }
}
