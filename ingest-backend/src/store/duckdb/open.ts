import { mkdirSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { StoreError } from '../errors.js';

export interface DuckDbOptions {
  /** A file, made with its folder where there is none; `:memory:` for a store that lasts as long as the process. */
  readonly path: string;
  /** Threads for queries and checkpoints; default 2. */
  readonly threads?: number;
  /** Memory that DuckDB may use before it spills to disk, such as `1GB`; default 1GB. */
  readonly memoryLimit?: string;
}

/** DuckDB locks a file against other processes, not against a second instance in this one, which would break it. */
const openHere = new Set<string>();

export interface OpenFile {
  readonly instance: DuckDBInstance;
  close(): void;
}

/** Opens the file. @throws StoreError in words: locked, no access, not a DuckDB file. */
export async function openFile(options: DuckDbOptions): Promise<OpenFile> {
  const { path } = options;
  const settings = {
    threads: String(options.threads ?? 2),
    memory_limit: options.memoryLimit ?? '1GB',
    // A longer log between checkpoints: a checkpoint holds up the commit that brings it about.
    checkpoint_threshold: '64MB',
    // Nothing is ever fetched from outside.
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  };
  if (path === ':memory:') {
    const instance = await DuckDBInstance.create(path, settings);
    return { instance, close: () => instance.closeSync() };
  }
  const place = prepareFolder(path);
  if (openHere.has(place)) {
    throw new StoreError(
      'locked',
      `${path}: this process has the store open already. Name it once in the configuration.`
    );
  }
  openHere.add(place);
  try {
    const instance = await DuckDBInstance.create(path, settings);
    return {
      instance,
      close: () => {
        instance.closeSync();
        openHere.delete(place);
      },
    };
  } catch (error) {
    openHere.delete(place);
    throw explain(path, error as Error);
  }
}

function prepareFolder(path: string): string {
  const folder = dirname(path);
  try {
    mkdirSync(folder, { recursive: true });
    return join(realpathSync(folder), basename(path));
  } catch (error) {
    throw new StoreError(
      'no-access',
      `${path}: the folder ${folder} cannot be made or read (${(error as Error).message}). ` +
        'Choose a path in store.path that this user may write.',
      { cause: error }
    );
  }
}

function explain(path: string, error: Error): StoreError {
  const text = error.message;
  const torn = damage(path, error);
  if (torn !== undefined) {
    return torn;
  }
  const holder = /lock is held in (.+? \(PID \d+\))/.exec(text)?.[1];
  if (holder !== undefined || /could not set lock/i.test(text)) {
    return new StoreError(
      'locked',
      `${path}: another process has the store open: ${holder ?? 'it cannot be told which'}. ` +
        'Stop that one, or choose another path in store.path: one process at a time writes a DuckDB file.',
      { cause: error }
    );
  }
  if (/not a valid DuckDB database file/i.test(text)) {
    return new StoreError(
      'not-a-store',
      `${path}: expected a DuckDB file, found something else. Move it away, or choose another path in store.path.`,
      { cause: error }
    );
  }
  if (/version number/i.test(text)) {
    return new StoreError(
      'newer-version',
      `${path}: another version of DuckDB wrote this file, and this one cannot read it. ` +
        'Start the Pneumograph that wrote it, or choose another path in store.path.',
      { cause: error }
    );
  }
  if (/permission denied|read-only|is a directory|cannot open file/i.test(text)) {
    return new StoreError(
      'no-access',
      `${path}: expected a file that this user may read and write; the system says: ${text}`,
      { cause: error }
    );
  }
  return new StoreError('failed', `${path}: the store cannot be opened: ${text}`, { cause: error });
}

/** What to do with a file that lacks or garbles a part of what was written to it; undefined where that is not the matter. */
export function damage(path: string, error: Error): StoreError | undefined {
  return /corrupt|checksum|read enough bytes|(de)?serializ/i.test(error.message)
    ? new StoreError(
        'damaged',
        `${path}: the file is damaged: ${error.message}. Move it away with its .wal, and restore the last backup ` +
          '(`pneumograph restore`): the sources are read on from where that ends, as far as they go back.',
        { cause: error }
      )
    : undefined;
}

/** Why nothing was written. */
export function failure(path: string, error: Error): StoreError {
  const torn = damage(path, error);
  if (torn !== undefined) {
    return torn;
  }
  const code = /no space left|disk quota|out of disk|could not write all bytes/i.test(error.message)
    ? 'full'
    : 'failed';
  const remedy = code === 'full' ? ' Make room on the disk; what was to be written is tried again.' : '';
  return new StoreError(code, `${path}: nothing was written: ${error.message}${remedy}`, { cause: error });
}
