import type { Micros } from '@pneumograph/contract';
import type { Partition, Point } from '../archive/index.js';
import type { Report } from './decode.js';
import type { EngineState } from './engine-state.js';
import { contentOf, originOf } from './recent.js';
import type { DeriveStats } from './stats.js';
import { total, type Pending, type Sensor, type TapState, type Waiting } from './tap-state.js';

/** Milliseconds of log time after which a burst is given up. */
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
    /** Told of taps that the store has to remember something of. */
    private readonly note: (state: EngineState, tap: TapState) => void,
    /** The offset up to which messages had been taken in before a restart. */
    private readonly takenBefore: (partition: Partition) => number
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
    if (
      this.#isSecond(
        state,
        tap,
        time,
        contentOf(newestValue(tap, data), spanOf(tap, data, delta)),
        originOf(partition, offset)
      )
    ) {
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
      tap.ordered ||= !complete;
      if (tap.ordered && time <= tap.recalled && offset < this.takenBefore(partition)) {
        // Read again: what followed from it is in the store, and in what the store remembers of the tap.
        return;
      }
      if (time <= tap.closed || (tap.ordered && isTold(state, tap, sensor, time))) {
        this.#takeLate(state, tap, report, partition, offset);
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

  /**
   * Whether a report came before, from another place. One that is read again after a restart has the origin that it
   * had: it is no second one.
   */
  #isSecond(state: EngineState, tap: TapState, time: Micros, content: number, origin: number): boolean {
    const { index } = tap.tap;
    if (time > tap.newest) {
      tap.newest = time;
    } else {
      const known = state.recent.find(index, time, content);
      if (known !== undefined && known !== origin) {
        return true;
      }
    }
    state.recent.add(index, time, content, origin);
    return false;
  }

  /** A report whose time is told already: it counts as records, not into a rate. */
  #takeLate(state: EngineState, tap: TapState, report: Report, partition: Partition, offset: number): void {
    const { time, delta, data } = report;
    this.stats.late++;
    // A counter that counts up has told in a later report what this one would tell.
    if (!tap.cumulative) {
      this.#emitOwn(state, tap, time, data, delta ?? 0, partition, offset);
    }
  }

  /** Gives up what has been open too long. */
  abandon(state: EngineState, reached: (partition: Partition) => number, order: number): void {
    for (const tap of state.taps) {
      for (const sensor of tap.sensors) {
        const { burst, held } = sensor;
        const oldest = burst[0] ?? held[0];
        if (oldest !== undefined && isOld(oldest, reached, order)) {
          sensor.burst = [];
          sensor.held = [];
          this.stats.abandoned++;
          this.#remember(state, tap);
        }
      }
    }
  }

  #takeOwn(state: EngineState, report: Pending, delta: number): void {
    const { tap, time } = report;
    let data = report.data;
    this.#remember(state, tap);
    if (tap.cumulative) {
      const value = lastValue(data);
      const baseline = tap.baseline;
      tap.baseline = value ?? baseline;
      if (value === undefined || baseline === undefined) {
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
    this.note(state, tap);
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

  #remember(state: EngineState, tap: TapState): void {
    if (tap.ordered) {
      this.note(state, tap);
    }
  }
}

/** Whether a report comes after its turn. A counter that counts up has one value at a time: the first that came. */
function isTold(state: EngineState, tap: TapState, { last }: Sensor, time: Micros): boolean {
  return time < last || (tap.cumulative && (time === last || state.isWaiting(tap, time)));
}

function isOld(
  { partition, arrival, order }: Pending | Waiting,
  reached: (partition: Partition) => number,
  newest: number
): boolean {
  return newest - order > MOST_AFTER || reached(partition) - arrival > LONGEST_OPEN;
}

/** What tells a report from others of its moment. */
function newestValue(tap: TapState, data: number | readonly number[]): number {
  return tap.tap.kind === 'count' ? total(data) : (lastValue(data) ?? 0);
}

/** The span of a report's newest point. */
function spanOf(tap: TapState, data: number | readonly number[], delta: number | undefined): number | undefined {
  return delta === undefined || typeof data === 'number' || tap.tap.kind === 'count' ? delta : delta / data.length;
}

function lastValue(data: number | readonly number[]): number | undefined {
  return typeof data === 'number' ? data : data.at(-1);
}
