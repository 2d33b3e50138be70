import type { Micros } from '@pneumograph/contract';
import type { Origin, Partition, Point, Presence, StateChange } from '../archive/index.js';
import type { Fleet, FleetEngine } from '../fleet/index.js';
import type { Message, Report, StateMessage } from './decode.js';
import { EngineState, total, type Counting, type Pending, type TapState } from './engine-state.js';
import { Unmapped } from './unmapped.js';

export interface DeriveOptions {
  /** How long a report waits for earlier ones that come later, in microseconds of event time and of the wall clock. */
  readonly grace: Micros;
  readonly counting: Counting;
  /** Taps that count otherwise. */
  readonly taps: Readonly<Record<string, Counting>>;
  /** Milliseconds that reports of an engine nobody knows yet are held. */
  readonly holdUnknown: number;
}

export interface DeriveStats {
  /** Reports that came after their time had been closed: counted as records, kept out of rates. */
  late: number;
  /** Reports of engines that no fleet source knows. */
  unmapped: number;
  /** Reports whose rate could not be told because their burst stayed open too long. */
  abandoned: number;
}

/** Milliseconds after which a burst, a held report or a counter's last value is given up: state is bounded. */
const LONGEST_OPEN = 10 * 60_000;
/** Milliseconds after which a report no longer waits for a partition that lags behind. */
const LONGEST_WAIT = 60_000;

/**
 * Turns checked messages into points and state changes.
 *
 * Points that depend on their report alone are emitted at once. Rates, counters that count up, and reports that do
 * not say their `delta_time` depend on their neighbours in time: they wait until the engine's own clock has moved on
 * by the grace, or the grace has passed on the wall clock, and are then taken in order of time.
 */
export class Deriver {
  readonly stats: DeriveStats = { late: 0, unmapped: 0, abandoned: 0 };
  readonly #engines = new Map<string, EngineState>();
  readonly #sources = new Map<string, EngineState>();
  readonly #open = new Set<EngineState>();
  readonly #lagging = new Map<Partition, Micros>();
  readonly #unmapped: Unmapped;
  #fleetVersion = -1;
  #lastSource: string | undefined;
  #lastState: EngineState | undefined;
  #heard: EngineState[] = [];
  #present: EngineState[] = [];

  constructor(
    private readonly options: DeriveOptions,
    private readonly fleet: Fleet,
    private readonly emit: (item: Point | StateChange) => void
  ) {
    this.#unmapped = new Unmapped(options.holdUnknown);
  }

  /**
   * Takes in one message.
   * @param arrival wall-clock milliseconds
   */
  accept(message: Message, partition: Partition, offset: number, arrival: number): void {
    const state = this.#engineOf(message.src);
    if (state === undefined) {
      if (!this.#unmapped.hold({ message, partition, offset, arrival })) {
        this.#adopt(message.src);
        this.accept(message, partition, offset, arrival);
      }
      return;
    }
    if (!state.engine.mapped) {
      this.stats.unmapped++;
    }
    const { time } = message;
    if (this.#lagging.size > 0) {
      const lagging = this.#lagging.get(partition);
      if (lagging !== undefined && time > lagging) {
        this.#lagging.set(partition, time);
      }
    }
    if (time > state.newest) {
      state.newest = time;
      if (!state.heard) {
        state.heard = true;
        this.#heard.push(state);
      }
    }
    if (state.presence.empty) {
      this.#present.push(state);
    }
    // Nobody is heard of in the future: a clock that is ahead must not hide that its engine dies.
    state.presence.hear(Math.min(time, arrival * 1000), message.type === 'engine-state' ? 0 : (message.delta ?? 0));
    if (message.type === 'engine-state') {
      this.#emitState(state, message, partition, offset);
    } else if (message.tap !== undefined) {
      this.#report(state, message, state.tap(message.tap, this.#counting), partition, offset, arrival);
    }
  }

  /** Releases what has waited for its grace on the wall clock, gives up what waited too long. */
  advance(now: number): void {
    this.#resolveHeld(now);
    const graceMillis = this.options.grace / 1000;
    const behind = this.#behind();
    for (const state of this.#open) {
      let watermark = -Infinity;
      for (const { arrival, time } of state.waiting()) {
        const waited = now - arrival;
        if (waited >= LONGEST_WAIT || (waited >= graceMillis && time <= behind)) {
          watermark = time;
        }
      }
      this.#release(state, watermark);
      this.#abandon(state, now - LONGEST_OPEN);
    }
  }

