import { readFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import { createServer, isLoopback, Tokens, type Access, type Backend } from '../api/index.js';
import { ConfigurationError, type Configuration } from '../config/index.js';
import { SelfMetrics } from '../selfmetrics/index.js';
import type { Source } from '../sources/index.js';
import { startRoles, WHOLE, type Role } from './roles/index.js';
import type { Site } from './site.js';

export interface ServiceOptions {
  readonly version: string;
  readonly log: Logger;
  /** By default all but `rekey`. */
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
    const { log, version, roles = WHOLE } = this.options;
    const access = readAccess(configuration);
    const metrics = new SelfMetrics();
    const onStop = (stop: () => Promise<void> | void): void => void this.#stops.push(stop);
    const site: Site = { configuration, version, log, metrics, onStop };
    const { sources = [], problems, backend } = await startRoles(site, roles);
    await this.#startSources(sources, metrics);
    await this.#serve({ version, metrics, problems, ...backend }, access);
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
