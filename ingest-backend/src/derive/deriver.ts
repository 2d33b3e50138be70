import type { MessageContent, Micros } from '@pneumograph/contract';
import type { Origin, Partition, Point, Presence, StateChange, TextLine } from '../archive/index.js';
import type { Fleet, FleetEngine } from '../fleet/index.js';
import { isText, type Message, type StateMessage, type TextMessage } from './decode.js';
import { STATES, type EngineState } from './engine-state.js';
import { Engines, type Memory } from './engines.js';
import { Findings } from './findings.js';
import { TapDeriver } from './tap-deriver.js';
import type { Counting, TapNote } from './tap-state.js';
import { contentOf, originOf } from './recent.js';
import { newStats, type DeriveStats } from './stats.js';
import { Unmapped } from './unmapped.js';

export interface DeriveOptions {
  /** How long a report waits for earlier ones that come later, in microseconds of event time and of log time. */
  readonly grace: Micros;
  readonly counting: Counting;
  /** Taps that count otherwise. */
  readonly taps: Readonly<Record<string, Counting>>;
  /** Milliseconds that reports of an engine nobody knows yet are held. */
  readonly holdUnknown: number;
}

/** A tap that does not look like what it is said to count. */
export interface Suspect {
  readonly engine: FleetEngine;
  readonly tap: string;
  readonly looks: Counting;
}

/** How many advances go by between looks for state that has been open too long. */
const ABANDON_EVERY = 20;

/**
 * Turns checked messages into points and state changes.
 *
 * Points that depend on their report alone are emitted at once. Rates, counters that count up, and reports that do
 * not say their `delta_time` depend on their neighbours in time: they wait until their time is settled (see
 * `Watermark`), and are then taken in order of time. Nothing here looks at the wall clock: the same messages in the
 * same order of log time give the same points, whenever and however often they are read.
 */
export class Deriver {
  readonly stats: DeriveStats = newStats();
  readonly #engines: Engines;
  readonly #open = new Set<EngineState>();
  readonly #unmapped: Unmapped;
  readonly #taps: TapDeriver;
  readonly #findings = new Findings();
  #order = 0;
  #advances = 0;

