import type { Logger } from 'pino';
import type { Micros } from '@pneumograph/contract';
import type { AlertChange, Origin, Partition, Point, ProfilePoint, Series } from '../archive/index.js';
import type { StreamAddress } from '../streams/index.js';
import { Conditions, type ConditionsOptions } from './conditions.js';
import type { Definition } from './definition.js';
import type { Engines } from './engines.js';
import type { Monitor, Setting } from './monitor.js';
import { noteKey, type Note } from './note.js';
import { conditionsOf, restored } from './settings.js';
import { Voice } from './voice.js';

export interface InstanceOptions {
  /** What `note` gave before a restart. */
  readonly note: string | undefined;
  readonly emit: (item: Point | AlertChange | ProfilePoint) => void;
  readonly series: (series: Series) => Series;
  readonly log: Logger;
  /** A dashboard for alerts whose definition names none, as a text with places. */
  readonly link?: string | undefined;
  /** Has the next batch hold a snapshot: what was said just now would not be said again. */
  readonly keep: () => void;
  /** Which engines are done. */
  readonly engines: Engines;
}

const FIRST_PAUSE_MILLIS = 1000;
const LONGEST_PAUSE_MILLIS = 5 * 60_000;

/** The key of the alert of a failure. */
const FAILURE = 'failed';
/** By how much points may lag behind the wall clock: time goes on without them only after that. */
const LAG: Micros = 30e6;
/** After a start, until the sources are read again. */
const START: Micros = 60e6;

/**
 * One monitor at work. Whatever it throws concerns it alone: it is made anew from its last snapshot after a pause that
 * grows, and its failure is an alert of its own.
 */
export class Instance {
  readonly key: string;
  readonly #conditions: Conditions;
  readonly #voice: Voice;
  readonly #told: ConditionsOptions;
  #monitor: Monitor | undefined;
  #state: unknown;
  readonly #begins: Map<string, number>;
  #pause = FIRST_PAUSE_MILLIS;
  #retryAt = 0;
  /** The newest time of a point, and the wall clock since when no newer one came. */
  #newest: Micros = -Infinity;
  #unmoved: Micros = Date.now() * 1000 + START;
  /** Wall clock of the last failure, while its alert lasts. */
  #failedAt: number | undefined;
  /** Whether something came to it since the last note that will not come again. */
  unnoted = false;
  error: string | undefined;

  constructor(
    readonly definition: Definition,
    readonly attached: readonly StreamAddress[],
    private readonly options: InstanceOptions
  ) {
    this.key = noteKey(definition, attached);
    const note = options.note === undefined ? undefined : (JSON.parse(options.note) as Note);
    this.#state = note?.state;
    this.#begins = new Map(Object.entries(note?.begins ?? {}));
    this.#newest = note?.newest ?? -Infinity;
    this.#told = conditionsOf(definition, options.link);
    this.#conditions = new Conditions(this.#told, options.emit, restored(note?.conditions), options.engines);
    const { emit, series } = options;
    this.#voice = new Voice({ monitor: definition.name, conditions: this.#conditions, emit, series });
    if (this.#conditions.has(FAILURE)) {
      this.#failedAt = Date.now();
    }
    this.#begin();
  }

  /** Lets the monitor do something, unless it failed lately. */
  guard(act: (monitor: Monitor) => void): void {
    if (this.#monitor === undefined && Date.now() >= this.#retryAt) {
      this.#begin();
    }
    const monitor = this.#monitor;
    if (monitor !== undefined) {
      try {
        act(monitor);
      } catch (error) {
        this.#fail(error as Error);
      }
    }
  }

  point(point: Point): void {
    this.unnoted = true;
    if (point.time > this.#newest) {
      this.#newest = point.time;
      this.#unmoved = Math.max(this.#unmoved, Date.now() * 1000);
    }
    this.guard((monitor) => monitor.point?.(point));
  }

  /** An engine is done. */
  finished(engine: string, time: Micros): void {
    this.unnoted = true;
    this.#conditions.finished(engine, time);
  }

  /** Says what time it is. */
  tick(now: Micros): void {
    const before = this.#voice.judgements;
    this.guard((monitor) => monitor.tick?.(now));
    this.unnoted ||= this.definition.kind.byClock === true && this.#voice.judgements > before;
    // Where points stop coming, nothing else says how far time has come.
    if (this.attached.length === 0 && now - LAG > this.#unmoved) {
      this.unnoted ||= this.#conditions.advance(this.#newest + (now - LAG - this.#unmoved));
    }
    this.#forgive(now / 1000);
  }

  /** Ends all alerts, since nobody looks any more. */
  end(time: Micros, reason: string): void {
    this.#conditions.end(time, reason);
  }

  /** Lets log time go on, for alerts that resolve by themselves. */
  advance(time: Micros): void {
    this.#conditions.advance(time);
  }

