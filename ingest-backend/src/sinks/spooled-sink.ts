import { setTimeout as sleep } from 'node:timers/promises';
import { RecordReader, type ArchiveItem, type Partition, type Sink } from '../archive/index.js';
import { Spool, type SpoolOptions } from './spool/index.js';

export interface SpooledSinkOptions extends Pick<SpoolOptions, 'folder' | 'size'> {
  /** A sink that must miss nothing makes the sources wait where its spool is full; another one loses the oldest. */
  readonly required: boolean;
}

export interface SpooledSinkEvents {
  written(sink: string, records: number): void;
  failed(sink: string, error: Error): void;
  /** @param reason why nobody was told of them */
  dropped(sink: string, records: number, reason: string): void;
}

interface Batch {
  readonly number: number;
  readonly items: readonly ArchiveItem[];
}

/** Items that are kept in memory for a sink that keeps up; one that does not reads them from its spool. */
const MOST_IN_MEMORY = 20_000;
/** Items of one write. */
const MOST_AT_ONCE = 10_000;
const [FIRST_PAUSE, LONGEST_PAUSE] = [500, 15_000];
/** How long the end waits for a sink that still takes records. */
const LAST_MILLIS = 5_000;

/**
 * A sink behind its spool: every batch is on disk before the store has it, and waits there until the sink took it,
 * however long that is and however often the process ends meanwhile.
 */
export class SpooledSink {
  readonly #spool: Spool;
  readonly #reader = new RecordReader();
  #partition: Partition = { key: '' };
  /** The newest batches, without a gap up to the last one committed. */
  #memory: Batch[] = [];
  #prepared: readonly ArchiveItem[] = [];
  #opened = false;
  #ending = new AbortController();
  #wake: (() => void) | undefined;
  #waiters: Array<() => void> = [];
  #running: Promise<void> | undefined;
  #lost = 0;
  /** Why the sink takes nothing, or undefined. */
  failure: string | undefined;

  constructor(
    private readonly sink: Sink,
    private readonly options: SpooledSinkOptions,
    private readonly events: SpooledSinkEvents
  ) {
    this.#spool = new Spool({ folder: options.folder, size: options.size, sync: options.required });
  }

  get name(): string {
    return this.sink.name;
  }

  /** Finds what waits. @param positions as the store has them */
  async open(positions: ReadonlyMap<string, number>): Promise<void> {
    this.#partition = { key: `sink/${await this.#spool.identify()}` };
    await this.#spool.open(positions.get(this.#partition.key) ?? 0);
    for (const path of this.#spool.damaged) {
      this.events.dropped(this.name, 0, `${path} is damaged: records behind the damage are lost`);
    }
    this.#running = this.#run();
  }