  constructor(
    private readonly options: DeriveOptions,
    private readonly fleet: Fleet,
    private readonly emit: (item: Point | StateChange | TextLine) => void,
    memory?: Memory
  ) {
    this.#engines = new Engines(fleet, memory);
    this.#unmapped = new Unmapped(options.holdUnknown);
    this.#taps = new TapDeriver(
      this.stats,
      emit,
      (state, tap) => this.#findings.note(state, tap),
      (partition) => this.#engines.takenBefore(partition)
    );
  }

  /**
   * Takes in one message. The messages of a log come in the order of their arrival.
   * @param arrival log time in milliseconds: when the message came to the log that it is read from
   * @param alone whether the partition is a log of its own
   */
  accept(message: Message, partition: Partition, offset: number, arrival: number, alone = true): void {
    const state = this.#engineOf(message.src, partition);
    if (state === undefined) {
      if (!this.#unmapped.hold({ message, partition, offset, arrival, alone })) {
        this.#adopt(message.src, partition);
        this.accept(message, partition, offset, arrival, alone);
      }
      return;
    }
    if (isText(message)) {
      // No sign of life, and no matter of order: engines write at any time of what was at any time.
      state.cameFrom(partition);
      this.#emitText(state, message, partition, offset);
      return;
    }
    if (!state.engine.mapped) {
      this.stats.unmapped++;
    }
    this.#order++;
    state.cameFrom(partition);
    if (!state.open) {
      state.open = true;
      this.#open.add(state);
    }
    const { time } = message;
    const { watermark } = state;
    const { grace } = this.options;
    if (watermark.waitUntil(arrival, grace)) {
      this.#findings.moves(state);
      this.#release(state);
    }
    if (time > watermark.newest) {
      this.#findings.moves(state);
      watermark.tell(time, partition, offset, arrival, alone ? grace : Infinity);
    }
    state.clock.see(time, arrival);
    this.#findings.hear(state);
    // Nobody is heard of in the future: a clock that is ahead must not hide that its engine dies.
    state.presence.hear(Math.min(time, arrival * 1000), message.type === 'engine-state' ? 0 : (message.delta ?? 0));
    if (message.type === 'engine-state') {
      this.#emitState(state, message, partition, offset);
    } else if (message.tap !== undefined) {
      const tap = state.tap(message.tap, this.#counting);
      this.#taps.take(state, tap, message, partition, offset, arrival, this.#order);
    }
    this.#release(state);
  }

  /**
   * Goes on though no message came: releases what has waited for its grace, gives up what waited too long.
   * @param reached log time in milliseconds that a partition's log has been read to
   */
  advance(reached: (partition: Partition) => number): void {
    this.#resolveHeld();
    const abandon = ++this.#advances % ABANDON_EVERY === 0;
    for (const state of this.#open) {
      if (!state.engine.mapped) {
        // What waited while a fleet source came to know the engine is its model's, like what was stored before.
        state.engine = this.fleet.resolve(state.engine.src) ?? state.engine;
      }
      if (state.watermark.wait(reached, this.options.grace)) {
        this.#findings.moves(state);
        this.#release(state);
      }
      if (abandon) {
        this.#taps.abandon(state, reached, this.#order);
      }
    }
  }

  /**
   * Drops what comes from a partition that another process reads from now on, and what is known of engines that sent
   * nothing anywhere else: that goes out of date.
   * @returns the engines that are forgotten
   */
  forget(partition: Partition): ReadonlySet<string> {
    this.#unmapped.forget(partition);
    const forgotten = this.#engines.forget(partition);
    forgotten.forEach((state) => this.#open.delete(state));
    this.#findings.drop(forgotten);
    return new Set([...forgotten].map(({ engine }) => engine.src));
  }

  /** Says that another process read a partition last: what the store remembers of its engines is out of date. */
  disown(partition: Partition): void {
    this.#engines.disown(partition);
  }

  /** The offset up to which the messages of a partition had been taken in before a restart, where that still says something. */
  takenBefore(partition: Partition): number {
    return this.#engines.takenBefore(partition);
  }

  /** For each partition the offset of the oldest message that still feeds open state. */
  oldestNeeded(): Map<Partition, number> {
    const oldest = new Map<Partition, number>();
    let partition: Partition | undefined;
    let least = Infinity;
    const need = (origin: Origin): void => {
      // Messages of one engine mostly come from one partition.
      if (origin.partition !== partition) {
        if (partition !== undefined) {
          oldest.set(partition, least);
        }
        partition = origin.partition;
        least = oldest.get(partition) ?? Infinity;
      }
      if (origin.offset < least) {
        least = origin.offset;
      }
    };
    for (const held of this.#unmapped.messages()) {
      need(held);
    }
    for (const state of this.#open) {
      if (!state.visitOrigins(need)) {
        state.open = false;
        this.#open.delete(state);
      }
    }
    if (partition !== undefined) {
      oldest.set(partition, least);
    }
    return oldest;
  }

  /**
   * Settled time of each engine of which it moved since the last call.
   * @param isHeld whether the engines of a partition shall wait: their state is being built from what came before
   */
  takeSettled(isHeld: (partition: Partition) => boolean): Map<string, Micros> {
    return this.#findings.takeSettled(isHeld);
  }

  /** What is to be stored of taps beside their points, since the last call: by engine and tap, see `noteKey`. */
  takeNotes(isHeld: (partition: Partition) => boolean): Map<string, TapNote> {
    return this.#findings.takeNotes(isHeld);
  }

  /** When each engine was heard of in what came since the last call. */
  takeHeard(): Map<string, readonly Presence[]> {
    return this.#findings.takeHeard();
  }

  /** Messages with their log time: of each engine the oldest whose time is not settled yet, and all that are held. */
  *unsettled(): Iterable<Pick<Origin, 'partition'> & { readonly arrival: number }> {
    yield* this.#unmapped.messages();
    for (const { watermark } of this.#open) {
      if (watermark.unsettled !== undefined) {
        yield watermark.unsettled;
      }
    }
  }

  /** Engines heard of. */
  get engines(): number {
    return this.#engines.size;
  }

  /** Messages held because their engine is unknown. */
  get held(): number {
    return this.#unmapped.size;
  }

  /** Bursts that wait for a report with a `delta_time`. */
  bursts(): number {
    let bursts = 0;
    for (const state of this.#open) {
      bursts += state.bursts;
    }
    return bursts;
  }

  /** Reports that wait for earlier ones. */
  waiting(): number {
    let waiting = 0;
    for (const state of this.#open) {
      waiting += state.waiting;
    }
    return waiting;
  }

  /** Taps that do not look like what they are said to count. */
  suspects(): Suspect[] {
    const found: Suspect[] = [];
    for (const state of this.#engines.values()) {
      for (const { tap, watch } of state.taps) {
        if (watch.suspicion !== undefined) {
          found.push({ engine: state.engine, tap: tap.name, looks: watch.suspicion });
        }
      }
    }
    return found;
  }

  /** Seconds that each engine's clock is ahead of the one that stamps arrivals; negative where it is behind. */
  clockOffsets(): Map<string, number> {
    const offsets = new Map<string, number>();
    for (const { engine, clock } of this.#engines.values()) {
      if (clock.seconds !== undefined) {
        offsets.set(engine.src, clock.seconds);
      }
    }
    return offsets;
  }

  #emitState(state: EngineState, message: StateMessage, partition: Partition, offset: number): void {
    const { time, code, text } = message;
    const origin = originOf(partition, offset);
    const known = state.recent.find(STATES, time, contentOf(code, undefined));
    if (known !== undefined && known !== origin) {
      this.stats.duplicate++;
      return;
    }
    state.recent.add(STATES, time, contentOf(code, undefined), origin);
    const series = state.statusSeries(state.engine.at(time));
    this.emit({ kind: 'state', series, time, value: code, text, partition, offset });
  }

  #emitText(state: EngineState, message: TextMessage, partition: Partition, offset: number): void {
    const { type, time, level, text, input } = message;
    const series = state.messageSeries(state.engine.at(time));
    const content: MessageContent = { type, level, text, ...(input === undefined ? {} : { input }) };
    this.emit({ kind: 'message', series, time, content: JSON.stringify(content), partition, offset });
  }

  #release(state: EngineState): void {
    for (let report = state.next(); report !== undefined; report = state.next()) {
      this.#taps.takeInOrder(state, report);
    }
  }

  readonly #counting = ({ name }: { name: string }): Counting =>
    Object.hasOwn(this.options.taps, name) ? (this.options.taps[name] as Counting) : this.options.counting;

  #engineOf(src: string, partition: Partition): EngineState | undefined {
    const known = this.#engines.find(src);
    if (known !== undefined) {
      return known;
    }
    const engine = this.fleet.resolve(src) ?? this.#unmapped.adopted(src);
    return engine === undefined ? undefined : this.#take(src, engine, partition);
  }

  #take(src: string, engine: FleetEngine, partition: Partition): EngineState {
    const state = this.#engines.take(src, engine, partition);
    // What was held comes before what made it known.
    for (const { message, partition, offset, arrival, alone } of this.#unmapped.take(src)) {
      this.accept(message, partition, offset, arrival, alone);
    }
    return state;
  }

  /** Shows an engine that nobody knows under its own id. */
  #adopt(src: string, partition: Partition): void {
    this.#take(src, this.#unmapped.adopt(src), partition);
  }

  #resolveHeld(): void {
    for (const [src, partition] of this.#unmapped.sources()) {
      if (this.#engineOf(src, partition) === undefined && this.#unmapped.expired(src)) {
        this.#adopt(src, partition);
      }
    }
  }
}
