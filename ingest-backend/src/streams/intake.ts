import type { Logger } from 'pino';
import type { Archiver, Partition } from '../archive/index.js';
import { BoundedLog, type SelfMetrics } from '../selfmetrics/index.js';
import { Log, type Receiver } from '../sources/index.js';
import { Bad } from './bad.js';
import { endsInQuotes, readHeader, type CsvRows } from './csv.js';
import type { Decoder } from './decoder.js';
import { streamKey, streamName, type RecordConsumer, type StreamAddress, type StreamRecord } from './records.js';

export interface StreamIntakeOptions {
  readonly stream: StreamAddress;
  readonly decoder: Decoder;
  readonly consumer: RecordConsumer;
  /** Position of each partition, as the store says at the start. */
  readonly positions: ReadonlyMap<string, number>;
  readonly metrics: SelfMetrics;
  readonly log: Logger;
}

interface Taken {
  readonly value: unknown;
  readonly key: string | undefined;
}

/** A row of CSV whose quoted field goes on in the next line. */
interface OpenRow {
  readonly offset: number;
  readonly arrival: number;
  readonly text: string;
}

/** Records of a partition that may wait for those of slower ones. */
const FAR_AHEAD = 20_000;
/** Lines of one row. */
const LONGEST_ROW = 2 ** 20;

/**
 * Where the source of one stream hands in what it reads: decodes records, merges the partitions in the order of log
 * time, and knows how far each has been read and from where it must be read again.
 */
export class StreamIntake implements Receiver {
  readonly takesBytes = true;
  readonly name: string;
  readonly #partitions = new Map<string, Partition>();
  readonly #log: Log<Taken>;
  readonly #next = new Map<Partition, number>();
  readonly #assigned = new Set<Partition>();
  readonly #headers = new Map<Partition, CsvRows>();
  readonly #open = new Map<Partition, OpenRow>();
  readonly #stored: Map<string, number>;
  readonly #bounded: BoundedLog;
  #ready: StreamRecord[] = [];
  #reached = -Infinity;
  #archiver: Pick<Archiver, 'touch' | 'room' | 'crowded'> | undefined;