  /** The sink's own log, and the position behind the next batch. */
  get position(): readonly [Partition, number] {
    return [this.#partition, this.#spool.next + 1];
  }

  get records(): number {
    return this.#spool.records;
  }

  get bytes(): number {
    return this.#spool.bytes;
  }

  get crowded(): boolean {
    return this.options.required && this.#spool.full;
  }

  /** In words, or undefined where all is well. */
  get problem(): string | undefined {
    if (this.failure === undefined) {
      return undefined;
    }
    const waiting = `${this.records} records wait in ${this.options.folder}`;
    const full = this.crowded ? ', which is full: sources wait' : this.#lost > 0 ? `, ${this.#lost} were dropped` : '';
    return `${this.failure} (${waiting}${full})`;
  }

  /** @throws where the sink must miss nothing, and the records cannot be put aside */
  async prepare(items: readonly ArchiveItem[], text: Buffer): Promise<void> {
    this.#prepared = [];
    if (items.length === 0) {
      return;
    }
    try {
      await this.#bound();
      await this.#spool.append(text, items.length);
      this.#prepared = items;
    } catch (error) {
      const reason = `${this.options.folder}: cannot be written: ${(error as Error).message}`;
      if (this.options.required) {
        throw new Error(`sink ${this.name}: ${reason}`, { cause: error });
      }
      this.#drop(items.length, reason);
    }
  }

  commit(): void {
    const number = this.#spool.next;
    this.#spool.commit();
    if (this.#prepared.length > 0) {
      this.#memory.push({ number, items: this.#prepared });
      if (this.#memory.reduce((sum, { items }) => sum + items.length, 0) > MOST_IN_MEMORY) {
        this.#memory = [];
      }
      this.#wake?.();
    }
  }

  async room(): Promise<void> {
    if (this.crowded) {
      await new Promise<void>((resolve) => this.#waiters.push(resolve));
    }
  }

  /** Lets a sink that takes records take what waits; the rest is told after the next start. */
  async close(): Promise<void> {
    const end = Date.now() + LAST_MILLIS;
    while (this.failure === undefined && this.#spool.first !== undefined && Date.now() < end) {
      await sleep(20);
    }
    this.#ending.abort();
    this.#wake?.();
    await this.#running;
    this.#release();
    await this.#spool.close();
    await this.sink.close();
  }

  async #run(): Promise<void> {
    const { signal } = this.#ending;
    let pause = FIRST_PAUSE;
    while (!signal.aborted) {
      try {
        const batches = await this.#next();
        if (batches.length > 0) {
          await this.#write(batches);
        } else {
          await this.#news();
        }
        this.failure = undefined;
        pause = FIRST_PAUSE;
      } catch (error) {
        this.failure = (error as Error).message;
        this.events.failed(this.name, error as Error);
        await this.#bound();
        await sleep(pause, undefined, { signal }).catch(() => undefined);
        pause = Math.min(2 * pause, LONGEST_PAUSE);
      }
    }
  }

  /** The oldest batches that wait. */
  async #next(): Promise<Batch[]> {
    await this.#bound();
    const { delivered } = this.#spool;
    this.#memory = this.#memory.filter(({ number }) => number > delivered);
    const [first] = this.#memory;
    const waiting = this.#spool.first;
    if (waiting === undefined) {
      return [];
    }
    if (first !== undefined && first.number <= waiting) {
      return this.#memory;
    }
    const entries = await this.#spool.read();
    return entries.map(({ number, text }) => ({ number, items: this.#readAll(text) }));
  }

  async #write(batches: readonly Batch[]): Promise<void> {
    if (!this.#opened) {
      await this.sink.open?.(this.#spool.mark);
      await this.#spool.deliver(this.#spool.delivered, this.sink.mark?.());
      this.#opened = true;
    }
    for (let at = 0; at < batches.length && !this.#ending.signal.aborted; ) {
      let items: ArchiveItem[] = [];
      let number = 0;
      do {
        const batch = batches[at++] as Batch;
        number = batch.number;
        items = items.length === 0 ? [...batch.items] : items.concat(batch.items);
      } while (at < batches.length && items.length + (batches[at] as Batch).items.length <= MOST_AT_ONCE);
      await this.sink.write(items);
      this.events.written(this.name, items.length);
      await this.#spool.deliver(number, this.sink.mark?.());
      this.#release();
      await this.#bound();
    }
  }

  #readAll(text: Buffer): ArchiveItem[] {
    const lines = text.toString('utf8').split('\n');
    lines.pop();
    return lines.map((line) => this.#reader.read(line));
  }

  /** Where nothing must wait for the sink, its oldest records go when they become too many. */
  async #bound(): Promise<void> {
    if (!this.options.required && this.#spool.full) {
      const dropped = await this.#spool.dropOldest();
      if (dropped > 0) {
        this.#drop(dropped, `${this.options.folder} is full`);
      }
    }
  }

  #drop(records: number, reason: string): void {
    this.#lost += records;
    this.events.dropped(this.name, records, reason);
  }

  async #news(): Promise<void> {
    if (this.#spool.first !== undefined || this.#ending.signal.aborted) {
      return;
    }
    await new Promise<void>((resolve) => (this.#wake = resolve));
    this.#wake = undefined;
  }

  #release(): void {
    if (!this.crowded || this.#ending.signal.aborted) {
      this.#waiters.splice(0).forEach((resolve) => resolve());
    }
  }
}
