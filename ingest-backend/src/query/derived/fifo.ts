/**
 * How long records stay in a model, from nothing but the numbers of them that came in and went out.
 *
 * First in, first out: the n-th record out is the n-th record in, so the time that it took is the horizontal distance
 * between the two cumulative curves at n. That needs moments at which the curves are known to meet: while a model is
 * idle, and when it starts to report, nothing is inside. From one such moment to the next all that came in has gone
 * out, more or fewer where the model amplifies or loses: the output curve is scaled to the input curve, so that
 * neither is taken for a delay.
 */
export interface Curves {
  /** Edges of the buckets, one more than there are buckets. */
  readonly edges: Float64Array;
  /** Records in and out by bucket, 0 where there were none; NaN where no report speaks for the bucket. */
  readonly into: Float64Array;
  readonly out: Float64Array;
  /** Records out for each record in, as far as they are known: used until they can be seen. */
  readonly amplification: number;
}

/**
 * Records that went out, piece by piece in the order of time: within a piece their stay grows or shrinks evenly from the
 * first to the last. Of a hundred models there are hundreds of thousands of pieces: objects of them cost many times as
 * much as these columns do.
 */
export interface Passages {
  readonly length: number;
  /** The bucket that they went out in. */
  readonly buckets: ArrayLike<number>;
  /** How long the first and the last stayed, in the unit of the edges. */
  readonly firsts: ArrayLike<number>;
  readonly lasts: ArrayLike<number>;
  /** Number of records in, which records out stand for. */
  readonly weights: ArrayLike<number>;
}

export interface Stays {
  readonly passages: Passages;
  /** Whether some have no moment before or after them at which the model was empty: told stays are too short. */
  readonly unanchored: boolean;
}

/** A stretch of buckets without a moment at which the model is known to be empty. */
interface Period {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
  readonly emptyBefore: boolean;
  readonly emptyAfter: boolean;
}

/** Where the counts of the records differ by less, they are the same but for rounding. */
const NEGLIGIBLE = 1e-6;
/** A model whose records out and in differ by less from what is known of it is taken to be what is known. */
const AS_KNOWN = 0.25;

/** The stays of all records that went out. @param from the first bucket that is asked for */
export function staysOf(curves: Curves, from = 0): Stays {
  const periods = periodsOf(curves);
  const totals = periods.map((period) => ({
    ...period,
    into: sumOf(curves.into, period),
    out: sumOf(curves.out, period),
  }));
  const whole = totals.filter(({ emptyBefore, emptyAfter }) => emptyBefore && emptyAfter);
  const [allInto, allOut] = [whole.reduce((a, { into }) => a + into, 0), whole.reduce((a, { out }) => a + out, 0)];
  const passages = new Pieces(2 * curves.into.length);
  let unanchored = false;
  for (const period of totals) {
    const complete = period.emptyBefore && period.emptyAfter;
    const ratio = complete
      ? period.out / period.into
      : allInto > 0 && allOut > 0
        ? allOut / allInto
        : ratioOf(curves, period);
    if (!(ratio > 0 && ratio < Infinity)) {
      continue;
    }
    const known = passages.length;
    match(curves, period, ratio, from, passages);
    unanchored ||= passages.length > known && !period.emptyBefore && !period.emptyAfter;
  }
  return { passages, unanchored };
}

/** Cuts the buckets where the model is known to be empty, and where nothing was reported. */
function periodsOf({ into, out }: Curves): Period[] {
  const periods: Period[] = [];
  let begun: { from: number; emptyBefore: boolean; idle: boolean } | undefined;
  // Before the first report nothing is known, unless the reports begin after the time that is looked at does.
  let emptyBefore = !isTold(into, 0) && !isTold(out, 0);
  let end = 0;
  const close = (emptyAfter: boolean) => {
    if (begun !== undefined) {
      periods.push({ from: begun.from, to: end, emptyBefore: begun.emptyBefore, emptyAfter });
      begun = undefined;
    }
  };
  for (let index = 0; index < into.length; index++) {
    const entered = recordsAt(into, index);
    const left = recordsAt(out, index);
    if (!isTold(into, index) && !isTold(out, index)) {
      // Who begins to report again has started again: what was inside before is gone.
      close(false);
      emptyBefore = true;
      continue;
    }
    const moves = entered > NEGLIGIBLE || left > NEGLIGIBLE;
    if (!moves) {
      if (begun === undefined) {
        emptyBefore = true;
      } else {
        begun.idle = true;
      }
      continue;
    }
    // What puts something out before it took anything in was not empty while it was idle.
    if (begun?.idle === true && entered > NEGLIGIBLE) {
      close(true);
      emptyBefore = true;
    }
    begun ??= { from: index, emptyBefore: emptyBefore && entered > NEGLIGIBLE, idle: false };
    begun.idle = false;
    end = index + 1;
  }
  close(false);
  return periods;
}