  constructor(private readonly options: StreamIntakeOptions) {
    this.name = `stream ${streamName(options.stream)}`;
    this.#stored = new Map(options.positions);
    this.#bounded = new BoundedLog(options.log);
    this.#log = new Log<Taken>(({ message, partition, offset, arrival }) => {
      const time = arrival * 1000;
      if (message.value instanceof Bad) {
        if (!Number.isFinite(time)) {
          return; // Before the first record that says its time: a moment to count it at is not known.
        }
        this.#flush();
        const { reason, detail } = message.value;
        options.consumer.bad(options.stream, { partition, offset, reason, detail, time });
      } else {
        this.#ready.push({ value: message.value, key: message.key, time, partition, offset });
      }
    });
  }

  attach(archiver: Pick<Archiver, 'touch' | 'room' | 'crowded'>): void {
    this.#archiver = archiver;
  }

  get crowded(): boolean {
    const { consumer, stream } = this.options;
    return this.#archiver?.crowded === true || consumer.crowded?.(stream) === true;
  }

  async room(): Promise<void> {
    const { consumer, stream } = this.options;
    await Promise.all([this.#archiver?.room(), consumer.room?.(stream)]);
  }

  /** Two streams may come from one topic or file: each has positions of its own. */
  partition(key: string): Partition {
    let partition = this.#partitions.get(key);
    if (partition === undefined) {
      partition = { key: `stream/${streamKey(this.options.stream)}/${key}` };
      this.#partitions.set(key, partition);
    }
    return partition;
  }

  assign(partition: Partition): void {
    this.#log.add(partition);
    this.#assigned.add(partition);
  }

  startAt(partition: Partition, offset: number): number {
    this.release(partition);
    this.assign(partition);
    this.#next.set(partition, offset);
    return offset;
  }

  release(partition: Partition): void {
    if (this.#assigned.delete(partition)) {
      this.#log.remove(partition, Date.now());
      this.#flush();
      this.options.consumer.forget(partition);
    }
    this.#next.delete(partition);
    this.#open.delete(partition);
    this.options.metrics.lag.remove({ partition: partition.key });
  }

  resumeAt(partition: Partition): number | undefined {
    return this.#next.get(partition) ?? this.#stored.get(partition.key);
  }

  /** Takes the line of a file or body that names the columns. @throws Error where it cannot be one */
  header(partition: Partition, line: string): void {
    this.#headers.set(partition, this.options.decoder.rows(readHeader(line)));
  }

  takeRaw(
    _source: string,
    partition: Partition,
    offset: number,
    content: string | Buffer,
    arrival = Date.now(),
    key?: Buffer | null
  ): void {
    if (offset < (this.resumeAt(partition) ?? 0) && !this.#open.has(partition)) {
      return;
    }
    this.#next.set(partition, offset + 1);
    const row = this.options.decoder.isCsv ? this.#wholeRow(partition, offset, content, arrival) : undefined;
    if (row === null) {
      return;
    }
    const { text = content, offset: at = offset, arrival: since = arrival } = row ?? {};
    this.#push(partition, at, this.options.decoder.decode(text, this.#headers.get(partition)), since, key);
  }

  /** Takes in what was decoded already: a value or what is bad about it. */
  takeDecoded(partition: Partition, offset: number, value: unknown, arrival = Date.now()): void {
    if (offset >= (this.resumeAt(partition) ?? 0)) {
      this.#next.set(partition, offset + 1);
      this.#push(partition, offset, value, arrival);
    }
  }

  readTo(_source: string, partition: Partition, next: number, lag: number): void {
    if (next > (this.#next.get(partition) ?? -1)) {
      this.#next.set(partition, next);
    }
    this.options.metrics.lag.set({ partition: partition.key }, lag);
    this.advance(Date.now());
    this.#archiver?.touch();
  }

  completeTo(partition: Partition, upTo: number | 'now'): void {
    // Where records say themselves when they came, the clock tells nothing of what comes next.
    if (this.#assigned.has(partition) && !(upTo === 'now' && this.options.decoder.hasTimes)) {
      this.#log.complete(partition, upTo);
      this.advance(Date.now());
    }
  }

  isAhead(partition: Partition): boolean {
    return this.#log.queued(partition) > FAR_AHEAD;
  }

  /** Goes on by the clock though nothing was read. @param now wall clock in milliseconds */
  advance(now: number): void {
    this.#log.advance(now);
    this.#flush();
    const reached = Math.min(this.#log.reached(now), now);
    if (Number.isFinite(reached) && this.#log.size > 0 && reached > this.#reached) {
      this.#reached = reached;
      this.options.consumer.reached(this.options.stream, reached * 1000);
    }
  }

  /**
   * For each partition the offset from which it has to be read again after a crash.
   * @param needed the oldest offset that the consumer's state still needs
   */
  positions(needed: ReadonlyMap<Partition, number>): Map<Partition, number> {
    const positions = new Map<Partition, number>();
    for (const partition of this.#assigned) {
      const next = this.#next.get(partition);
      if (next !== undefined) {
        const waiting = this.#log.waiting(partition) ?? Infinity;
        const open = this.#open.get(partition)?.offset ?? Infinity;
        positions.set(partition, Math.min(next, waiting, open, needed.get(partition) ?? Infinity));
      }
    }
    return positions;
  }

  stored(positions: ReadonlyMap<string, number>): void {
    positions.forEach((position, key) => this.#stored.set(key, position));
  }

  /** The row that ends with this line; null where it goes on. */
  #wholeRow(partition: Partition, offset: number, content: string | Buffer, arrival: number): OpenRow | null {
    const line = content.toString();
    const begun = this.#open.get(partition);
    const row = begun === undefined ? { offset, arrival, text: line } : { ...begun, text: `${begun.text}\n${line}` };
    if (endsInQuotes(line, begun !== undefined) && row.text.length < LONGEST_ROW) {
      this.#open.set(partition, row);
      return null;
    }
    this.#open.delete(partition);
    return row;
  }

  #push(partition: Partition, offset: number, value: unknown, arrival: number, key?: Buffer | null): void {
    const { stream, metrics, decoder } = this.options;
    if (decoder.hasTimes && !(value instanceof Bad)) {
      const time = decoder.timeOf(value);
      [value, arrival] = time instanceof Bad ? [time, -Infinity] : [value, time];
    }
    if (value instanceof Bad) {
      metrics.recordsBad.inc({ stream: streamName(stream), reason: value.reason });
      const place = { stream: streamName(stream), partition: partition.key, offset };
      this.#bounded.warn(`${this.name} ${value.reason}`, { ...place, reason: value.detail }, 'record cannot be read');
    }
    const message = { value, key: key?.toString() };
    this.#log.push({ message, partition, offset, arrival }, Date.now());
  }

  #flush(): void {
    if (this.#ready.length > 0) {
      const records = this.#ready;
      this.#ready = [];
      this.options.metrics.recordsRead.inc({ stream: streamName(this.options.stream) }, records.length);
      this.options.consumer.take(this.options.stream, records);
    }
  }
}
