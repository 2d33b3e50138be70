import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Partition } from '../archive/index.js';
import type { Receiver } from './receiver.js';
import type { Source } from './source.js';

export interface FileOptions {
  readonly path: string;
  /** Whether to wait for more at the end, and for a new file in its place. */
  readonly follow: boolean;
  readonly name?: string;
  /** Whether lines are handed in byte by byte, blank ones too, rather than as messages. */
  readonly exact?: boolean;
  /** Told the first line of each file that is read, also where reading resumes behind it; it is no message then. */
  readonly header?: ((partition: Partition, line: string) => void) | undefined;
}

const CHUNK = 1 << 20;
const POLL_MILLIS = 250;
const LONGEST_LINE = 16 * 2 ** 20;
const LONGEST_HEADER = 2 ** 20;
/** What tells one file from the next at the same path: the start of its first line. */
const FINGERPRINT = 1024;

/** Messages in a file, one a line. An offset is a line's first byte; a file put in the place of another is a new one. */
export class FileSource implements Source {
  readonly name: string;
  problem: string | undefined = 'not read yet';
  #stopping = new AbortController();
  #reading: Promise<void> = Promise.resolve();

  constructor(
    private readonly options: FileOptions,
    private readonly intake: Receiver,
    private readonly log: Logger
  ) {
    this.name = options.name ?? `file ${options.path}`;
  }

  start(): Promise<void> {
    this.#reading = this.#run();
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#reading;
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      try {
        await this.#readFile();
        this.problem = undefined;
      } catch (error) {
        const { message } = error as Error;
        if (this.problem !== message) {
          this.log.error({ source: this.name, error: message }, 'file cannot be read');
        }
        this.problem = message;
      }
      if (!this.options.follow && this.problem === undefined) {
        return;
      }
      await this.#pause();
    }
  }

  /** Reads one file to its end, and what is appended to it, until another stands in its place. */
  async #readFile(): Promise<void> {
    const file = await open(this.options.path);
    try {
      const fingerprint = await this.#fingerprint(file);
      if (fingerprint === undefined) {
        return;
      }
      const partition = this.intake.partition(`file/${this.options.path}#${fingerprint}`);
      let position = this.intake.resumeAt(partition) ?? 0;
      this.intake.assign(partition);
      this.intake.completeTo(partition, 'now');
      if (this.options.header !== undefined) {
        const { text, end } = await this.#firstLine(file);
        this.options.header(partition, text);
        position = Math.max(position, end);
      }
      this.problem = undefined;
      for (;;) {
        position = await this.#readLines(file, partition, position);
        if (!this.options.follow && !this.#stopping.signal.aborted) {
          // Nothing comes after the end: what waits for neighbours need wait no longer.
          this.intake.completeTo(partition, Infinity);
          return;
        }
        if (this.#stopping.signal.aborted || (await this.#replaced(fingerprint))) {
          return;
        }
        await this.#pause();
      }
    } finally {
      await file.close();
    }
  }

  async #readLines(file: FileHandle, partition: Partition, from: number): Promise<number> {
    const { size } = await file.stat();
    let position = from;
    let rest = Buffer.alloc(0);
    while (!this.#stopping.signal.aborted) {
      const buffer = Buffer.allocUnsafe(CHUNK);
      const { bytesRead } = await file.read(buffer, 0, CHUNK, position + rest.length);
      const atEnd = bytesRead === 0;
      const data = Buffer.concat([rest, buffer.subarray(0, bytesRead)]);
      // A file that is not followed may end without a line's end; one that is followed is still being written.
      const lines = atEnd && !this.options.follow ? data.length : data.lastIndexOf(10) + 1;
      this.#takeLines(partition, position, data.subarray(0, lines));
      position += lines;
      rest = data.subarray(lines);
      if (rest.length > LONGEST_LINE) {
        throw new Error(`line at byte ${position}: expected at most ${LONGEST_LINE} bytes`);
      }
      this.intake.readTo(this.name, partition, position, Math.max(0, size - position - rest.length));
      if (atEnd) {
        break;
      }
      await this.intake.room();
    }
    return position;
  }

  #takeLines(partition: Partition, from: number, data: Buffer): void {
    for (let start = 0; start < data.length;) {
      const end = data.indexOf(10, start);
      const stop = end < 0 ? data.length : end;
      const line = this.#lineOf(data, start, stop);
      if (line !== '') {
        this.intake.takeRaw(this.name, partition, from + start, line);
      }
      start = stop + 1;
    }
  }

  #lineOf(data: Buffer, start: number, stop: number): string | Buffer {
    if (this.options.exact) {
      return data.subarray(start, stop > start && data[stop - 1] === 13 ? stop - 1 : stop);
    }
    return data.toString('utf8', start, stop).trim();
  }

  /** Reads the line that names the columns, and where the next one begins. */
  async #firstLine(file: FileHandle): Promise<{ text: string; end: number }> {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(LONGEST_HEADER), 0, LONGEST_HEADER, 0);
    const data = buffer.subarray(0, bytesRead);
    const end = data.indexOf(10);
    if (end < 0 && (this.options.follow || bytesRead === LONGEST_HEADER)) {
      throw new Error(`first line: expected a line of at most ${LONGEST_HEADER} bytes`);
    }
    const text = data.toString('utf8', 0, end < 0 ? bytesRead : end).replace(/^\uFEFF/, '');
    return { text: text.replace(/\r$/, ''), end: end < 0 ? bytesRead : end + 1 };
  }

  /** Undefined where the file has no whole line yet. */
  async #fingerprint(file: FileHandle): Promise<string | undefined> {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(FINGERPRINT), 0, FINGERPRINT, 0);
    const start = buffer.subarray(0, bytesRead);
    const end = start.indexOf(10);
    if (end < 0 && bytesRead < FINGERPRINT && this.options.follow) {
      return undefined;
    }
    const line = end < 0 ? start : start.subarray(0, end);
    return `${basename(this.options.path)}-${createHash('sha256').update(line).digest('hex').slice(0, 16)}`;
  }

  async #replaced(fingerprint: string): Promise<boolean> {
    const file = await open(this.options.path).catch(() => undefined);
    if (file === undefined) {
      return false;
    }
    try {
      const current = await this.#fingerprint(file);
      return current !== undefined && current !== fingerprint;
    } finally {
      await file.close();
    }
  }

  async #pause(): Promise<void> {
    await sleep(POLL_MILLIS, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
  }
}