  /** Those that it has not taken before a restart: a position that others hold back brings some again. */
  fresh<R extends Origin>(records: readonly R[]): readonly R[] {
    if (this.#begins.size === 0) {
      return records;
    }
    return records.filter(({ partition, offset }) => {
      const begin = this.#begins.get(partition.key) ?? -Infinity;
      if (offset >= begin) {
        this.#begins.delete(partition.key);
      }
      return offset >= begin;
    });
  }

  oldestNeeded(): ReadonlyMap<Partition, number> {
    return this.#monitor?.oldestNeeded?.() ?? new Map<Partition, number>();
  }

  /** Whether more records wait than had better. */
  get crowded(): boolean {
    return this.#monitor?.crowded ?? false;
  }

  async room(): Promise<void> {
    await this.#monitor?.room?.();
  }

  /**
   * What it goes on from after a restart.
   * @param ahead offset after what was taken of partitions whose stored position lies below it
   */
  note(ahead: ReadonlyMap<Partition, number> = new Map()): string {
    this.unnoted = false;
    this.guard((monitor) => (this.#state = monitor.snapshot()));
    const held = this.oldestNeeded();
    const begins = Object.fromEntries(this.#begins);
    ahead.forEach((taken, partition) => {
      begins[partition.key] ??= held.get(partition) ?? taken;
    });
    const newest = Number.isFinite(this.#newest) ? { newest: this.#newest } : {};
    const conditions = this.#conditions.snapshot();
    const note: Note = { state: this.#state, conditions, options: this.#told, begins, ...newest };
    return JSON.stringify(note);
  }

  async close(): Promise<void> {
    await this.#monitor?.close?.();
  }

  #begin(): void {
    try {
      this.#monitor = this.#create(this.#state);
      this.error = undefined;
    } catch (error) {
      this.#monitor = this.#anew(error as Error);
      this.error = undefined;
      if (this.#monitor === undefined) {
        this.#fail(error as Error);
      }
    }
  }

  #create(state: unknown): Monitor {
    const { kind, params, folder } = this.definition;
    const setting = { params, attached: this.attached, speech: this.#voice, state, folder };
    return kind.create({ ...setting, ...this.#surroundings() });
  }

  /** Begins without what it went on from, where that is what is wrong: another version of Pneumograph wrote it. */
  #anew(error: Error): Monitor | undefined {
    if (this.#state === undefined) {
      return undefined;
    }
    try {
      const monitor = this.#create(undefined);
      const { name, kind } = this.definition;
      this.options.log.warn({ monitor: name, kind: kind.name, err: error }, 'a monitor cannot go on, and begins anew');
      this.#state = undefined;
      return monitor;
    } catch {
      return undefined;
    }
  }

  #fail(error: Error): void {
    const { name, kind } = this.definition;
    this.options.log.error({ monitor: name, kind: kind.name, err: error, pause: this.#pause }, 'a monitor failed');
    void Promise.resolve(this.#monitor?.close?.()).catch(() => undefined);
    this.#monitor = undefined;
    this.#retryAt = Date.now() + this.#pause;
    this.#pause = Math.min(2 * this.#pause, LONGEST_PAUSE_MILLIS);
    this.#tellFailure(error);
  }

  #surroundings(): Pick<Setting<unknown>, 'log' | 'failed'> {
    const { name, kind } = this.definition;
    const log = this.options.log.child({ monitor: name, kind: kind.name });
    return {
      log,
      failed: (error) => {
        if (error === undefined) {
          this.error = undefined;
        } else {
          log.error({ err: error }, 'a monitor failed');
          this.#tellFailure(error);
        }
      },
    };
  }

  /** By the wall clock: a failure has no record that it would come with again. */
  #tellFailure(error: Error): void {
    this.error = error.message;
    this.#failedAt = Date.now();
    const { name } = this.definition;
    const { workflow = '', model = '', slot } = this.attached[0] ?? this.definition.attach[0] ?? {};
    const time = Date.now() * 1000;
    this.#conditions.failed({
      key: FAILURE,
      time,
      origin: { partition: { key: `monitor/${name}` }, offset: Math.floor(time / 1000) },
      about: { workflow, model, slot },
      name: 'Monitor failed',
      text: `The monitor ${name} failed: ${error.message}`,
    });
    this.options.keep();
  }

  /** Ends the alert of a failure once the monitor has worked for a while: one that fails now and then does not flap. */
  #forgive(now: number): void {
    const wait = Math.max(this.definition.resolveAfter, this.#pause);
    if (this.#failedAt !== undefined && this.error === undefined && now - this.#failedAt >= wait) {
      this.#failedAt = undefined;
      this.#pause = FIRST_PAUSE_MILLIS;
      this.#conditions.works(FAILURE, now * 1000);
      this.options.keep();
    }
  }
}