  /** Tells whether there are older messages still to be read in a partition: others then wait for its event time. */
  setLagging(partition: Partition, lagging: boolean): void {
    if (!lagging) {
      this.#lagging.delete(partition);
    } else if (!this.#lagging.has(partition)) {
      this.#lagging.set(partition, -Infinity);
    }
  }

  /** For each partition the offset of the oldest message that still feeds open state. */
  oldestNeeded(): Map<Partition, number> {
    const oldest = new Map<Partition, number>();
    const need = ({ partition, offset }: Origin): void => {
      const known = oldest.get(partition);
      if (known === undefined || offset < known) {
        oldest.set(partition, offset);
      }
    };
    for (const held of this.#unmapped.messages()) {
      need(held);
    }
    for (const state of this.#open) {
      if (!forEachOrigin(state, need)) {
        this.#open.delete(state);
      }
    }
    return oldest;
  }

  /** Newest time of each engine heard of since the last call. */
  takeLastSeen(): Map<string, Micros> {
    const seen = new Map<string, Micros>();
    for (const state of this.#heard) {
      state.heard = false;
      seen.set(state.engine.src, state.newest);
    }
    this.#heard = [];
    return seen;
  }

  /** When each engine was heard of in what came since the last call. */
  takeHeard(): Map<string, readonly Presence[]> {
    const heard = new Map(this.#present.map((state) => [state.engine.src, state.presence.take()]));
    this.#present = [];
    return heard;
  }

  /** Numbers of what is open now, for the self-metrics. */
  open(): { engines: number; bursts: number; waiting: number; held: number } {
    let [bursts, waiting] = [0, 0];
    for (const state of this.#open) {
      for (const tap of state.taps()) {
        bursts += tap.burst === undefined ? 0 : 1;
      }
      for (const _ of state.waiting()) {
        waiting++;
      }
    }
    return { engines: this.#engines.size, bursts, waiting, held: this.#unmapped.size };
  }

  #report(
    state: EngineState,
    report: Report,
    tap: TapState,
    partition: Partition,
    offset: number,
    arrival: number
  ): void {
    const { time, delta, data } = report;
    const complete = delta !== undefined && !tap.cumulative;
    if (complete) {
      this.#emitOwn(state, tap, time, data, delta, partition, offset);
      if (!tap.rate && !tap.ordered) {
        tap.last = Math.max(tap.last, time);
        return;
      }
    } else {
      tap.ordered = true;
    }
    if (time < tap.last) {
      this.stats.late++;
      // A counter that counts up has told in a later report what this one would tell.
      if (!complete && !tap.cumulative) {
        this.#emitOwn(state, tap, time, data, 0, partition, offset);
      }
      return;
    }
    const pending: Pending = { time, tap, delta, data, partition, offset, arrival, emitted: complete };
    this.#open.add(state);
    state.wait(pending);
    this.#release(state, Math.min(state.newest, this.#behind()) - this.options.grace);
  }

  #release(state: EngineState, watermark: Micros): void {
    for (let report = state.next(watermark); report !== undefined; report = state.next(watermark)) {
      this.#takeInOrder(state, report);
    }
  }

