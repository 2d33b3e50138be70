import type { Micros } from '@pneumograph/contract';
import { groupSeries } from './joins.js';
import type { SeriesInfo, SpreadQuestion, SpreadSeries } from './store.js';

/** What points say of the time that they speak for, see `SpreadQuestion`: shared out to buckets in Node. */

/** One series' points; times ascending. */
export interface SeriesPoints {
  readonly series: SeriesInfo;
  readonly times: readonly Micros[];
  readonly values: readonly number[];
  /** Seconds. */
  readonly spans: readonly number[];
}

/** Where a point's time begins, in whole microseconds; a span beyond 100 years is as good as one of 100 years. */
export function beginOf(time: Micros, span: number): Micros {
  return time - Math.round(Math.min(span * 1e6, 4e15));
}

/** What stretches of time are worth, added up bucket by bucket. */
export class Spreading {
  readonly #base: Micros;
  readonly #width: Micros;
  readonly #values: Float64Array;

  constructor({ from, to, width }: Pick<SpreadQuestion, 'from' | 'to' | 'width'>) {
    this.#base = Math.floor(from / width) * width;
    this.#width = width;
    this.#values = new Float64Array(Math.ceil((to - this.#base) / width)).fill(NaN);
  }

  /** What a moment of the range is worth goes whole to the bucket that it lies in. */
  addMoment(time: Micros, worth: number): void {
    this.addBucket(Math.floor((time - this.#base) / this.#width), worth);
  }

  /** @param start and @param end lie within the range @param worth of the whole stretch, even all along it */
  addStretch(start: Micros, end: Micros, worth: number): void {
    const last = Math.ceil((end - this.#base) / this.#width);
    for (let index = Math.floor((start - this.#base) / this.#width); index < last; index++) {
      const edge = this.#base + index * this.#width;
      const length = Math.min(end, edge + this.#width) - Math.max(start, edge);
      this.addBucket(index, (worth * length) / (end - start));
    }
  }

  /** @param index from the first on */
  addBucket(index: number, worth: number): void {
    const known = this.#values[index] as number;
    this.#values[index] = Number.isNaN(known) ? worth : known + worth;
  }

  /** By bucket; NaN where nothing was added, or more than a number holds. Undefined where that is all of them. */
  finish(): Pick<SpreadSeries, 'base' | 'values'> | undefined {
    let told = false;
    for (let index = 0; index < this.#values.length; index++) {
      if (Number.isFinite(this.#values[index])) {
        told = true;
      } else {
        this.#values[index] = NaN;
      }
    }
    return told ? { base: this.#base, values: this.#values } : undefined;
  }
}

/** What the points of each group say, of groups that say anything. */
export function spreadPoints(found: readonly SeriesPoints[], question: SpreadQuestion): SpreadSeries[] {
  const { from, to, measure, by, window } = question;
  return groupSeries(found, by).flatMap(({ identity, members }) => {
    const spreading = new Spreading(question);
    for (const points of members) {
      const own = window?.(points.series) ?? { from, to };
      const cut = { from: Math.max(own.from, from), to: Math.min(own.to, to) };
      if (measure === 'value') {
        addValues(spreading, points, cut);
      } else {
        addTime(spreading, points, cut);
      }
    }
    const told = spreading.finish();
    return told === undefined ? [] : [{ ...identity, ...told }];
  });
}

interface Cut {
  readonly from: Micros;
  readonly to: Micros;
}

function addValues(spreading: Spreading, { times, values, spans }: SeriesPoints, cut: Cut): void {
  for (const [at, end] of times.entries()) {
    const [value, begin] = [values[at] as number, beginOf(end, spans[at] as number)];
    const [start, stop] = [Math.max(begin, cut.from), Math.min(end, cut.to)];
    if (!Number.isFinite(value)) {
      continue;
    }
    if (begin === end && end >= cut.from && end < cut.to) {
      spreading.addMoment(end, value);
    } else if (start < stop) {
      spreading.addStretch(start, stop, (value * (stop - start)) / (end - begin));
    }
  }
}

/** Of stretches that overlap only what the ones before leave over. */
function addTime(spreading: Spreading, { times, spans }: SeriesPoints, cut: Cut): void {
  const stretches = times
    .map((time, at) => [Math.max(beginOf(time, spans[at] as number), cut.from), Math.min(time, cut.to)] as const)
    .filter(([start, end]) => start < end)
    .sort(([a], [b]) => a - b);
  let told = -Infinity;
  for (const [start, end] of stretches) {
    if (end > told) {
      const rest = Math.max(start, told);
      spreading.addStretch(rest, end, (end - rest) / 1e6);
      told = end;
    }
  }
}
