import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rm, stat, truncate, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { splitLines } from '../lines/index.js';

interface Segment {
  readonly first: number;
  readonly path: string;
}

interface Append {
  readonly text: string;
  readonly lines: number;
  readonly resolve: (offset: number) => void;
  readonly reject: (error: Error) => void;
}

const SEGMENT_BYTES = 64 * 2 ** 20;
const ENDING = '.ndjson';

/**
 * An append-only log of lines on disk: what has come over HTTP is read from here after a crash, as it would be from
 * Kafka. A line's offset is its number. Appends that come while one is being written to disk go together in the next.
 */
export class Journal {
  #segments: Segment[] = [];
  #file: FileHandle | undefined;
  #bytes = 0;
  #next = 0;
  #waiting: Append[] = [];
  #working: Promise<void> | undefined;
  /** Bytes that wait to be written. */
  backlog = 0;

  /** @param segmentBytes size after which a new file is begun; old files go as a whole */
  constructor(
    private readonly folder: string,
    private readonly segmentBytes = SEGMENT_BYTES
  ) {}

  /** The offset of the next line. */
  get next(): number {
    return this.#next;
  }

  /**
   * Finds what is there, cuts off a line that a crash tore.
   * @param atLeast the offset below which none is given again, even if the journal was deleted
   */
  async open(atLeast: number): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    const names = (await readdir(this.folder)).filter((name) => /^\d{16}\.ndjson$/.test(name)).sort();
    this.#segments = names.map((name) => ({ first: parseInt(name, 10), path: join(this.folder, name) }));
    const last = this.#segments.at(-1);
    this.#next = last === undefined ? 0 : last.first + (await repair(last.path));
    if (last === undefined || this.#next < atLeast) {
      this.#next = Math.max(this.#next, atLeast);
      await this.#begin();
    } else {
      this.#file = await open(last.path, 'a');
      this.#bytes = (await stat(last.path)).size;
    }
  }

  /** The lines from an offset on, as they were when the journal was opened. */
  async *read(from: number): AsyncIterable<{ offset: number; text: string }> {
    const end = this.#next;
    for (const [index, { first, path }] of [...this.#segments].entries()) {
      if ((this.#segments[index + 1]?.first ?? Infinity) <= from) {
        continue;
      }
      let offset = first;
      for await (const text of splitLines(createReadStream(path))) {
        if (offset >= end) {
          return;
        }
        if (offset >= from) {
          yield { offset, text };
        }
        offset++;
      }
    }
  }

  /**
   * Appends lines; resolves with the offset of the first once they are on disk.
   * @param text whole lines, each with its end
   */
  async append(text: string, lines: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ text, lines, resolve, reject });
      this.backlog += text.length;
      this.#working ??= this.#work().finally(() => (this.#working = undefined));
    });
  }

  /** Deletes the files whose lines are all below an offset. */
  async trim(below: number): Promise<void> {
    while ((this.#segments[1]?.first ?? Infinity) <= below) {
      const segment = this.#segments.shift() as Segment;
      await rm(segment.path, { force: true });
    }
  }

  async close(): Promise<void> {
    await this.#working;
    await this.#file?.close();
    this.#file = undefined;
  }

  async #work(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#waiting;
      this.#waiting = [];
      const data = Buffer.from(group.map(({ text }) => text).join(''));
      try {
        if (this.#bytes >= this.segmentBytes) {
          await this.#begin();
        }
        await this.#write(data);
      } catch (error) {
        group.forEach(({ text, reject }) => {
          this.backlog -= text.length;
          reject(error as Error);
        });
        continue;
      }
      for (const { text, lines, resolve } of group) {
        resolve(this.#next);
        this.#next += lines;
        this.backlog -= text.length;
      }
    }
  }

  async #write(data: Buffer): Promise<void> {
    if (this.#file === undefined) {
      throw new Error('the journal is closed');
    }
    try {
      await this.#file.writeFile(data);
      await this.#file.datasync();
      this.#bytes += data.length;
    } catch (error) {
      // What was written of a group that failed must not stand before the next one.
      await this.#file.truncate(this.#bytes).catch(() => undefined);
      throw error;
    }
  }

  async #begin(): Promise<void> {
    await this.#file?.close();
    const path = join(this.folder, String(this.#next).padStart(16, '0') + ENDING);
    this.#file = await open(path, 'a');
    this.#bytes = 0;
    this.#segments.push({ first: this.#next, path });
  }
}

/** Cuts off what follows the last line's end; returns the number of lines. */
async function repair(path: string): Promise<number> {
  let [lines, size, whole] = [0, 0, 0];
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) {
      lines++;
      whole = size + at + 1;
    }
    size += chunk.length;
  }
  if (whole < size) {
    await truncate(path, whole);
  }
  return lines;
}
