import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Logger } from 'pino';
import {
  shadowOf,
  type MonitorDetails,
  type MonitorEvent,
  type MonitorReach,
  type MonitorState,
  type MonitorSummary,
  type MonitorVersion,
} from '@pneumograph/contract';
import type { AlertChange } from '../archive/index.js';
import { ConfigurationError } from '../config/index.js';
import { isAttached, parseDefinition, type Definition, type MonitorEntry } from '../monitors/index.js';
import type { StreamAddress } from '../streams/index.js';
import { DryRun, harmless } from './dry-run.js';
import { Conflict, DEFINITION, type Asset, type Content, type Library } from './library.js';

export type Author = Pick<MonitorEvent, 'who' | 'role' | 'comment'>;

export interface RegistryOptions {
  readonly library: Library;
  /** Those of the operator's folder: they always run, and nobody changes them over HTTP. */
  readonly folder: readonly Definition[];
  readonly log: Logger;
}

/** What runs monitors, once there is one. */
export interface Runner {
  apply(definitions: readonly Definition[]): void;
  list(): readonly MonitorEntry[];
  models(): ReadonlyArray<{ readonly workflow: string; readonly model: string }>;
}

/** What was published that cannot be. `problems` name the field, what was expected and what was found. */
export class Refused extends Error {
  constructor(readonly problems: readonly string[]) {
    super(problems.join('; '));
  }
}

/** There is no such monitor or version. */
export class Unknown extends Error {}

const SHOWN = 100;
const PLACE = 'definition';

/** The monitors that are published and those of the operator's folder: which versions there are, and which run. */
export class Registry {
  readonly #parsed = new Map<string, Definition>();
  #runner: Runner | undefined;

  private constructor(private readonly options: RegistryOptions) {}

