import { createReadStream } from 'node:fs';
import {
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  truncate,
  writeFile,
  type FileHandle,
} from 'node:fs/promises';
import { join } from 'node:path';
import { splitLines } from '../lines/index.js';
import { headerLine, readHeader, scanSegment, type GroupHeader } from './journal-format.js';

interface Segment {
  readonly first: number;
  readonly path: string;
}

interface Append {
  readonly header: GroupHeader;
  readonly text: string;
  readonly resolve: (offset: number) => void;
  readonly reject: (error: Error) => void;
}

/** A line as it is read again. */
export interface JournalLine {
  readonly offset: number;
  readonly text: string;
  /** Wall-clock milliseconds at which it came; undefined where an older version wrote it. */
  readonly arrival: number | undefined;
}

const SEGMENT_BYTES = 64 * 2 ** 20;
const ENDING = '.ndjson';
const KEYS = 'keys.json';
const MOST_KEYS = 10_000;

/**
 * An append-only log of lines on disk: what has come over HTTP is read from here after a crash, as it would be from
 * Kafka. Lines that come together are a group, with a line before them that says when they came: a group is on disk as
 * a whole or not at all. A line's offset is its number. Groups that come while one is being written go together in the
 * next write.
 */
export class Journal {
  /** What was answered under each key, oldest first. */
  readonly keys = new Map<string, GroupHeader>();
  #segments: Segment[] = [];
  #file: FileHandle | undefined;
  #bytes = 0;
  #next = 0;
  #waiting: Append[] = [];
  #working: Promise<void> | undefined;
  #trimmed: Promise<void> = Promise.resolve();
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
   * Finds what is there, cuts off a group that a crash tore.
   * @param atLeast the offset below which none is given again, even if the journal was deleted
   */
  async open(atLeast: number): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    await this.#readKeys();
    const names = (await readdir(this.folder)).filter((name) => /^\d{16}\.ndjson$/.test(name)).sort();
    this.#segments = names.map((name) => ({ first: parseInt(name, 10), path: join(this.folder, name) }));
    const last = this.#segments.at(-1);
    for (const { path, first } of this.#segments) {
      const { lines, whole } = await scanSegment(path, (header) => this.#remember(header));
      if (path === last?.path) {
        await truncate(path, whole);
        this.#next = first + lines;
      }
    }
    if (last === undefined || this.#next < atLeast) {
      this.#next = Math.max(this.#next, atLeast);
      await this.#begin();
    } else {
      this.#file = await open(last.path, 'a');
      this.#bytes = (await stat(last.path)).size;
    }
  }

  /** The lines from an offset on, as they were when the journal was opened. */
  async *read(from: number): AsyncIterable<JournalLine> {
    const end = this.#next;
    for (const [index, { first, path }] of [...this.#segments].entries()) {
      if ((this.#segments[index + 1]?.first ?? Infinity) <= from) {
        continue;
      }
      let offset = first;
      let arrival: number | undefined;
      for await (const text of splitLines(createReadStream(path))) {
        if (offset >= end) {
          return;
        }
        const header = readHeader(text);
        if (header !== undefined) {
          arrival = header.at;
        } else if (offset >= from) {
          yield { offset, text, arrival };
        }
        offset++;
      }
    }
  }

  /**
   * Appends a group of lines; resolves with the offset of the first once they are on disk.
   * @param text whole lines, each with its end, as many as the header says
   */
  async append(text: string, header: GroupHeader): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ text: headerLine(header) + text, header, resolve, reject });
      this.backlog += text.length;
      this.#working ??= this.#work().finally(() => (this.#working = undefined));
    });
  }

  /**
   * Deletes the files whose lines are all below an offset, one call after the other. What fails is left to the next
   * call: a disk that is out of order is told by what is appended.
   */
  async trim(below: number): Promise<void> {
    this.#trimmed = this.#trimmed.then(() => this.#trim(below)).catch(() => undefined);
    await this.#trimmed;
  }

  async close(): Promise<void> {
    await this.#working;
    await this.#trimmed;
    await this.#file?.close();
    this.#file = undefined;
  }

  async #trim(below: number): Promise<void> {
    if ((this.#segments[1]?.first ?? Infinity) <= below && this.keys.size > 0) {
      await this.#writeKeys();
    }
    while ((this.#segments[1]?.first ?? Infinity) <= below) {
      const segment = this.#segments.shift() as Segment;
      await rm(segment.path, { force: true });
    }
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
      for (const { text, header, resolve } of group) {
        this.#remember(header);
        resolve(this.#next + 1);
        this.#next += header.lines + 1;
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

  #remember(header: GroupHeader): void {
    if (header.key !== undefined) {
      this.keys.set(header.key, header);
      if (this.keys.size > MOST_KEYS) {
        this.keys.delete(this.keys.keys().next().value as string);
      }
    }
  }

  /** Keys outlive the files of their groups: a caller may ask again after these are gone. */
  async #writeKeys(): Promise<void> {
    const path = join(this.folder, KEYS);
    await writeFile(`${path}.new`, JSON.stringify([...this.keys.values()]), { flush: true });
    await rename(`${path}.new`, path);
  }

  async #readKeys(): Promise<void> {
    const text = await readFile(join(this.folder, KEYS), 'utf8').catch(() => '[]');
    (JSON.parse(text) as GroupHeader[]).forEach((header) => this.#remember(header));
  }
}
