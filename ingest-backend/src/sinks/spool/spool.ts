import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, truncate, writeFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { frame, readSegment, type Entry } from './segment.js';

export interface SpoolOptions {
  readonly folder: string;
  /** Bytes on disk that it may take; the newest batch is kept even where it is larger. */
  readonly size: number;
  /** Whether an entry is on disk, safe from a loss of power, once `append` resolves; else it is safe from a crash of the process. */
  readonly sync: boolean;
}

interface Segment {
  readonly path: string;
  /** Number of its first entry. */
  readonly first: number;
  /** Records of each entry from the first on. */
  readonly counts: number[];
  bytes: number;
  /** Records that are not delivered yet. */
  left: number;
}

interface Cursor {
  /** Number of the last entry that was delivered. */
  readonly delivered: number;
  /** Where the sink stood then. */
  readonly mark: unknown;
}

const LARGEST_SEGMENT = 8 * 2 ** 20;
const ENDING = '.spool';
const [ID, CURSOR] = ['id', 'cursor.json'];

/**
 * What a sink is still to be told, on disk: batches in their order, in files of which the oldest goes as a whole. An
 * entry is written before its batch is stored, and counts from `commit` on; one whose batch was not stored before the
 * process ended is dropped when the spool is opened, since its items will come again.
 */
export class Spool {
  #segments: Segment[] = [];
  #file: FileHandle | undefined;
  #id = '';
  #delivered = -1;
  #mark: unknown;
  #next = 0;
  #committed = -1;
  #turn: Promise<unknown> = Promise.resolve();
  /** Files that were found to be damaged when it was opened: what lay behind the damage is lost. */
  readonly damaged: string[] = [];

  constructor(private readonly options: SpoolOptions) {}

  /** Tells this spool from others, and from one that was made anew in its place. */
  async identify(): Promise<string> {
    const { folder } = this.options;
    await mkdir(folder, { recursive: true });
    const path = join(folder, ID);
    this.#id = await readFile(path, 'utf8').catch(() => '');
    if (this.#id === '') {
      this.#id = randomUUID();
      await writeFile(`${path}.new`, this.#id, { flush: true });
      await rename(`${path}.new`, path);
    }
    return this.#id;
  }

  /**
   * Finds what is there.
   * @param next the number of the next batch as the store has it: what is there from it on was not stored
   */
  async open(next: number): Promise<void> {
    const { folder } = this.options;
    const names = (await readdir(folder)).filter((name) => name.endsWith(ENDING)).sort();
    const cursor = await readFile(join(folder, CURSOR), 'utf8').catch(() => undefined);
    ({ delivered: this.#delivered, mark: this.#mark } = readCursor(cursor));
    for (const [index, name] of names.entries()) {
      await this.#take(join(folder, name), next, index === names.length - 1);
    }
    // A store that was put back to an earlier state will store again what was delivered: under new numbers.
    this.#next = Math.max(next, this.#delivered + 1);
    this.#committed = this.#next - 1;
    await this.#settle();
  }

  /** The number of the next batch, to be stored with it as the position behind it. */
  get next(): number {
    return this.#next;
  }

  /** Where the sink stood after what was delivered last. */
  get mark(): unknown {
    return this.#mark;
  }

  /** Number of the last entry that was delivered. */
  get delivered(): number {
    return this.#delivered;
  }

  /** Number of the last entry that is to be delivered. */
  get committed(): number {
    return this.#committed;
  }

  /** Records that wait. */
  get records(): number {
    return this.#segments.reduce((sum, { left }) => sum + left, 0);
  }

  /** Bytes on disk. */
  get bytes(): number {
    return this.#segments.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  get full(): boolean {
    return this.records > 0 && this.bytes >= this.options.size;
  }

  /** Writes the next batch's records. @throws where they cannot be written; nothing of them is there then */
  async append(text: Buffer, records: number): Promise<void> {
    const data = frame({ number: this.#next, records, text });
    await this.#inTurn(async () => {
      const segment = await this.#room(data.length);
      const file = this.#file as FileHandle;
      try {
        await file.appendFile(data);
        if (this.options.sync) {
          await file.datasync();
        }
      } catch (error) {
        await file.truncate(segment.bytes).catch(() => undefined);
        throw error;
      }
      segment.bytes += data.length;
      count(segment, this.#next, records);
      segment.left += records;
    });
  }

  /** The next batch is stored: what was appended for it, if anything, is to be delivered. */
  commit(): void {
    this.#committed = this.#next++;
  }

  /** Entries that are to be delivered, in their order, from the file that holds the first of them; empty where none is left. */
  read(): Promise<Entry[]> {
    return this.#inTurn(async () => {
      const segment = this.#segments.find(({ left }) => left > 0);
      if (segment === undefined) {
        return [];
      }
      const { entries } = await readSegment(segment.path);
      return entries.filter(({ number }) => number > this.#delivered && number <= this.#committed);
    });
  }

  /** Number of the first entry that is to be delivered; undefined where there is none. */
  get first(): number | undefined {
    for (const { first, counts, left } of this.#segments) {
      const from = Math.max(first, this.#delivered + 1);
      const found = left === 0 ? -1 : counts.findIndex((records, index) => records > 0 && first + index >= from);
      if (found >= 0) {
        return first + found <= this.#committed ? first + found : undefined;
      }
    }
    return undefined;
  }

  /**
   * Says that everything up to an entry is delivered, and lets go of the files that hold nothing else.
   * @param mark where the sink stands now
   */
  async deliver(number: number, mark: unknown): Promise<void> {
    await this.#inTurn(async () => {
      this.#mark = mark;
      this.#pass(number);
      await this.#settle();
    });
  }

  /** Drops the oldest files until it is within its bounds. @returns the number of records that nobody was told */
  async dropOldest(): Promise<number> {
    return this.#inTurn(async () => {
      const before = this.records;
      while (this.full && this.#segments.length > 1) {
        this.#pass(lastOf(this.#segments[0] as Segment));
        await this.#settle();
      }
      return before - this.records;
    });
  }

