import type { Micros } from '@pneumograph/contract';
import type { Partition, Point } from '../archive/index.js';
import type { Report } from './decode.js';
import type { EngineState } from './engine-state.js';
import { contentOf, originOf } from './recent.js';
import type { DeriveStats } from './stats.js';
import { total, type Anchor, type Pending, type Sensor, type TapNote, type TapState } from './tap-state.js';

/** Milliseconds of log time after which a burst is given up, and a counter's last message no longer kept for it. */
const LONGEST_OPEN = 10 * 60_000;
/** Messages that may come after one that is still needed: what a crash reads again is bounded, and so is memory. */
const MOST_AFTER = 1_000_000;
/** What a second sensor's span may overlap the first one's for rounding, in microseconds. */
const ROUNDING: Micros = 1000;

/** Derives the points of one tap at a time. */
export class TapDeriver {
  constructor(
    private readonly stats: DeriveStats,
    private readonly emit: (point: Point) => void,
    private readonly note: (state: EngineState, tap: string, note: TapNote) => void
  ) {}

  /** Takes in a report as it comes: emits what depends on nothing else, puts the rest in its place in time. */
  take(
    state: EngineState,
    tap: TapState,
    report: Report,
    partition: Partition,
    offset: number,
    arrival: number,
    order: number
  ): void {
    const { time, delta, data, sensor: id } = report;
    if (!tap.recent.add(time, contentOf(newestValue(tap, data), delta), originOf(partition, offset))) {
      this.stats.duplicate++;
      return;
    }
    const sensor = tap.sensor(id);
    const own = sensor === tap.own;
    const cumulative = tap.cumulative;
    const complete = own && delta !== undefined && !cumulative;
    if (own) {
      if (tap.tap.kind === 'count') {
        tap.watch.see(total(data));
      }
      if (time > tap.reach) {
        tap.reach = time;
      }
      if (!complete) {
        tap.takeInOrder();
      }
      if (time <= tap.closed || (tap.ordered && isTold(state, tap, sensor, time))) {
        this.#takeLate(state, tap, sensor, report, { partition, offset, arrival, order });
        return;
      }
    }
    const atOnce = complete && !tap.ordered;
    if (atOnce) {
      this.#emitOwn(state, tap, time, data, delta, partition, offset);
      if (!tap.rate) {
        sensor.last = Math.max(sensor.last, time);
        return;
      }
    }
    state.wait({ time, tap, sensor, delta, data, partition, offset, arrival, order, emitted: atOnce });
  }

  /** Takes a report whose time is settled. */
  takeInOrder(state: EngineState, report: Pending): void {
    const { tap, sensor, time } = report;
    const delta = report.delta ?? (sensor.last === -Infinity ? 0 : (time - sensor.last) / 1e6);
    sensor.last = time;
    if (sensor === tap.own) {
      this.#takeOwn(state, report, delta);
    } else {
      this.#takeOther(state, report, delta);
    }
  }

