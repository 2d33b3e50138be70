import type { Logger } from 'pino';
import { ENGINE_STATES, type Micros } from '@pneumograph/contract';
import type {
  AlertChange,
  ArchiveItem,
  Partition,
  Point,
  ProfilePoint,
  Series,
  StateChange,
} from '../archive/index.js';
import {
  streamKey,
  type BadRecord,
  type RecordConsumer,
  type StreamAddress,
  type StreamRecord,
} from '../streams/index.js';
import { isAttached, type Definition } from './definition.js';
import { Engines } from './engines.js';
import { Instance } from './instance.js';
import { endLeftOvers, noteKey, NOTES } from './note.js';
import { Positions } from './positions.js';

export interface HostOptions {
  readonly definitions: readonly Definition[];
  /** The streams whose records come. */
  readonly streams: readonly StreamAddress[];
  /** What `takeNotes` gave before a restart, as the store keeps it. */
  readonly notes: ReadonlyMap<string, string>;
  readonly emit: (item: Point | AlertChange | ProfilePoint) => void;
  readonly log: Logger;
  /** A dashboard for alerts whose definition names none, as a text with places. */
  readonly link?: string | undefined;
  readonly clock?: () => number;
}

/** A monitor as the catalogue lists it. */
export interface MonitorEntry {
  readonly name: string;
  readonly kind: string;
  readonly version: string;
  readonly state: 'active' | 'waiting' | 'failed';
  readonly error?: string | undefined;
  readonly attached: ReadonlyArray<{ workflow: string; model: string; slot?: number | undefined }>;
}

/**
 * Runs monitors on record streams and on the points of the archive stream. What they depend on is stored as notes, in
 * the transaction of a batch, together with the position that it speaks of: after a crash a monitor goes on from its
 * last snapshot, and says the same again of the records that are read again.
 */
export class MonitorHost implements RecordConsumer {
  #instances: Instance[] = [];
  #definitions: readonly Definition[] = [];
  readonly #byStream = new Map<string, Instance[]>();
  readonly #byMetric = new Map<string, Instance[]>();
  readonly #closing = new Set<Promise<void>>();
  readonly #series = new Map<string, Series>();
  readonly #positions: Positions;
  readonly #engines: Engines;
  /** Notes of instances that are not there any more. */
  readonly #leftOver = new Map<string, string>();

