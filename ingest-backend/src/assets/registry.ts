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
import { isAttached, type Definition, type MonitorEntry } from '../monitors/index.js';
import type { StreamAddress } from '../streams/index.js';
import { inFolder, parsePublished, tryOut } from './candidate.js';
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
  models(): readonly ModelName[];
}

interface ModelName {
  readonly workflow: string;
  readonly model: string;
}

/** How a monitor does. */
type Doctor = (name: string, definition: Definition | undefined) => Pick<MonitorEntry, 'state' | 'error'>;

/** There is no such monitor or version. */
export class Unknown extends Error {}

const SHOWN = 100;
/** What a definition reaches that cannot be read. */
export const NOTHING: MonitorReach = { count: 0, models: [], waiting: [] };

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
    const health = this.#doctor();
    const folder = this.options.folder.map((definition) => this.#summaryOfFolder(definition, health));
    const published = this.options.library.list().map((asset) => this.#summary(asset, health));
    return [...folder, ...published].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** All that run, shadows among them, and how they do. */
  running(): MonitorEntry[] {
    const health = this.#doctor();
    const definitions = new Map(this.definitions().map((definition) => [definition.name, definition]));
    return (this.#runner?.list() ?? []).map((entry) => ({
      ...entry,
      ...health(entry.name, definitions.get(entry.name)),
    }));
  }

  /** @throws Unknown */
  async show(name: string): Promise<MonitorDetails> {
    const own = this.options.folder.find((definition) => definition.name === name);
    if (own !== undefined) {
      return { ...this.#summaryOfFolder(own), versions: [], reach: this.reach(own) };
    }
    const asset = this.#asset(name);
    const current = asset.versions.find(({ state }) => state === 'active') ?? asset.versions.at(-1);
    // What cannot be read reaches nothing; that it failed is said, and who may can still put another version in its place.
    const definition = await this.#definition(name, current as MonitorVersion).catch(() => undefined);
    const reach = definition === undefined ? NOTHING : this.reach(definition);
    return { ...this.#summary(asset), versions: [...asset.versions], reach };
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
    return inFolder(content, async (folder) => {
      const definition = parsePublished(content, path.join(folder, DEFINITION));
      await tryOut(definition, this.options.log);
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
    const found = models.filter((model) => fitsModel(definition, model));
    const waiting = definition.attach.filter((one) => !models.some((model) => fitsModel({ attach: [one] }, model)));
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
    return inFolder(content, async (folder) => {
      const run = new DryRun([parsePublished(content, path.join(folder, DEFINITION))], [stream], this.options.log);
      for (const [index, record] of records.entries()) {
        await run.record(stream, index * 1e6, record);
      }
      await run.finish();
      return run.alerts;
    });
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
    return { ...parsePublished(content, file), version: String(version.number) };
  }

  #summary({ name, kind, owner, revision, versions }: Asset, health = this.#doctor()): MonitorSummary {
    const inState = (state: MonitorState) => versions.find((version) => version.state === state)?.number ?? null;
    const [active, shadow] = [inState('active'), inState('shadow')];
    const definition = this.#parsed.get(keyOf(name, active ?? 0, 'active'));
    return {
      ...{ name, revision, source: 'published' as const, latest: versions.at(-1)?.number ?? null, active, shadow },
      ...{ kind, owner },
      ...(active === null ? { state: 'none' as const } : health(name, definition)),
    };
  }

  #summaryOfFolder(definition: Definition, health = this.#doctor()): MonitorSummary {
    const { name, kind, owner = null } = definition;
    return {
      ...{ name, kind: kind.name, owner, revision: 0, source: 'folder' as const },
      ...{ latest: null, active: null, shadow: null },
      ...health(name, definition),
    };
  }

  /** Tells how monitors do, all at one moment. */
  #doctor(): Doctor {
    const entries = new Map(this.#runner?.list().map((entry) => [entry.name, entry]));
    const models = this.#runner?.models() ?? [];
    return (name, definition) => {
      const entry = entries.get(name);
      if (entry === undefined) {
        return { state: 'failed', error: 'its version cannot be read; the log of the backend tells why' };
      }
      const waits =
        entry.state === 'active' && definition !== undefined && !models.some((one) => fitsModel(definition, one));
      const state = waits ? 'waiting' : entry.state;
      return { state, ...(entry.error === undefined ? {} : { error: entry.error }) };
    };
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
      const numbers = versions.map((one) => one.number).join(', ');
      throw new Unknown(`expected a version of ${name}, of ${numbers}, found ${number}`);
    }
    return version;
  }
}

function fitsModel(definition: Pick<Definition, 'attach'>, model: ModelName): boolean {
  return isAttached(definition, { ...model, slot: undefined });
}

function keyOf(name: string, number: number, state: MonitorState): string {
  return JSON.stringify([name, number, state]);
}