  /** A report whose time is told already: it counts as records, not into a rate. */
  #takeLate(state: EngineState, tap: TapState, sensor: Sensor, report: Report, from: Anchor): void {
    const { time, delta, data } = report;
    if (tap.ordered && time === tap.closed && sensor.last < time) {
      // The last one before a restart, read again since the next depends on it.
      sensor.last = time;
      sensor.anchor = from;
      tap.baseline = tap.cumulative ? lastValue(data) : undefined;
    } else {
      this.stats.late++;
    }
    // A counter that counts up has told in a later report what this one would tell.
    if (!tap.cumulative) {
      this.#emitOwn(state, tap, time, data, delta ?? 0, from.partition, from.offset);
    }
  }

  /** Gives up what has been open too long. */
  abandon(state: EngineState, reached: (partition: Partition) => number, order: number): void {
    for (const tap of state.taps()) {
      for (const sensor of tap.sensors()) {
        const { burst, anchor, held } = sensor;
        const oldest = burst[0] ?? held[0];
        if (oldest !== undefined && isOld(oldest, reached, order)) {
          sensor.burst = [];
          sensor.held = [];
          this.stats.abandoned++;
        }
        if (anchor !== undefined && isOld(anchor, reached, order)) {
          sensor.anchor = undefined;
          this.#noteTap(state, tap);
        }
      }
    }
  }

  #takeOwn(state: EngineState, report: Pending, delta: number): void {
    const { tap, sensor, time } = report;
    let data = report.data;
    if (tap.cumulative) {
      const value = lastValue(data);
      const baseline = tap.baseline;
      tap.baseline = value ?? baseline;
      if (value === undefined || baseline === undefined) {
        this.#anchor(report);
        return;
      }
      // A counter that fell started again from zero.
      data = value >= baseline ? value - baseline : value;
    }
    if (!report.emitted) {
      this.#emitOwn(state, tap, time, data, delta, report.partition, report.offset);
    }
    if (tap.rate) {
      this.#rate(state, report, total(data), delta);
    }
    if (tap.ordered && sensor.burst.length === 0) {
      this.#anchor(report);
    }
  }

  /** Keeps the message on which the next depends. That of a burst is the one before it, so that it can be told again. */
  #anchor({ sensor, partition, offset, arrival, order }: Pending): void {
    sensor.anchor = { partition, offset, arrival, order };
  }

  /**
   * A sensor beside the tap's own. Two at work count the same records: the second is left out. One that speaks of a
   * time after the last word of the first has taken its place (a sensor installed again has another id), and all that
   * it said counts.
   */
  #takeOther(state: EngineState, report: Pending, delta: number): void {
    const { tap, sensor, time } = report;
    if (delta === 0) {
      sensor.held.push(report);
      return;
    }
    const held = sensor.held;
    sensor.held = [];
    if (time - delta * 1e6 < tap.reach - ROUNDING) {
      this.stats.duplicate += held.length + 1;
      return;
    }
    if (tap.own !== undefined && tap.own.burst.length > 0) {
      this.stats.abandoned++;
    }
    tap.adopt(sensor);
    this.#noteTap(state, tap);
    for (const earlier of held) {
      this.#takeOwn(state, earlier, 0);
    }
    tap.reach = Math.max(tap.reach, time);
    this.#takeOwn(state, report, delta);
  }

  /**
   * Counts add up until a report says how much time they took. One that closes a burst late leaves what is later than
   * itself to the next.
   */
  #rate(state: EngineState, report: Pending, count: number, delta: number): void {
    const { tap, sensor, time, partition, offset, arrival, order } = report;
    const { burst } = sensor;
    let sum = count;
    let later = 0;
    for (const waiting of burst) {
      if (waiting.time <= time) {
        sum += waiting.count;
      } else {
        later++;
      }
    }
    const value = sum / delta;
    if (delta > 0 && value < Infinity) {
      sensor.burst = later === 0 ? [] : burst.filter((waiting) => waiting.time > time);
      tap.closed = time;
      const series = tap.rateSeries(state.engine, state.engine.at(time));
      this.emit({ kind: 'point', series, time, value, span: delta, partition, offset });
    } else {
      burst.push({ time, count, partition, offset, arrival, order });
    }
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

  #noteTap(state: EngineState, tap: TapState): void {
    const { own, baseline } = tap;
    const last = own === undefined || own.last === -Infinity ? undefined : own.last;
    this.note(state, tap.tap.name, { sensor: own?.id, baseline, last });
  }
}

/** Whether a report comes after its turn. A counter that counts up has one value at a time: the first that came. */
function isTold(state: EngineState, tap: TapState, { last }: Sensor, time: Micros): boolean {
  return time < last || (tap.cumulative && (time === last || state.isWaiting(tap, time)));
}

function isOld(
  { partition, arrival, order }: Anchor,
  reached: (partition: Partition) => number,
  newest: number
): boolean {
  return newest - order > MOST_AFTER || reached(partition) - arrival > LONGEST_OPEN;
}

/** What tells a report from others of its moment. */
function newestValue(tap: TapState, data: number | readonly number[]): number {
  return tap.tap.kind === 'count' ? total(data) : (lastValue(data) ?? 0);
}

function lastValue(data: number | readonly number[]): number | undefined {
  return typeof data === 'number' ? data : data.at(-1);
}