  /** Reads the versions that run. One that cannot be read does not, and the log says so. */
  static async open(options: RegistryOptions): Promise<Registry> {
    const registry = new Registry(options);
    for (const asset of options.library.list()) {
      for (const version of asset.versions.filter(({ state }) => state === 'active' || state === 'shadow')) {
        await registry.#load(asset.name, version).catch((error: Error) => {
          const about = { monitor: asset.name, version: version.number, error: error.message };
          options.log.error(about, 'a published monitor cannot be read, and does not run');
        });
      }
    }
    return registry;
  }

  attach(runner: Runner): void {
    this.#runner = runner;
  }

  /** All that run. */
  definitions(): Definition[] {
    const published = this.options.library.list().flatMap(({ name, versions }) =>
      versions.flatMap(({ number, state }) => {
        const definition = this.#parsed.get(keyOf(name, number, state));
        return definition === undefined ? [] : [definition];
      })
    );
    return [...this.options.folder, ...published];
  }

  list(): MonitorSummary[] {
    const folder = this.options.folder.map((definition) => this.#summaryOfFolder(definition));
    const published = this.options.library.list().map((asset) => this.#summary(asset));
    return [...folder, ...published].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** @throws Unknown */
  async show(name: string): Promise<MonitorDetails> {
    const own = this.options.folder.find((definition) => definition.name === name);
    if (own !== undefined) {
      return { ...this.#summaryOfFolder(own), versions: [], reach: this.reach(own) };
    }
    const asset = this.#asset(name);
    const current = asset.versions.find(({ state }) => state === 'active') ?? asset.versions.at(-1);
    const definition = await this.#definition(name, current as MonitorVersion);
    return { ...this.#summary(asset), versions: [...asset.versions], reach: this.reach(definition) };
  }

  /** What a version is made of. @throws Unknown, Error where the files are not those that were published */
  async content(name: string, number: number): Promise<Content & { readonly version: MonitorVersion }> {
    const version = this.#version(this.#asset(name), number);
    return { ...(await this.options.library.read(name, version)), version };
  }

  /** @throws Unknown */
  async history(name: string): Promise<MonitorEvent[]> {
    this.#asset(name);
    return this.options.library.history(name);
  }

  /** Reads what is to be published: all of it is right, or it is refused whole. @throws Refused */
  async read(content: Content): Promise<Definition> {
    return this.#inFolder(content, async (folder) => {
      const definition = this.#parse(content, path.join(folder, DEFINITION));
      await this.#tryOut(definition);
      return definition;
    });
  }

  /** @throws Refused, Conflict */
  async publish(content: Content, revision: number, by: Author): Promise<{ name: string; version: MonitorVersion }> {
    const { name, kind, owner = null } = await this.read(content);
    if (this.options.folder.some((definition) => definition.name === name)) {
      throw new Conflict(`expected another name than ${name}, which a monitor of the operator's folder has`);
    }
    return {
      name,
      version: await this.options.library.publish(name, content, revision, by, { kind: kind.name, owner }),
    };
  }

  /** Brings a version into a state, and has it run or not. @throws Unknown, Conflict, Refused */
  async move(
    name: string,
    number: number,
    to: Exclude<MonitorState, 'draft'>,
    revision: number,
    by: Author
  ): Promise<MonitorSummary> {
    const version = this.#version(this.#asset(name), number);
    if (to !== 'retired') {
      await this.#load(name, { ...version, state: to });
    }
    const asset = await this.options.library.move(name, number, to, revision, by);
    this.#runner?.apply(this.definitions());
    return this.#summary(asset);
  }

  /** What a definition is attached to by now. */
  reach(definition: Definition): MonitorReach {
    const models = this.#runner?.models() ?? [];
    const found = models.filter((model) => isAttached(definition, { ...model, slot: undefined }));
    const waiting = definition.attach.filter(
      (one) => !models.some((model) => isAttached({ attach: [one] }, { ...model, slot: undefined }))
    );
    return {
      count: found.length,
      models: found.slice(0, SHOWN).map(({ workflow, model }) => ({ workflow, model })),
      waiting,
    };
  }

  /** The definition of a version. @throws Unknown, Error */
  async definitionOf(name: string, number: number): Promise<Definition> {
    return this.#definition(name, this.#version(this.#asset(name), number));
  }

  /** What a definition says of records, a second apart. @throws Refused, Error where it fails */
  async test(content: Content, stream: StreamAddress, records: readonly unknown[]): Promise<AlertChange[]> {
    return this.#inFolder(content, async (folder) => {
      const run = new DryRun([this.#parse(content, path.join(folder, DEFINITION))], [stream], this.options.log);
      for (const [index, record] of records.entries()) {
        await run.record(stream, index * 1e6, record);
      }
      await run.finish();
      return run.alerts;
    });
  }

  #parse({ definition, files }: Content, file: string): Definition {
    const parsed = refusing(() => parseDefinition(definition, file, {}), path.dirname(file));
    const { kind, params } = parsed;
    const operatorOnly = kind.operatorOnly?.(params);
    const problems = [
      ...(operatorOnly === undefined
        ? []
        : [
            `${PLACE}: kind: expected a kind that may be published, found ${kind.name}: ${operatorOnly}; put it into the operator's folder`,
          ]),
      ...filesOf(params)
        .filter((name) => !Object.hasOwn(files, name))
        .map((name) => `${PLACE}: params: expected a file that is published with it, found ${JSON.stringify(name)}`),
    ];
    if (problems.length > 0) {
      throw new Refused(problems);
    }
    return parsed;
  }

  /** Makes the monitor once, which reads its files. */
  async #tryOut(definition: Definition): Promise<void> {
    const [{ workflow = '', model = 'model', slot = 0 } = {}] = definition.attach;
    const run = new DryRun([definition], [{ workflow, model, slot }], this.options.log);
    await run.finish().catch((error: Error) => {
      throw new Refused([`${PLACE}: ${error.message}`]);
    });
  }

  async #inFolder<T>({ definition, files }: Content, act: (folder: string) => Promise<T>): Promise<T> {
    const folder = await mkdtemp(path.join(tmpdir(), 'pneumograph-monitor-'));
    try {
      for (const [name, bytes] of [[DEFINITION, definition] as const, ...Object.entries(files)]) {
        await writeFile(path.join(folder, name), bytes);
      }
      return await act(folder);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  async #load(name: string, version: MonitorVersion): Promise<void> {
    const key = keyOf(name, version.number, version.state);
    if (!this.#parsed.has(key)) {
      const definition = await this.#definition(name, version);
      const shadow = { ...harmless(definition), name: shadowOf(name), shadow: true };
      this.#parsed.set(key, version.state === 'shadow' ? shadow : definition);
    }
  }

  async #definition(name: string, version: MonitorVersion): Promise<Definition> {
    const content = await this.options.library.read(name, version);
    const file = path.join(this.options.library.folderOf(name, version.number), DEFINITION);
    return { ...this.#parse(content, file), version: String(version.number) };
  }

  #summary({ name, kind, owner, revision, versions }: Asset): MonitorSummary {
    const inState = (state: MonitorState) => versions.find((version) => version.state === state)?.number ?? null;
    const [active, shadow] = [inState('active'), inState('shadow')];
    const definition = this.#parsed.get(keyOf(name, active ?? 0, 'active'));
    return {
      ...{ name, revision, source: 'published' as const, latest: versions.at(-1)?.number ?? null, active, shadow },
      ...{ kind, owner },
      ...(active === null ? { state: 'none' as const } : this.#health(name, definition)),
    };
  }

  #summaryOfFolder(definition: Definition): MonitorSummary {
    const { name, kind, owner = null } = definition;
    return {
      ...{ name, kind: kind.name, owner, revision: 0, source: 'folder' as const },
      ...{ latest: null, active: null, shadow: null },
      ...this.#health(name, definition),
    };
  }

  #health(name: string, definition: Definition | undefined): Pick<MonitorSummary, 'state' | 'error'> {
    const entry = this.#runner?.list().find((one) => one.name === name);
    if (entry === undefined) {
      return { state: 'failed', error: 'its version cannot be read; the log of the backend tells why' };
    }
    const waits = entry.state === 'active' && definition !== undefined && this.reach(definition).count === 0;
    const state = waits ? 'waiting' : entry.state;
    return { state, ...(entry.error === undefined ? {} : { error: entry.error }) };
  }

  #asset(name: string): Asset {
    const asset = this.options.library.get(name);
    if (asset === undefined) {
      throw new Unknown(`expected the name of a published monitor, found ${JSON.stringify(name)}`);
    }
    return asset;
  }

  #version({ name, versions }: Asset, number: number): MonitorVersion {
    const version = versions.find((one) => one.number === number);
    if (version === undefined) {
      throw new Unknown(`expected a version of ${name} from 1 to ${versions.length}, found ${number}`);
    }
    return version;
  }
}

function keyOf(name: string, number: number, state: MonitorState): string {
  return JSON.stringify([name, number, state]);
}

/** Problems in words that do not tell where files lie here. */
function refusing<T>(act: () => T, folder: string): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof ConfigurationError) {
      throw new Refused(error.problems.map((problem) => problem.replace(path.join(folder, DEFINITION), PLACE)));
    }
    throw error;
  }
}

/** What parameters name as files, wherever they do. */
function filesOf(params: unknown): string[] {
  if (typeof params !== 'object' || params === null) {
    return [];
  }
  return Object.entries(params).flatMap(([key, value]) =>
    /^(file|.*File|ca|cert)$/.test(key) && typeof value === 'string' ? [value] : filesOf(value)
  );
}
