import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { createServer, isLoopback, Tokens, type Access, type Backend } from '../api/index.js';
import { Archiver } from '../archive/index.js';
import { ConfigurationError, type Configuration } from '../config/index.js';
import { Deriver } from '../derive/index.js';
import { exportText } from '../export/index.js';
import { Fleet, Workflows, type Poller } from '../fleet/index.js';
import { Changes, Live } from '../live/index.js';
import { QueryEngine } from '../query/index.js';
import { SelfMetrics, SelfReporter } from '../selfmetrics/index.js';
import { HttpSource, Intake, type Source } from '../sources/index.js';
import { writeBackup, type Store } from '../store/index.js';
import { resolveStreams, Streams } from '../streams/index.js';
import { comparing, createAlerts, silencesOf, withAlerts } from './alerts.js';
import { FleetDirectory } from './directory.js';
import { archiverEvents } from './events.js';
import { holdUnknown, readWorkflows, startFleet } from './fleet.js';
import { createMonitors, openRegistry, runnerOf, withStreams } from './monitors.js';
import { RecalledMemory } from './memory.js';
import { createRekeyers, noStore } from './rekey.js';
import { createSinks, type Sinks } from './sinks.js';
import { createSources } from './sources.js';
import { createStore } from './store.js';
import { keepStore } from './upkeep.js';

const TICK_MILLIS = 250;

/** `derive` is everything from the sources to the answers; `rekey` copies a topic for several such processes. */
export type Role = 'rekey' | 'derive';

export interface ServiceOptions {
  readonly version: string;
  readonly log: Logger;
  /** By default `derive` alone. */
  readonly roles?: readonly Role[];
}

/** The ingest backend: what one process runs of it, as its roles say. */
export class Service {
  readonly #stops: Array<() => Promise<void> | void> = [];
  #url = '';

  private constructor(
    private readonly configuration: Configuration,
    private readonly options: ServiceOptions
  ) {}

  /**
   * Starts everything; where one part cannot start, stops what runs already.
   * @throws ConfigurationError, or Error that names the part
   */
  static async start(configuration: Configuration, options: ServiceOptions): Promise<Service> {
    const service = new Service(configuration, options);
    try {
      await service.#start();
    } catch (error) {
      await service.stop();
      throw error;
    }
    return service;
  }

  /** Where the API listens. */
  get url(): string {
    return this.#url;
  }

  /** Stops reading, stores what is at hand, lets go of everything. */
  async stop(): Promise<void> {
    for (const stop of this.#stops.reverse()) {
      await stop();
    }
    this.#stops.length = 0;
  }

  async #start(): Promise<void> {
    const { configuration } = this;
    const { log, version, roles = ['derive'] } = this.options;
    const access = readAccess(configuration);
    const metrics = new SelfMetrics();
    const rekeyers = roles.includes('rekey') ? createRekeyers(configuration, metrics, log) : [];
    if (!roles.includes('derive')) {
      await this.#startSources(rekeyers, metrics);
      await this.#serve({ version, metrics, problems: () => problemsOf(rekeyers), ...noStore() }, access);
      return;
    }
    const workflows = new Workflows();
    await readWorkflows(configuration, workflows);

    const store: Store = createStore(configuration);
    await store.open();
    this.#stops.push(() => store.close());
    this.#stops.push(keepStore(store, log));

    const fleet = new Fleet();
    fleet.restore(await store.mappings());
    const { grace, counting, taps, silentAfter } = configuration.derive;

