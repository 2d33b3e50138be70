import { DistinctCount, type DistinctCountJson } from './distinct-count.js';
import { Histogram } from './histogram.js';
import { Moments, type MomentsJson } from './moments.js';
import { QuantileSketch, type QuantileSketchJson, type QuantileSketchOptions } from './quantile-sketch.js';
import { Tally, type TallyJson } from './tally.js';

export interface NumericProfileOptions extends QuantileSketchOptions {
  /** Whether distinct values are counted, for about a fifth of the cost on top. */
  readonly distinct?: boolean;
}

export interface NumericProfileJson {
  readonly kind: 'numeric';
  readonly tally: TallyJson;
  readonly moments: MomentsJson;
  readonly counts: readonly number[];
  readonly quantiles: QuantileSketchJson;
  readonly distinct?: DistinctCountJson;
}

/** All that is kept of one numeric feature over a span of records, in bounded space and mergeable. */
export class NumericProfile {
  readonly kind = 'numeric';
  readonly tally: Tally;
  readonly moments: Moments;
  readonly histogram: Histogram;
  readonly quantiles: QuantileSketch;
  readonly distinct: DistinctCount | undefined;

  /** @param edges of the histogram, as the reference has them, in the feature's unit */
  constructor(edges: ArrayLike<number>, options: NumericProfileOptions = {}, json?: NumericProfileJson) {
    this.tally = json === undefined ? new Tally() : Tally.from(json.tally);
    this.moments = json === undefined ? new Moments() : Moments.from(json.moments);
    this.histogram = json === undefined ? new Histogram(edges) : Histogram.from(edges, json.counts);
    this.quantiles = json === undefined ? new QuantileSketch(options) : QuantileSketch.from(json.quantiles);
    if (json?.distinct !== undefined) {
      this.distinct = DistinctCount.from(json.distinct);
    } else {
      this.distinct = json === undefined && options.distinct === true ? new DistinctCount() : undefined;
    }
  }

  /** @param value NaN and the infinities are counted, and kept from the statistics @returns the cell of `counts` that it fell in */
  add(value: number): number | undefined {
    this.tally.seen++;
    if (value - value !== 0) {
      if (Number.isNaN(value)) {
        this.tally.nan++;
      } else {
        this.tally.infinite++;
      }
      return undefined;
    }
    this.moments.add(value);
    const cell = this.histogram.add(value);
    this.quantiles.add(value);
    this.distinct?.addNumber(value);
    return cell;
  }

  addMissing(): void {
    this.tally.seen++;
    this.tally.missing++;
  }

  /** A value that is not of the feature's type. */
  addMismatch(): void {
    this.tally.seen++;
    this.tally.mismatched++;
  }

  /** Takes in what a profile with the same edges and options has seen. */
  merge(other: NumericProfile): void {
    if ((this.distinct === undefined) !== (other.distinct === undefined)) {
      throw new RangeError('numeric profile: expected both or neither to count distinct values, found one that does');
    }
    // The histogram first: it refuses other edges, before anything has changed.
    this.histogram.merge(other.histogram);
    this.quantiles.merge(other.quantiles);
    this.tally.merge(other.tally);
    this.moments.merge(other.moments);
    if (other.distinct !== undefined) {
      this.distinct?.merge(other.distinct);
    }
  }

  /** What distances compare: counts by cell. */
  get counts(): Readonly<Float64Array> {
    return this.histogram.counts;
  }

  toJSON(): NumericProfileJson {
    return {
      kind: 'numeric',
      tally: this.tally.toJSON(),
      moments: this.moments.toJSON(),
      counts: this.histogram.toJSON(),
      quantiles: this.quantiles.toJSON(),
      ...(this.distinct === undefined ? {} : { distinct: this.distinct.toJSON() }),
    };
  }

  static from(edges: ArrayLike<number>, json: NumericProfileJson): NumericProfile {
    return new NumericProfile(edges, {}, json);
  }
}