  async close(): Promise<void> {
    await this.#inTurn(() => this.#closeFile());
  }

  /** One after the other: files are written, read and deleted from different sides. */
  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(act);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  async #closeFile(): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
  }

  #pass(number: number): void {
    for (const segment of this.#segments) {
      const { first, counts } = segment;
      for (let at = Math.max(first, this.#delivered + 1); at <= Math.min(number, lastOf(segment)); at++) {
        segment.left -= counts[at - first] ?? 0;
      }
    }
    this.#delivered = Math.max(number, this.#delivered);
  }

  /** Keeps the cursor, then deletes the files that it has left behind. */
  async #settle(): Promise<void> {
    const last = this.#file === undefined ? undefined : this.#segments.at(-1);
    const done = this.#segments.filter((segment) => lastOf(segment) <= this.#delivered && segment !== last);
    const path = join(this.options.folder, CURSOR);
    const cursor: Cursor = { delivered: this.#delivered, mark: this.#mark };
    // A cursor that a loss of power takes back must not point into files that are gone.
    await writeFile(`${path}.new`, JSON.stringify(cursor), { flush: done.length > 0 });
    await rename(`${path}.new`, path);
    this.#segments = this.#segments.filter((segment) => !done.includes(segment));
    await Promise.all(done.map((segment) => rm(segment.path, { force: true })));
  }

  /** The file that the next entry goes to. */
  async #room(bytes: number): Promise<Segment> {
    const current = this.#segments.at(-1);
    const largest = Math.min(LARGEST_SEGMENT, this.options.size / 8);
    if (this.#file !== undefined && current !== undefined && current.bytes + bytes <= largest) {
      return current;
    }
    await this.#closeFile();
    const path = join(this.options.folder, String(this.#next).padStart(16, '0') + ENDING);
    this.#file = await open(path, 'w');
    const segment = { path, first: this.#next, counts: [], bytes: 0, left: 0 };
    this.#segments.push(segment);
    return segment;
  }

  /** Takes in a file of an earlier process. */
  async #take(path: string, next: number, newest: boolean): Promise<void> {
    const { entries, whole, size } = await readSegment(path);
    if (whole < size && !newest) {
      this.damaged.push(path);
    }
    const stored = entries.filter(({ number }) => number < next);
    const [first] = stored;
    if (first === undefined) {
      await rm(path);
      return;
    }
    const bytes = stored.reduce((sum, entry) => sum + frame(entry).length, 0);
    await truncate(path, bytes);
    const segment: Segment = { path, first: first.number, counts: [], bytes, left: 0 };
    for (const { number, records } of stored) {
      count(segment, number, records);
      segment.left += number > this.#delivered ? records : 0;
    }
    this.#segments.push(segment);
  }
}

function count({ first, counts }: Segment, number: number, records: number): void {
  while (counts.length < number - first) {
    counts.push(0);
  }
  counts.push(records);
}

function lastOf({ first, counts }: Segment): number {
  return first + counts.length - 1;
}

function readCursor(text: string | undefined): Cursor {
  try {
    return JSON.parse(text ?? '') as Cursor;
  } catch {
    // Lost with the power: what is still there is delivered again.
    return { delivered: -1, mark: undefined };
  }
}