/**
 * Records out for each record in of a period at whose end some may still be inside: what is known, unless both of its
 * last quarters tell the same, and something else.
 */
function ratioOf({ into, out, amplification }: Curves, period: Period): number {
  const quarter = (n: number) => Math.floor(period.from + ((period.to - period.from) * n) / 4);
  const between = (from: number, to: number) => {
    const part = { from: quarter(from), to: quarter(to) };
    return sumOf(out, part) / sumOf(into, part);
  };
  const [whole, third, fourth, half] = [between(0, 4), between(2, 3), between(3, 4), between(2, 4)];
  const steady = isNear(third, fourth);
  const other = [whole, third, fourth].every((seen) => seen > 0 && seen < Infinity && !isNear(seen, amplification));
  return steady && other ? half : amplification;
}

function isNear(a: number, b: number): boolean {
  return Math.abs(a / b - 1) <= AS_KNOWN;
}

function isTold(curve: Float64Array, index: number): boolean {
  return !Number.isNaN(curve[index]);
}

/** None where no report speaks for the bucket. */
function recordsAt(curve: Float64Array, index: number): number {
  const value = curve[index] as number;
  return Number.isNaN(value) ? 0 : value;
}

class Pieces implements Passages {
  readonly buckets: Int32Array;
  readonly firsts: Float64Array;
  readonly lasts: Float64Array;
  readonly weights: Float64Array;
  length = 0;

  /** @param most of them: each ends where a bucket of one of the curves does */
  constructor(most: number) {
    this.buckets = new Int32Array(most);
    this.firsts = new Float64Array(most);
    this.lasts = new Float64Array(most);
    this.weights = new Float64Array(most);
  }

  add(bucket: number, first: number, last: number, weight: number): void {
    const at = this.length++;
    this.buckets[at] = bucket;
    this.firsts[at] = first;
    this.lasts[at] = last;
    this.weights[at] = weight;
  }
}

/** Goes along both curves of a period at once: one passage for each piece on which both are straight. */
function match({ edges, into, out }: Curves, period: Period, ratio: number, first: number, found: Pieces): void {
  let i = period.from;
  let o = period.from;
  // Numbers of records in at the start of the bucket that each curve is in.
  let lowIn = 0;
  let lowOut = -insideAtStart({ into, out }, period, ratio);
  while (i < period.to && o < period.to) {
    const entered = recordsAt(into, i);
    const left = recordsAt(out, o) / ratio;
    const from = Math.max(lowIn, lowOut);
    const to = Math.min(lowIn + entered, lowOut + left);
    if (to - from > NEGLIGIBLE && o >= first) {
      const begin = within(edges, o, (from - lowOut) / left) - within(edges, i, (from - lowIn) / entered);
      const end = within(edges, o, (to - lowOut) / left) - within(edges, i, (to - lowIn) / entered);
      found.add(o, Math.max(0, begin), Math.max(0, end), to - from);
    }
    if (lowIn + entered <= lowOut + left) {
      lowIn += entered;
      i++;
    } else {
      lowOut += left;
      o++;
    }
  }
}

/**
 * Records that were inside when a period began: none where the model was empty, else what leaves none at its end where
 * it was empty then; in any case no fewer than it takes that none goes out before it came in.
 */
function insideAtStart({ into, out }: Pick<Curves, 'into' | 'out'>, period: Period, ratio: number): number {
  let [level, least] = [0, 0];
  for (let index = period.from; index < period.to; index++) {
    level += recordsAt(into, index) - recordsAt(out, index) / ratio;
    least = Math.min(least, level);
  }
  if (period.emptyBefore) {
    // Reports of the two sides do not end at the same moments: what seems to be out too early is out at once.
    return 0;
  }
  return Math.max(-least, period.emptyAfter ? -level : 0);
}

