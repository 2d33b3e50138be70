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

/** Records that went out one after the other: their stay grows or shrinks evenly from the first to the last. */
export interface Passage {
  /** The bucket that they went out in. */
  readonly bucket: number;
  /** How long the first and the last stayed, in the unit of the edges. */
  readonly first: number;
  readonly last: number;
  /** Number of records in, which records out stand for. */
  readonly weight: number;
}

export interface Stays {
  readonly passages: Passage[];
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
  const passages: Passage[] = [];
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
    const [entered, left] = [recordsAt(into, index), recordsAt(out, index)];
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

/** Goes along both curves of a period at once: one passage for each piece on which both are straight. */
function match({ edges, into, out }: Curves, period: Period, ratio: number, first: number, found: Passage[]): void {
  const shift = insideAtStart({ into, out }, period, ratio);
  let [i, o] = [period.from, period.from];
  // Numbers of records in at the start of the bucket that each curve is in.
  let [lowIn, lowOut] = [0, -shift];
  while (i < period.to && o < period.to) {
    const entered = recordsAt(into, i);
    const left = recordsAt(out, o) / ratio;
    const from = Math.max(lowIn, lowOut);
    const to = Math.min(lowIn + entered, lowOut + left);
    if (to - from > NEGLIGIBLE && o >= first) {
      const stay = (n: number) =>
        Math.max(0, within(edges, o, (n - lowOut) / left) - within(edges, i, (n - lowIn) / entered));
      found.push({ bucket: o, first: stay(from), last: stay(to), weight: to - from });
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
  const [from, to] = [edges[bucket] as number, edges[bucket + 1] as number];
  return from + (to - from) * Math.min(1, Math.max(0, share));
}

function sumOf(curve: Float64Array, { from, to }: { from: number; to: number }): number {
  let sum = 0;
  for (let index = from; index < to; index++) {
    sum += recordsAt(curve, index);
  }
  return sum;
}

/**
 * The value that a share of the records stayed no longer than; NaN without records. The number of records that stayed no
 * longer than some time grows evenly from each first or last stay to the next, so it is exact.
 */
export function quantileOf(passages: readonly Passage[], share: number): number {
  if (passages.length === 0) {
    return NaN;
  }
  const stays = new Float64Array(passages.length * 2);
  passages.forEach(({ first, last }, index) => stays.set([first, last], index * 2));
  stays.sort();
  const target = share * weightUpTo(passages, stays.at(-1) as number);
  let [low, high] = [0, stays.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (weightUpTo(passages, stays[middle] as number) < target) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  const stay = stays[low] as number;
  // Of one value there may be several: the one before them all.
  const before = stays[stays.indexOf(stay) - 1];
  if (before === undefined) {
    return stay;
  }
  const at = passages.reduce(
    (sum, { first, last, weight }) => (first === stay && last === stay ? sum + weight : sum),
    0
  );
  const [fewer, more] = [weightUpTo(passages, before), weightUpTo(passages, stay) - at];
  return more > target ? before + ((target - fewer) / (more - fewer)) * (stay - before) : stay;
}

/** Records that stayed no longer than this. */
function weightUpTo(passages: readonly Passage[], stay: number): number {
  let sum = 0;
  for (const { first, last, weight } of passages) {
    const low = Math.min(first, last);
    const high = Math.max(first, last);
    sum += stay >= high ? weight : stay <= low ? 0 : (weight * (stay - low)) / (high - low);
  }
  return sum;
}

/** The mean of all records' stays; NaN without records. */
export function meanOf(passages: readonly Passage[]): number {
  const total = passages.reduce((sum, { weight }) => sum + weight, 0);
  return passages.reduce((sum, { first, last, weight }) => sum + (weight * (first + last)) / 2, 0) / total;
}
