import { flux } from '@influxdata/influxdb-client';
import type { Micros } from '@pneumograph/contract';
import type { Batch, Mapping, Partition, Series } from '../../archive/index.js';
import { wellFormed } from '../names.js';
import type { SeriesInfo } from '../store.js';
import { filter, source } from './connection.js';
import { readLate } from './late.js';
import type { Place } from './place.js';
import { cleanSeries, keyOf, lineKey, seriesOf, type Layout } from './series.js';
import { readHeard, readMappings, readPartitions, readSettled, type Heard, type PartitionState } from './state.js';

/** A series that the writer has met. */
export interface KnownSeries {
  readonly info: SeriesInfo;
  readonly key: string;
  /** Measurement and tags, as a line begins with. */
  readonly line: string;
  /** Time of the newest point; −∞ before the first. */
  newest: Micros;
}

const IDS = 2 ** 15;

/** What the writer knows of what is stored, so that it need not ask; loaded before the first write and after a failure. */
export class Memory {
  readonly series = new Map<string, KnownSeries>();
  #byIdentity = new WeakMap<Series, KnownSeries>();
  readonly partitions = new Map<string, PartitionState>();
  readonly #ids = new Set<number>();
  heard = new Map<string, Heard>();
  settled = new Map<string, Micros>();
  readonly mappings: Mapping[] = [];
  readonly #mappingKeys = new Set<string>();
  readonly #mapped = new Set<string>();
  readonly #late = new Map<string, number>();

  constructor(private readonly layout: Layout) {}

  resolve(series: Series): KnownSeries {
    let known = this.#byIdentity.get(series);
    if (known === undefined) {
      known = this.meet(cleanSeries(series));
      this.#byIdentity.set(series, known);
    }
    return known;
  }

  meet(info: SeriesInfo): KnownSeries {
    const key = keyOf(info);
    let known = this.series.get(key);
    if (known === undefined) {
      known = { info, key, line: lineKey(info, this.layout), newest: -Infinity };
      this.series.set(key, known);
    }
    return known;
  }

  /** Forgets series that are stored no more. */
  forget(gone: readonly KnownSeries[]): void {
    gone.forEach(({ key }) => this.series.delete(key));
    this.#byIdentity = new WeakMap();
  }

  /** @param created takes the partition where it has to be written before what names it */
  partition({ key: told }: Partition, created: PartitionState[]): PartitionState {
    const key = wellFormed(told);
    let partition = this.partitions.get(key);
    if (partition === undefined) {
      // By the key's content, so that processes that start at once on one store do not choose the same.
      let id = hash(key) % IDS;
      while (this.#ids.has(id)) {
        id = (id + 1) % IDS;
      }
      partition = this.restorePartition({ key, id, position: undefined });
      created.push(partition);
    }
    return partition;
  }

  /** Finds out what partitions others have met, before numbers are given to those that nobody has. */
  async learnPartitions(place: Place, { items, positions }: Batch): Promise<void> {
    const met = [...positions.keys(), ...items.flatMap((item) => ('partition' in item ? [item.partition] : []))];
    if (met.some(({ key }) => !this.partitions.has(wellFormed(key)))) {
      for (const partition of await readPartitions(place)) {
        if (!this.partitions.has(partition.key)) {
          this.restorePartition(partition);
        }
      }
    }
  }

  restorePartition(partition: PartitionState): PartitionState {
    this.partitions.set(partition.key, partition);
    this.#ids.add(partition.id);
    return partition;
  }

  knows(mapping: Mapping): boolean {
    return this.#mappingKeys.has(JSON.stringify(mapping));
  }

  /** Whether a mapping of this engine was ever told. */
  isMapped(engine: string): boolean {
    return this.#mapped.has(engine);
  }

  addMapping(mapping: Mapping): void {
    this.#mappingKeys.add(JSON.stringify(mapping));
    this.#mapped.add(mapping.engine);
    this.mappings.push(mapping);
  }

  /** The series of an engine that was shown under one of its own names. */
  own(names: readonly string[]): KnownSeries[] {
    return [...this.series.values()].filter(
      ({ info: { workflow, model, engine } }) => workflow === '' && model === engine && names.includes(engine)
    );
  }

  /** Numbers what came late of an engine. */
  lateNumber(engine: string): number {
    const number = (this.#late.get(engine) ?? -1) + 1;
    this.#late.set(engine, number);
    return number;
  }

  static async load(place: Place): Promise<Memory> {
    const memory = new Memory(place.layout);
    const [, partitions, heard, settled, mappings, late] = await Promise.all([
      readNewest(place, (info, newest) => (memory.meet(info).newest = newest)),
      readPartitions(place),
      readHeard(place, []),
      readSettled(place),
      readMappings(place),
      readLate(place),
    ]);
    partitions.forEach((partition) => memory.restorePartition(partition));
    mappings.forEach((mapping) => memory.addMapping(mapping));
    late.forEach((all, engine) => memory.#late.set(engine, all.at(-1)?.number ?? -1));
    Object.assign(memory, { heard, settled });
    return memory;
  }
}

/** The time of each series' newest point, of all or within a range, which the server finds without reading the others. */
export async function readNewest(
  { connection, data, layout }: Place,
  take: (series: SeriesInfo, newest: Micros) => void,
  from: Micros = -Infinity,
  to: Micros = Infinity
): Promise<void> {
  const origins = filter(source(data, from, to), ['r._field == "origin"']);
  await connection.read(flux`${origins} |> last()`, ({ micros, column }) => take(seriesOf(column, layout), micros));
}

/** FNV-1a, of 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) {
    value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  }
  return value >>> 0;
}