/** A time within a bucket, by the share of its records that are through. */
function within(edges: Float64Array, bucket: number, share: number): number {
  const from = edges[bucket] as number;
  return from + ((edges[bucket + 1] as number) - from) * Math.min(1, Math.max(0, share));
}

function sumOf(curve: Float64Array, { from, to }: { from: number; to: number }): number {
  let sum = 0;
  for (let index = from; index < to; index++) {
    sum += recordsAt(curve, index);
  }
  return sum;
}

/** Some of the pieces, one after the other. */
export interface Run {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
}

/**
 * The value that a share of the records of a run stayed no longer than; NaN without records. The number of records that
 * stayed no longer than some time grows evenly from each first or last stay to the next, so it is exact.
 */
export function quantileOf(passages: Passages, share: number, run: Run = wholeOf(passages)): number {
  const { firsts, lasts, weights } = passages;
  if (run.from >= run.to) {
    return NaN;
  }
  const stays = sortedStays(passages, run);
  const last = 2 * (run.to - run.from) - 1;
  const target = share * weightUpTo(passages, run, stays[last] as number);
  let low = 0;
  let high = last;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (weightUpTo(passages, run, stays[middle] as number) < target) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  const stay = stays[low] as number;
  // Of one value there may be several: the one before them all.
  while (low > 0 && stays[low - 1] === stay) {
    low--;
  }
  const before = stays[low - 1];
  if (before === undefined) {
    return stay;
  }
  let same = 0;
  for (let at = run.from; at < run.to; at++) {
    same += firsts[at] === stay && lasts[at] === stay ? (weights[at] as number) : 0;
  }
  const fewer = weightUpTo(passages, run, before);
  const more = weightUpTo(passages, run, stay) - same;
  return more > target ? before + ((target - fewer) / (more - fewer)) * (stay - before) : stay;
}

/** So few are put in order as they come: most buckets have two or three pieces. */
const FEW = 16;
/** Where they are: a list for each of hundreds of thousands of buckets would be much to clear away. */
const SCRATCH = new Float64Array(2 * FEW);

/** The first and the last stays of a run, ascending; they stay until the next are asked for. */
function sortedStays({ firsts, lasts }: Passages, { from, to }: Run): Float64Array {
  if (to - from > FEW) {
    const stays = new Float64Array((to - from) * 2);
    for (let at = from; at < to; at++) {
      stays[(at - from) * 2] = firsts[at] as number;
      stays[(at - from) * 2 + 1] = lasts[at] as number;
    }
    return stays.sort();
  }
  for (let at = from; at < to; at++) {
    insert(SCRATCH, 2 * (at - from), firsts[at] as number);
    insert(SCRATCH, 2 * (at - from) + 1, lasts[at] as number);
  }
  return SCRATCH;
}

/** @param count of those that are in order already */
function insert(stays: Float64Array, count: number, stay: number): void {
  let at = count;
  for (; at > 0 && (stays[at - 1] as number) > stay; at--) {
    stays[at] = stays[at - 1] as number;
  }
  stays[at] = stay;
}

/** Records that stayed no longer than this. */
function weightUpTo({ firsts, lasts, weights }: Passages, { from, to }: Run, stay: number): number {
  let sum = 0;
  for (let at = from; at < to; at++) {
    const first = firsts[at] as number;
    const last = lasts[at] as number;
    const low = Math.min(first, last);
    const high = Math.max(first, last);
    sum += (weights[at] as number) * (stay >= high ? 1 : stay <= low ? 0 : (stay - low) / (high - low));
  }
  return sum;
}

/** The mean of all stays of a run's records; NaN without records. */
export function meanOf(passages: Passages, run: Run = wholeOf(passages)): number {
  let [sum, total] = [0, 0];
  for (let at = run.from; at < run.to; at++) {
    const weight = passages.weights[at] as number;
    sum += (weight * ((passages.firsts[at] as number) + (passages.lasts[at] as number))) / 2;
    total += weight;
  }
  return sum / total;
}

function wholeOf({ length }: Passages): Run {
  return { from: 0, to: length };
}
