import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import type { Archiver, Partition } from '../archive/index.js';
import type { SelfMetrics } from '../selfmetrics/index.js';
import { FileSource, Journal, kafkaClient, KafkaSource, type Source, type Stored } from '../sources/index.js';
import { Decoder } from './decoder.js';
import { HttpStream } from './http.js';
import { StreamIntake } from './intake.js';
import { streamKey, streamName, type RecordConsumer, type StreamAddress } from './records.js';
import type { ResolvedStream } from './resolve.js';

export interface StreamsOptions {
  readonly streams: readonly ResolvedStream[];
  readonly consumer: RecordConsumer;
  readonly store: Stored;
  /** Position of each partition, as the store says at the start. */
  readonly positions: ReadonlyMap<string, number>;
  /** Whether topics are read as a whole, whoever else reads them, see `KafkaOptions`; as a member of a group, if left out. */
  readonly alone?: boolean;
  /** What the journals of records over HTTP begin their paths with. */
  readonly journals: string;
  readonly metrics: SelfMetrics;
  readonly log: Logger;
}

/** A broker stamps a record before it shows it; a busy one a while before. Seen too late, the record would have another time. */
const VISIBLE_MILLIS = 1000;

/** The record streams that are read: each has a source, an intake, and positions of its own. */
export class Streams {
  readonly sources: readonly Source[];
  readonly #intakes: StreamIntake[] = [];
  readonly #http = new Map<string, HttpStream>();

  constructor(private readonly options: StreamsOptions) {
    this.sources = options.streams.map((stream) => this.#create(stream));
  }

  attach(archiver: Pick<Archiver, 'touch' | 'room' | 'crowded'>): void {
    this.#intakes.forEach((intake) => intake.attach(archiver));
  }

  /** What takes the records of a stream over HTTP; undefined where no such stream is configured. */
  http(address: StreamAddress): HttpStream | undefined {
    return this.#http.get(streamKey(address));
  }

  /** Goes on by the clock though nothing was read. @param now wall clock in milliseconds */
  advance(now: number): void {
    this.#intakes.forEach((intake) => intake.advance(now));
  }

  /**
   * For each partition the offset from which it has to be read again after a crash.
   * @param needed the oldest offset that the consumer's state still needs
   */
  positions(needed: ReadonlyMap<Partition, number>): Map<Partition, number> {
    return new Map(this.#intakes.flatMap((intake) => [...intake.positions(needed)]));
  }

  /** Told of positions that the store has taken. */
  stored(positions: ReadonlyMap<string, number>): void {
    this.#intakes.forEach((intake) => intake.stored(positions));
  }

  #create({ address, format, stream }: ResolvedStream): Source {
    const { consumer, positions, metrics, log, store, journals, alone = false } = this.options;
    const decoder = new Decoder(format);
    const intake = new StreamIntake({ stream: address, decoder, consumer, positions, metrics, log });
    this.#intakes.push(intake);
    switch (stream.kind) {
      case 'kafka': {
        const { topic, groupId = `pneumograph ${streamName(address)}` } = stream;
        const read = { topic, groupId, name: intake.name, independent: true, alone, visibleAfter: VISIBLE_MILLIS };
        return new KafkaSource({ client: kafkaClient(stream), ...read }, intake, store, metrics, log);
      }
      case 'file': {
        const header = decoder.hasHeader ? intake.header.bind(intake) : undefined;
        return new FileSource({ ...stream, name: intake.name, exact: true, header }, intake, log);
      }
      case 'http': {
        const source = new HttpStream(intake, decoder, new Journal(`${journals}.stream-${digest(address)}.journal`));
        this.#http.set(streamKey(address), source);
        return source;
      }
    }
  }
}

/** A stream as it may stand in a file's name. */
function digest(address: StreamAddress): string {
  return createHash('sha256').update(streamKey(address)).digest('hex').slice(0, 12);
}