    const recall = await store.recall();
    const resolved = await resolveStreams(configuration.streams);
    const registry = await openRegistry(configuration, log);
    const monitors = createMonitors(configuration, {
      definitions: registry.definitions(),
      streams: resolved.map(({ address }) => address),
      notes: recall.notes,
      emit: (item) => archiver.add(item),
      log,
    });
    this.#stops.push(() => monitors.close());
    const touch = (): void => archiver.touch();
    const alerts = createAlerts(configuration, { workflows, notes: recall.notes, touch, log, metrics });
    const deriver = new Deriver(
      { grace: grace * 1000, counting, taps, holdUnknown: holdUnknown(configuration) },
      fleet,
      (item) => intake.owns(item) && archiver.add(item),
      new RecalledMemory(recall)
    );
    const positions = await store.positions();
    const intake: Intake = new Intake(deriver, positions, metrics, log);
    const reporter = new SelfReporter({ process: processName(configuration), metrics, positions, log });
    const sinks = await createSinks(configuration, { positions, metrics, log });
    const journals = configuration.store.path;
    const streams = new Streams({ streams: resolved, consumer: monitors, store, positions, journals, metrics, log });
    const reports = createSources(configuration, { intake, store, metrics, log });
    const sources: readonly Source[] = [...reports, ...streams.sources, ...rekeyers];
    const changes = new Changes();
    const events = archiverEvents(metrics, reporter, sinks, log, (fresh, positions) => {
      changes.add(fresh);
      intake.stored(positions);
      streams.stored(positions);
      alerts.stored();
      sources.forEach((source) => source.stored?.(positions));
    });
    const progress = reporter.progress(withAlerts(withStreams(intake, streams, monitors), alerts));
    const archiver: Archiver = new Archiver(store, sinks, progress, events);
    intake.attach(archiver);
    streams.attach(archiver);
    this.#stops.push(() => archiver.close());
    this.#stops.push(() => {
      monitors.flush();
      archiver.touch();
    });
    this.#stops.push(() => alerts.close());
    reporter.start(archiver.add);
    this.#stops.push(() => reporter.stop());
    fleet.onChange(archiver.add);

    const pollers = await startFleet(configuration, fleet, workflows, log);
    this.#stops.push(() => Promise.all(pollers.map((poller) => poller.stop())).then(() => undefined));
    intake.onRemap = () => pollers.forEach((poller) => poller.refresh());
    observeDeriver(metrics, deriver, intake);
    const tick = setInterval(() => {
      intake.advance(Date.now());
      streams.advance(Date.now());
      monitors.tick(Date.now() * 1000);
      alerts.tick();
    }, TICK_MILLIS);
    this.#stops.push(() => clearInterval(tick));
    await this.#startSources(sources, metrics);

    const directory = new FleetDirectory(fleet, workflows, silentAfter * 1000, deriver);
    const onFailure = (error: unknown): void => log.error({ err: error }, 'a query failed');
    const clock = (): number => Date.now() * 1000;
    const queries = new QueryEngine({
      ...{ store, directory, clock, onFailure },
      monitors: () => registry.running(),
      mutedBy: (id) => alerts.mutedBy(id),
    });
    const live = new Live(queries, changes);
    registry.attach(
      runnerOf(
        monitors,
        directory,
        resolved.map(({ address }) => address),
        touch
      )
    );
    await this.#serve(
      {
        version,
        reports: reports.find((source): source is HttpSource => source instanceof HttpSource),
        records: (address) => streams.http(address),
        metrics,
        follow: (request, signal) => live.follow(request, signal),
        query: (body, signal) => queries.run(body, signal),
        catalogue: (from, to) => queries.catalogue(from, to),
        alerts: (question) => queries.alerts(question),
        alertSteps: (id) => queries.alertSteps(id),
        silences: silencesOf(alerts, () => archiver.flush()),
        monitors: { registry, compare: comparing(store) },
        upkeep: {
          backup: () => writeBackup(store.dump(), { store: store.id, by: `Pneumograph ${version}` }),
          deleteModel: (workflow, model) => store.deleteModel(workflow, model),
        },
        export: (question) => exportText(store, question),
        problems: () => problems(archiver, sinks, sources, pollers),
      },
      access
    );
  }

  async #startSources(sources: readonly Source[], metrics: SelfMetrics): Promise<void> {
    const help = 'Age of the newest message read, where more are to be read';
    metrics.observeEach('source_lag_seconds', help, 'partition', () =>
      sources.flatMap((source) => [...(source.lagSeconds?.() ?? [])])
    );
    this.#stops.push(() => Promise.all(sources.map((source) => source.stop())).then(() => undefined));
    for (const source of sources) {
      await source.start();
    }
  }

  async #serve(backend: Backend, access: Access): Promise<void> {
    const { configuration } = this;
    const server = createServer(backend, { access, tls: await readTls(configuration), log: this.options.log });
    this.#stops.push(() => server.close());
    this.#url = await listen(server, configuration);
  }
}

