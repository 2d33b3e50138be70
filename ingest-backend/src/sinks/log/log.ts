import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import { toRecord, type ArchiveItem, type Sink } from '../../archive/index.js';
import { packAll, shift } from './rotation.js';

export interface LogSinkOptions {
  readonly path: string;
  /** Bytes after which a new file is begun. */
  readonly size: number;
  /** Milliseconds: a file holds what came in one period of that length since the epoch; undefined for no such bound. */
  readonly every?: number | undefined;
  /** How many full files are kept: `path.1` is the newest. */
  readonly keep: number;
  /** Whether full files are packed, as `path.1.gz`. */
  readonly gzip: boolean;
  /**
   * When what was written is safe from a loss of power: never by our doing, before a batch counts as written, or some
   * time after. A crash of the process loses nothing in any case.
   */
  readonly fsync: 'none' | 'batch' | 'interval';
  /** Milliseconds of the interval; default 1000. */
  readonly interval?: number;
  /** The present, in milliseconds. */
  readonly clock?: () => number;
}

/** Where a log stands: the length of its file, and what this is known by: the checksum of its last bytes, or its inode. */
interface Mark {
  readonly inode: number;
  readonly bytes: number;
  readonly tail: number;
  readonly crc: number;
}

const LONGEST_TAIL = 1024;

/** Writes the archive stream into a file, one JSON object a line, and begins a new one when it is full or its time is over. */
export class LogSink implements Sink {
  readonly name: string;
  #file: FileHandle | undefined;
  #inode = 0;
  #bytes = 0;
  #writtenAt = 0;
  #syncedAt = 0;
  #packing: Promise<void> = Promise.resolve();
  #mark: Mark | undefined;
  /** Whether there may be full files that are not packed. */
  #rotated = true;

  constructor(private readonly options: LogSinkOptions) {
    this.name = `log ${options.path}`;
  }

  /** Takes back what was written after the mark: it is written again. */
  async open(told: unknown): Promise<void> {
    const mark = told as Mark | undefined;
    const file = await this.#open();
    const since = mark === undefined ? this.#bytes : await this.#place(mark);
    if (since < this.#bytes) {
      await file.truncate(since);
      this.#bytes = since;
    }
    this.#mark = await this.#markAt(this.options.path);
  }

  async write(items: readonly ArchiveItem[]): Promise<void> {
    const { fsync, interval = 1000, clock = Date.now } = this.options;
    this.#pack();
    let text = '';
    for (const item of items) {
      text += JSON.stringify(toRecord(item)) + '\n';
    }
    const data = Buffer.from(text);
    const file = await this.#room(data.length);
    try {
      await file.appendFile(data);
    } catch (error) {
      // Half a line must not stand before the next one.
      await file.truncate(this.#bytes).catch(() => undefined);
      throw error;
    }
    this.#bytes += data.length;
    this.#mark = this.#markOf(data.subarray(-LONGEST_TAIL));
    this.#writtenAt = clock();
    if (fsync === 'batch' || (fsync === 'interval' && this.#writtenAt - this.#syncedAt >= interval)) {
      await file.datasync();
      this.#syncedAt = this.#writtenAt;
    }
  }

  mark(): unknown {
    return this.#mark;
  }

  async close(): Promise<void> {
    if (this.options.fsync !== 'none') {
      await this.#file?.datasync();
    }
    await this.#closeFile();
    await this.#packing;
  }

  #markOf(tail: Buffer): Mark {
    return { inode: this.#inode, bytes: this.#bytes, tail: tail.length, crc: crc32(tail) };
  }

  async #markAt(path: string): Promise<Mark> {
    return this.#markOf((await readTail(path, this.#bytes, Math.min(this.#bytes, LONGEST_TAIL))) ?? Buffer.alloc(0));
  }

  /** The length of the file at the mark. What does not fit the mark is left as it is. */
  async #place(mark: Mark): Promise<number> {
    const { path } = this.options;
    if (mark.bytes === 0 ? mark.inode === this.#inode : await fits(path, mark)) {
      return mark.bytes;
    }
    // One file at most was begun since, and the one before is not packed until the next write.
    return mark.bytes > 0 && (await fits(`${path}.1`, mark)) ? 0 : this.#bytes;
  }

  /** The file, with room for so many bytes more. */
  async #room(bytes: number): Promise<FileHandle> {
    const { path, keep } = this.options;
    const file = await this.#open();
    if (this.#bytes === 0 || (this.#bytes + bytes <= this.options.size && !this.#isOver())) {
      return file;
    }
    if (this.options.fsync !== 'none') {
      await file.datasync();
    }
    await this.#closeFile();
    await this.#packing;
    await shift(path, keep);
    this.#rotated = true;
    return this.#open();
  }

  /** Whether the time of the file ended, by when it was written to last. */
  #isOver(): boolean {
    const { every, clock = Date.now } = this.options;
    return every !== undefined && Math.floor(this.#writtenAt / every) !== Math.floor(clock() / every);
  }

  async #open(): Promise<FileHandle> {
    if (this.#file === undefined) {
      const { path } = this.options;
      await mkdir(dirname(path), { recursive: true });
      this.#file = await open(path, 'a');
      const { size, ino, mtimeMs } = await this.#file.stat();
      [this.#bytes, this.#inode, this.#writtenAt] = [size, ino, mtimeMs];
    }
    return this.#file;
  }

  async #closeFile(): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
  }

  #pack(): void {
    if (this.options.gzip && this.#rotated) {
      this.#rotated = false;
      // Packed at the next occasion where it fails now.
      this.#packing = this.#packing.then(() => packAll(this.options.path)).catch(() => undefined);
    }
  }
}

/** Whether the file has, up to the mark, what it had then. */
async function fits(path: string, { bytes, tail, crc }: Mark): Promise<boolean> {
  const found = await readTail(path, bytes, tail);
  return found !== undefined && crc32(found) === crc;
}

/** So many bytes before a place in a file; undefined where there are none. */
async function readTail(path: string, end: number, length: number): Promise<Buffer | undefined> {
  const file = await open(path, 'r').catch(() => undefined);
  try {
    const found = await file?.read(Buffer.alloc(length), 0, length, end - length);
    return found?.bytesRead === length ? found.buffer : undefined;
  } finally {
    await file?.close();
  }
}