  #takeInOrder(state: EngineState, report: Pending): void {
    const { tap, time, partition, offset, arrival } = report;
    const delta = report.delta ?? (tap.last === -Infinity ? 0 : (time - tap.last) / 1e6);
    tap.last = time;
    if (tap.ordered) {
      tap.lastOrigin = { partition, offset, arrival };
    }
    let data = report.data;
    if (tap.cumulative) {
      const value = typeof data === 'number' ? data : data.at(-1);
      const baseline = tap.baseline;
      if (value === undefined) {
        return;
      }
      tap.baseline = value;
      if (baseline === undefined) {
        return;
      }
      // A counter that fell started again from zero.
      data = value >= baseline ? value - baseline : value;
    }
    if (!report.emitted) {
      this.#emitOwn(state, tap, time, data, delta, partition, offset);
    }
    if (tap.rate) {
      this.#rate(state, report, total(data), delta);
    }
  }

  /** Counts add up until a report says how much time they took. */
  #rate(state: EngineState, report: Pending, count: number, delta: number): void {
    const { tap, time, partition, offset, arrival } = report;
    const sum = (tap.burst?.sum ?? 0) + count;
    const value = sum / delta;
    if (delta > 0 && value < Infinity) {
      tap.burst = undefined;
      const series = tap.rateSeries(state.engine, state.engine.at(time));
      this.emit({ kind: 'point', series, time, value, span: delta, partition, offset });
      return;
    }
    tap.burst ??= { sum: 0, origins: [], since: arrival };
    tap.burst.sum = sum;
    noteOldest(tap.burst.origins, { partition, offset });
  }

  /** The points of a report itself: one for a count, one for each value of a gauge, spread over its span. */
  #emitOwn(
    state: EngineState,
    tap: TapState,
    time: Micros,
    data: number | readonly number[],
    delta: number,
    partition: Partition,
    offset: number
  ): void {
    const series = tap.series(state.engine, state.engine.at(time));
    if (typeof data === 'number' || tap.tap.kind === 'count') {
      this.emit({ kind: 'point', series, time, value: total(data), span: delta, partition, offset });
      return;
    }
    const span = delta / data.length;
    // Values of one moment are a microsecond apart: at the same time they would be one point to the store.
    const step = Math.max(1, span * 1e6);
    for (const [index, value] of data.entries()) {
      const at = time - Math.round((data.length - 1 - index) * step);
      this.emit({ kind: 'point', series, time: at, value, span, partition, offset });
    }
  }

  #emitState(state: EngineState, message: StateMessage, partition: Partition, offset: number): void {
    const { time, code, text } = message;
    const series = state.statusSeries(state.engine.at(time));
    this.emit({ kind: 'state', series, time, value: code, text, partition, offset });
  }

  /** The event time that partitions with older messages still to be read have come to. */
  #behind(): Micros {
    let behind = Infinity;
    if (this.#lagging.size === 0) {
      return behind;
    }
    for (const time of this.#lagging.values()) {
      behind = Math.min(behind, time);
    }
    return behind;
  }

  readonly #counting = ({ name }: { name: string }): Counting =>
    Object.hasOwn(this.options.taps, name) ? (this.options.taps[name] as Counting) : this.options.counting;

  #engineOf(src: string): EngineState | undefined {
    if (this.#fleetVersion !== this.fleet.version) {
      this.#fleetVersion = this.fleet.version;
      this.#sources.clear();
      this.#lastSource = undefined;
    }
    // Engines send the reports of their taps together: the last one is asked for again more often than not.
    if (src === this.#lastSource) {
      return this.#lastState;
    }
    const known = this.#sources.get(src);
    if (known !== undefined) {
      this.#lastSource = src;
      this.#lastState = known;
      return known;
    }
    const engine = this.fleet.resolve(src) ?? this.#unmapped.adopted(src);
    return engine === undefined ? undefined : this.#remember(src, engine);
  }

  #remember(src: string, engine: FleetEngine): EngineState {
    let state = this.#engines.get(engine.src);
    if (state === undefined) {
      state = new EngineState(engine);
      this.#engines.set(engine.src, state);
    }
    // An engine that was shown under its own id keeps its open state when a fleet source comes to know it.
    state.engine = engine;
    this.#sources.set(src, state);
    return state;
  }

  /** Shows an engine that nobody knows under its own id. */
  #adopt(src: string): void {
    this.#remember(src, this.#unmapped.adopt(src));
  }

  #resolveHeld(now: number): void {
    for (const src of this.#unmapped.sources()) {
      const expired = this.#unmapped.expired(src, now);
      if (this.#engineOf(src) === undefined && !expired) {
        continue;
      }
      const held = this.#unmapped.take(src);
      if (this.#engineOf(src) === undefined) {
        this.#adopt(src);
      }
      for (const { message, partition, offset, arrival } of held) {
        this.accept(message, partition, offset, arrival);
      }
    }
  }

  #abandon(state: EngineState, before: number): void {
    for (const tap of state.taps()) {
      if (tap.burst !== undefined && tap.burst.since < before) {
        tap.burst = undefined;
        this.stats.abandoned++;
      }
      if (tap.lastOrigin !== undefined && tap.lastOrigin.arrival < before) {
        tap.lastOrigin = undefined;
      }
    }
  }
}

/** Visits the messages that an engine's open state comes from; false where there are none. */
function forEachOrigin(state: EngineState, visit: (origin: Origin) => void): boolean {
  let any = false;
  for (const report of state.waiting()) {
    visit(report);
    any = true;
  }
  for (const { burst, lastOrigin } of state.taps()) {
    for (const origin of burst?.origins ?? []) {
      visit(origin);
      any = true;
    }
    if (lastOrigin !== undefined) {
      visit(lastOrigin);
      any = true;
    }
  }
  return any;
}

/** Keeps the oldest offset of each partition: few partitions feed one burst, however many reports do. */
function noteOldest(origins: Origin[], origin: Origin): void {
  const index = origins.findIndex(({ partition }) => partition === origin.partition);
  if (index < 0) {
    origins.push(origin);
  } else if (origin.offset < (origins[index] as Origin).offset) {
    origins[index] = origin;
  }
}