function problems(archiver: Archiver, sinks: Sinks, sources: readonly Source[], pollers: readonly Poller[]): string[] {
  const found = [
    archiver.failure === undefined ? undefined : `store: ${archiver.failure}`,
    ...sinks.problems(),
    ...problemsOf(sources),
    ...pollers.map((poller) => (poller.failure === undefined ? undefined : `fleet: ${poller.failure}`)),
  ];
  return found.filter((problem) => problem !== undefined);
}

function problemsOf(sources: readonly Source[]): string[] {
  return sources.flatMap(({ name, problem }) => (problem === undefined ? [] : [`${name}: ${problem}`]));
}

/** Tells this process from others on the same store, also after a restart. */
function processName({ listen: { port } }: Configuration): string {
  return `${hostname()}:${port}`;
}

function observeDeriver(metrics: SelfMetrics, deriver: Deriver, intake: Intake): void {
  metrics.observe('engines', 'Engines heard of since the start', () => deriver.engines);
  metrics.observe('bursts_open', 'Bursts that wait for a report with a delta_time', () => deriver.bursts());
  metrics.observe('reports_waiting', 'Reports that wait for earlier ones', () => deriver.waiting());
  metrics.observe('taps_suspect', 'Taps that count otherwise than they are said to', () => deriver.suspects().length);
  const most = (sign: 1 | -1): number =>
    [...deriver.clockOffsets().values()].reduce((furthest, offset) => Math.max(furthest, sign * offset), 0);
  const [ahead, behind] = ['clock_ahead_seconds', 'clock_behind_seconds'];
  metrics.observe(ahead, 'How far the most advanced clock of an engine is ahead', () => most(1));
  metrics.observe(behind, 'How far the slowest clock of an engine is behind', () => most(-1));
  metrics.observe('reports_held', 'Reports held because their engine is unknown', () => deriver.held);
  const age = 'Age of the moment up to which all that came to a log has been taken in order';
  metrics.observeEach('watermark_age_seconds', age, 'log', () => intake.watermarkAges(Date.now()));
}

/** Anonymous callers are welcome on loopback alone, unless the configuration says otherwise. */
function readAccess({ access, listen: { host } }: Configuration): Access {
  const tokens = access.tokens === undefined ? undefined : new Tokens(access.tokens);
  const anonymous = access.anonymous ?? (isLoopback(host) ? 'viewer' : undefined);
  if (anonymous === undefined || anonymous === false) {
    if (tokens === undefined) {
      throw new ConfigurationError([
        `access: expected \`tokens\`, or \`anonymous: viewer\`, since listen.host is ${host}; found neither`,
      ]);
    }
    return { anonymous: undefined, tokens };
  }
  return { anonymous, tokens };
}

async function readTls({ listen: { tls } }: Configuration): Promise<{ cert: Buffer; key: Buffer } | undefined> {
  return tls === undefined ? undefined : { cert: await readFile(tls.cert), key: await readFile(tls.key) };
}

async function listen(server: FastifyInstance, { listen: { host, port, tls } }: Configuration): Promise<string> {
  try {
    await server.listen({ host, port });
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code === 'EADDRINUSE' ? 'another program listens there' : error;
    throw new Error(`listen: expected ${host}:${port} to be free: ${reason as string}`, { cause: error });
  }
  const address = server.server.address() as AddressInfo;
  const name = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return `${tls === undefined ? 'http' : 'https'}://${name}:${address.port}`;
}
