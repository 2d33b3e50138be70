import { createHash } from 'node:crypto';
import { appendFile, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { MonitorEvent, MonitorState, MonitorVersion } from '@pneumograph/contract';

/** What a version is made of: its definition and the files that lie beside it, by their names. */
export interface Content {
  readonly definition: string;
  readonly files: Readonly<Record<string, Buffer>>;
}

export interface Asset extends Labelled {
  readonly name: string;
  /** Grows with each change. */
  readonly revision: number;
  readonly versions: readonly MonitorVersion[];
}

/** What its newest version says of it. */
interface Labelled {
  readonly kind: string;
  readonly owner: string | null;
}

/** The asset is not as who changes it knows it. */
export class Conflict extends Error {}

/** What lies on the disk is not what was published. */
export class Damaged extends Error {}

export const DEFINITION = 'monitor.yaml';
const STATE = 'state.json';
const AUDIT = 'audit.ndjson';

interface State extends Labelled {
  readonly revision: number;
  readonly versions: readonly MonitorVersion[];
}

/**
 * Monitors in a folder: each version in a folder of its own that is written once and never again, and beside them what became
 * of the versions. One process writes; its changes come one after the other.
 */
export class Library {
  readonly #assets = new Map<string, Asset>();
  #queue: Promise<unknown> = Promise.resolve();

  private constructor(private readonly folder: string) {}

  /** @throws Error that names the file where one cannot be read */
  static async open(folder: string): Promise<Library> {
    const library = new Library(folder);
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    for (const entry of entries.filter((one) => one.isDirectory() && !one.name.startsWith('.'))) {
      await library.#refresh(decodeURIComponent(entry.name));
    }
    return library;
  }

  list(): Asset[] {
    return [...this.#assets.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  get(name: string): Asset | undefined {
    return this.#assets.get(name);
  }

  /** Where the files of a version lie. */
  folderOf(name: string, number: number): string {
    return path.join(this.folder, encodeURIComponent(name).replaceAll('.', '%2E'), 'versions', String(number));
  }

  /** @throws Damaged where the files are not what was published */
  async read(name: string, { number, hash }: Pick<MonitorVersion, 'number' | 'hash'>): Promise<Content> {
    const content = await this.#files(this.folderOf(name, number)).catch((error: unknown) => {
      throw new Damaged(`expected the files of version ${number} of ${name}, found none that can be read`, {
        cause: error,
      });
    });
    if (hashOf(content) !== hash) {
      throw new Damaged(`expected the files that were published as version ${number} of ${name}, found others`);
    }
    return content;
  }

  /**
   * Adds a version, as a draft. The content of the newest version again adds none.
   * @param revision as who publishes knows it; 0 where there is no such monitor yet
   * @throws Conflict
   */
  publish(
    name: string,
    content: Content,
    revision: number,
    by: Pick<MonitorEvent, 'who' | 'role' | 'comment'>,
    { kind, owner }: Labelled
  ): Promise<MonitorVersion> {
    return this.#inTurn(async () => {
      const asset = await this.#expect(name, revision);
      const hash = hashOf(content);
      const last = asset.versions.at(-1);
      if (last?.hash === hash) {
        return last;
      }
      const number = await this.#nextNumber(asset);
      const publishedAt = new Date().toISOString();
      const version: MonitorVersion = {
        number,
        hash,
        state: 'draft',
        author: by.who,
        publishedAt,
        comment: by.comment,
      };
      await this.#write(name, number, content);
      await this.#log({ time: publishedAt, ...by, did: 'publish', monitor: name, version: number, hash });
      await this.#save({ ...asset, kind, owner, versions: [...asset.versions, version] });
      return version;
    });
  }

  /**
   * Brings a version into a state. Another one that was in it is retired: one is active at most, and one a shadow.
   * @throws Conflict
   */
  move(
    name: string,
    number: number,
    to: Exclude<MonitorState, 'draft'>,
    revision: number,
    by: Pick<MonitorEvent, 'who' | 'role' | 'comment'>
  ): Promise<Asset> {
    return this.#inTurn(async () => {
      const asset = await this.#expect(name, revision);
      const version = asset.versions.find((one) => one.number === number);
      if (version === undefined) {
        throw new Conflict(`expected a version of ${name}, found no version ${number}`);
      }
      const did = ({ shadow: 'shadow', active: 'activate', retired: 'retire' } as const)[to];
      const { hash } = version;
      await this.#log({ time: new Date().toISOString(), ...by, did, monitor: name, version: number, hash });
      const versions = asset.versions.map((one) => ({
        ...one,
        state: one.number === number ? to : one.state === to ? 'retired' : one.state,
      }));
      return this.#save({ ...asset, versions });
    });
  }

  /** Who did what to a monitor, oldest first. */
  async history(name: string): Promise<MonitorEvent[]> {
    const text = await readFile(path.join(this.folder, AUDIT), 'utf8').catch(() => '');
    const lines = text.split('\n').filter((line) => line !== '');
    return lines.map((line) => JSON.parse(line) as MonitorEvent).filter(({ monitor }) => monitor === name);
  }

  /** The asset as it lies on the disk by now. */
  async #expect(name: string, revision: number): Promise<Asset> {
    await this.#refresh(name);
    const asset = this.#assets.get(name) ?? { name, kind: '', owner: null, revision: 0, versions: [] };
    if (asset.revision !== revision) {
      const who = asset.versions.at(-1);
      const last = who === undefined ? '' : `; version ${who.number} is of ${who.author}, ${who.publishedAt}`;
      throw new Conflict(
        `expected revision ${asset.revision} of ${name}, found ${revision}: it was changed since${last}`
      );
    }
    return asset;
  }

  async #refresh(name: string): Promise<void> {
    const file = this.#stateFile(name);
    try {
      this.#assets.set(name, { name, ...(JSON.parse(await readFile(file, 'utf8')) as State) });
    } catch (error) {
      // A crash before the first version was there leaves a folder without a state.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
        throw new Error(`${file}: expected what Pneumograph wrote: ${(error as Error).message}`, { cause: error });
      }
    }
  }

  #stateFile(name: string): string {
    return path.join(this.folderOf(name, 0), '..', '..', STATE);
  }

  async #files(folder: string): Promise<Content> {
    const names = (await readdir(folder)).filter((file) => file !== DEFINITION);
    const files = await Promise.all(
      names.map(async (file) => [file, await readFile(path.join(folder, file))] as const)
    );
    return { definition: await readFile(path.join(folder, DEFINITION), 'utf8'), files: Object.fromEntries(files) };
  }

  /** A number that no folder has, those among them that a crash left before the state knew of them. */
  async #nextNumber({ name, versions }: Asset): Promise<number> {
    const folders = await readdir(path.join(this.folderOf(name, 0), '..')).catch(() => []);
    return Math.max(0, ...versions.map(({ number }) => number), ...folders.map(Number).filter(Number.isInteger)) + 1;
  }

  /** All files or none, and never over others. @throws Conflict */
  async #write(name: string, number: number, { definition, files }: Content): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    const draft = await mkdtemp(path.join(this.folder, '.draft-'));
    try {
      for (const [file, bytes] of [[DEFINITION, definition] as const, ...Object.entries(files)]) {
        await writeFile(path.join(draft, file), bytes, { flush: true });
      }
      const folder = this.folderOf(name, number);
      await mkdir(path.dirname(folder), { recursive: true });
      // A folder that is there and not empty is in the way.
      await rename(draft, folder);
    } catch (error) {
      await rm(draft, { recursive: true, force: true });
      if (['ENOTEMPTY', 'EEXIST', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) {
        throw new Conflict(`expected version ${number} of ${name} to be free, found one: it was published since`);
      }
      throw error;
    }
  }

  async #save(asset: Asset): Promise<Asset> {
    const saved = { ...asset, revision: asset.revision + 1 };
    const file = this.#stateFile(asset.name);
    const { name: _name, ...state } = saved;
    await writeFile(`${file}.draft`, JSON.stringify(state satisfies State), { flush: true });
    await rename(`${file}.draft`, file);
    this.#assets.set(asset.name, saved);
    return saved;
  }

  /** Before it is done: what was done is always there, and what a crash kept from being done may be. */
  async #log(event: MonitorEvent): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    await appendFile(path.join(this.folder, AUDIT), `${JSON.stringify(event)}\n`, { flush: true });
  }

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const done = this.#queue.then(act);
    this.#queue = done.catch(() => undefined);
    return done;
  }
}

/** Of all that a version is made of. */
export function hashOf({ definition, files }: Content): string {
  const hash = createHash('sha256');
  const names = Object.keys(files).sort();
  for (const [name, bytes] of [
    [DEFINITION, Buffer.from(definition)] as const,
    ...names.map((one) => [one, files[one] ?? Buffer.alloc(0)] as const),
  ]) {
    hash.update(`${Buffer.byteLength(name)} ${name} ${bytes.length} `).update(bytes);
  }
  return hash.digest('hex');
}