  constructor(private readonly options: HostOptions) {
    this.#positions = new Positions(options.clock);
    this.#engines = new Engines(options.notes);
    this.#define(options.definitions, options.notes, new Map());
    const known = new Set(this.#instances.map(({ key }) => key));
    for (const [key, note] of options.notes) {
      if (key.startsWith(NOTES) && !known.has(key) && note !== '') {
        this.#leftOver.set(key, note);
      }
    }
  }

  /**
   * Goes over to other definitions. A monitor whose kind, parameters and streams stay goes on from where it is; the alerts
   * of those that are not there any more are over.
   */
  apply(definitions: readonly Definition[], now: Micros): void {
    const before = new Map(this.#instances.map((instance) => [instance.key, instance]));
    this.#instances = [];
    this.#byStream.clear();
    this.#byMetric.clear();
    this.#define(definitions, new Map(), before);
    for (const [key, instance] of before) {
      const next = this.#instances.find((one) => one.key === key);
      if (next === undefined) {
        instance.end(now, 'Its monitor was changed, retired or detached.');
        this.#leftOver.set(key, '');
      } else {
        this.#leftOver.delete(key);
      }
      if (next !== instance) {
        const closing = instance.close().finally(() => this.#closing.delete(closing));
        this.#closing.add(closing);
      }
    }
    this.flush();
  }

  /** Whether a stream's records would be looked at by anyone. */
  get size(): number {
    return this.#instances.length;
  }

  take(stream: StreamAddress, records: readonly StreamRecord[]): void {
    const last = records.at(-1);
    for (const instance of this.#byStream.get(streamKey(stream)) ?? []) {
      const fresh = instance.fresh(records);
      instance.guard((monitor) => {
        if (monitor.take !== undefined) {
          for (const record of fresh) {
            monitor.take(stream, record);
          }
        }
      });
      if (last !== undefined) {
        instance.advance(last.time);
      }
    }
    records.forEach((record) => this.#positions.took(record));
  }

  bad(stream: StreamAddress, record: BadRecord): void {
    for (const instance of this.#byStream.get(streamKey(stream)) ?? []) {
      if (instance.fresh([record]).length > 0) {
        instance.guard((monitor) => monitor.bad?.(stream, record));
      }
    }
    this.#positions.took(record);
  }

  reached(stream: StreamAddress, time: Micros): void {
    for (const instance of this.#byStream.get(streamKey(stream)) ?? []) {
      instance.guard((monitor) => monitor.reached?.(stream, time));
      instance.advance(time);
    }
  }

  /** Takes what is about to be stored: what is said of it, and what it leaves behind, is stored in the same transaction. */
  watch(items: readonly ArchiveItem[]): void {
    for (const item of items) {
      if (item.kind === 'state') {
        this.#enter(item);
      }
      if (item.kind === 'point' || item.kind === 'state') {
        for (const instance of this.#byMetric.get(item.series.metric) ?? []) {
          if (isAttached(instance.definition, item.series) && item.series.monitor !== instance.definition.name) {
            instance.point(item.kind === 'point' ? item : { ...item, kind: 'point', span: 0 });
            instance.advance(item.time);
          }
        }
      }
    }
  }

  #enter({ series, time, value }: StateChange): void {
    const done = value === ENGINE_STATES.finished;
    if (this.#engines.enter(series.engine, time, done) && done) {
      for (const instance of new Set([...this.#byMetric.values()].flat())) {
        if (isAttached(instance.definition, series)) {
          instance.finished(series.engine, time);
        }
      }
    }
  }

  /** Says what time it is, in epoch microseconds by the wall clock. */
  tick(now: Micros): void {
    for (const [key, note] of this.#leftOver) {
      if (note !== '') {
        endLeftOvers(note, this.options.emit, now);
        this.#leftOver.set(key, '');
        this.flush();
      }
    }
    for (const instance of this.#instances) {
      instance.tick(now);
    }
  }

  /** Decides whether a snapshot goes into the batch that is being made: call it before `takeNotes`, at the same moment. */
  oldestNeeded(): ReadonlyMap<Partition, number> {
    return this.#positions.oldestNeeded(() => this.#instances.map((instance) => instance.oldestNeeded()));
  }

  takeNotes(): Map<string, string> {
    const { due, ahead } = this.#positions.takeDue();
    const notes = this.#engines.takeNotes();
    for (const [key, note] of this.#leftOver) {
      if (note === '') {
        notes.set(key, '');
        this.#leftOver.delete(key);
      }
    }
    for (const instance of this.#instances) {
      // Points are not read again, and the clock does not go back: what a monitor makes of them is stored with them.
      if (due || instance.unnoted) {
        notes.set(instance.key, instance.note(ahead));
      }
    }
    return notes;
  }

  crowded(stream: StreamAddress): boolean {
    return this.#byStream.get(streamKey(stream))?.some((instance) => instance.crowded) ?? false;
  }

  /** Resolves when every monitor of a stream has room for more: ask before reading on. */
  async room(stream: StreamAddress): Promise<void> {
    await Promise.all(this.#byStream.get(streamKey(stream))?.map((instance) => instance.room()) ?? []);
  }

  /** Makes the next batch hold a snapshot. */
  flush(): void {
    this.#positions.flush();
  }

  forget(partition: Partition): void {
    this.#positions.forget(partition);
  }

  list(): MonitorEntry[] {
    return this.#definitions.map((definition) => {
      const own = this.#instances.filter((instance) => instance.definition === definition);
      const error = own.find((instance) => instance.error !== undefined)?.error;
      return {
        name: definition.name,
        kind: definition.kind.name,
        version: definition.version,
        state: error !== undefined ? 'failed' : own.length === 0 ? 'waiting' : 'active',
        ...(error === undefined ? {} : { error }),
        attached: own.flatMap(({ attached }) => attached),
      };
    });
  }

  async close(): Promise<void> {
    await Promise.all([...this.#instances.map((instance) => instance.close()), ...this.#closing]);
  }

  #define(
    definitions: readonly Definition[],
    notes: ReadonlyMap<string, string>,
    before: ReadonlyMap<string, Instance>
  ): void {
    this.#definitions = definitions;
    for (const definition of definitions) {
      for (const attached of this.#groups(definition)) {
        const key = noteKey(definition, attached);
        const known = before.get(key);
        const instance =
          known?.definition === definition ? known : this.#make(definition, attached, known?.note() ?? notes.get(key));
        this.#instances.push(instance);
        attached.forEach((stream) => push(this.#byStream, streamKey(stream), instance));
        definition.kind.metrics?.(definition.params).forEach((metric) => push(this.#byMetric, metric, instance));
      }
    }
  }

  /** The streams of each instance of a monitor; of one that looks at metrics none. */
  #groups(definition: Definition): StreamAddress[][] {
    const { kind, params } = definition;
    const metrics = kind.metrics?.(params) ?? [];
    const streams = this.options.streams.filter((stream) => isAttached(definition, stream));
    const joins = kind.instance === 'all' || kind.joins?.(params) === true;
    // Who looks at metrics reads no records.
    const [joined, each] = [streams.length > 0 ? [streams] : [], streams.map((stream) => [stream])];
    return metrics.length > 0 ? [[]] : joins ? joined : each;
  }

  #make(definition: Definition, attached: StreamAddress[], note: string | undefined): Instance {
    return new Instance(definition, attached, {
      note: note === '' ? undefined : note,
      emit: this.options.emit,
      series: (series) => this.#intern(series),
      log: this.options.log,
      link: this.options.link,
      keep: () => this.flush(),
      engines: this.#engines,
    });
  }

  #intern(series: Series): Series {
    const { workflow, model, slot, engine, metric, monitor, feature } = series;
    const key = JSON.stringify([workflow, model, slot, engine, metric, monitor, feature]);
    const known = this.#series.get(key) ?? series;
    this.#series.set(key, known);
    return known;
  }
}

function push(map: Map<string, Instance[]>, key: string, instance: Instance): void {
  map.set(key, [...(map.get(key) ?? []), instance]);
}
