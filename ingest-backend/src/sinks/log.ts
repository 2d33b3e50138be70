import { mkdir, open, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { toRecord, type ArchiveItem, type Sink } from '../archive/index.js';

export interface LogSinkOptions {
  readonly path: string;
  /** Bytes after which a new file is begun. */
  readonly size: number;
  /** How many full files are kept: `path.1` is the newest. */
  readonly keep: number;
}

/** Writes the archive stream into a file, one JSON object a line, and begins a new one when it is full. */
export class LogSink implements Sink {
  readonly name: string;
  #file: FileHandle | undefined;
  #bytes = 0;

  constructor(private readonly options: LogSinkOptions) {
    this.name = `log ${options.path}`;
  }

  async write(items: readonly ArchiveItem[]): Promise<void> {
    let text = '';
    for (const item of items) {
      text += JSON.stringify(toRecord(item)) + '\n';
    }
    const data = Buffer.from(text);
    const file = await this.#room(data.length);
    await file.appendFile(data);
    this.#bytes += data.length;
  }

  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
  }

  async #room(bytes: number): Promise<FileHandle> {
    if (this.#file !== undefined && this.#bytes > 0 && this.#bytes + bytes > this.options.size) {
      await this.close();
      await this.#rotate();
    }
    if (this.#file === undefined) {
      const { path } = this.options;
      await mkdir(dirname(path), { recursive: true });
      this.#file = await open(path, 'a');
      this.#bytes = (await stat(path)).size;
    }
    return this.#file;
  }

  async #rotate(): Promise<void> {
    const { path, keep } = this.options;
    await rm(`${path}.${keep}`, { force: true });
    for (let number = keep - 1; number >= 1; number--) {
      await rename(`${path}.${number}`, `${path}.${number + 1}`).catch(ignoreMissing);
    }
    await rename(path, `${path}.1`);
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') {
    throw error;
  }
}
