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
  readonly edges: readonly number[];
  /** Records in and out by bucket, 0 where there were none; undefined where no report speaks for the bucket. */
  readonly into: ReadonlyArray<number | undefined>;
  readonly out: ReadonlyArray<number | undefined>;
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
  /** Buckets whose passages have no moment before or after them at which the model was empty: told stays are too short. */
  readonly unanchored: ReadonlySet<number>;
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

/** The stays of all records that went out. */
export function staysOf(curves: Curves): Stays {
  const periods = periodsOf(curves);
  const totals = periods.map((period) => ({
    ...period,
    into: sumOf(curves.into, period),
    out: sumOf(curves.out, period),
  }));
  const whole = totals.filter(({ emptyBefore, emptyAfter }) => emptyBefore && emptyAfter);
  const [allInto, allOut] = [whole.reduce((a, { into }) => a + into, 0), whole.reduce((a, { out }) => a + out, 0)];
  const passages: Passage[] = [];
  const unanchored = new Set<number>();
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
    const found = match(curves, period, ratio);
    passages.push(...found);
    if (!period.emptyBefore && !period.emptyAfter) {
      found.forEach(({ bucket }) => unanchored.add(bucket));
    }
  }
  return { passages, unanchored };
}

/** Cuts the buckets where the model is known to be empty, and where nothing was reported. */
function periodsOf({ into, out }: Curves): Period[] {
  const periods: Period[] = [];
  let begun: { from: number; emptyBefore: boolean; idle: boolean } | undefined;
  // Before the first report nothing is known, unless the reports begin after the time that is looked at does.
  let emptyBefore = into[0] === undefined && out[0] === undefined;
  let end = 0;
  const close = (emptyAfter: boolean) => {
    if (begun !== undefined) {
      periods.push({ from: begun.from, to: end, emptyBefore: begun.emptyBefore, emptyAfter });
      begun = undefined;
    }
  };
  for (let index = 0; index < into.length; index++) {
    const [entered, left] = [into[index], out[index]];
    if (entered === undefined && left === undefined) {
      // Who begins to report again has started again: what was inside before is gone.
      close(false);
      emptyBefore = true;
      continue;
    }
    const moves = (entered ?? 0) > NEGLIGIBLE || (left ?? 0) > NEGLIGIBLE;
    if (!moves) {
      if (begun === undefined) {
        emptyBefore = true;
      } else {
        begun.idle = true;
      }
      continue;
    }
    // What puts something out before it took anything in was not empty while it was idle.
    if (begun?.idle === true && (entered ?? 0) > NEGLIGIBLE) {
      close(true);
      emptyBefore = true;
    }
    begun ??= { from: index, emptyBefore: emptyBefore && (entered ?? 0) > NEGLIGIBLE, idle: false };
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

/** Goes along both curves of a period at once: one passage for each piece on which both are straight. */
function match({ edges, into, out }: Curves, period: Period, ratio: number): Passage[] {
  const shift = insideAtStart({ into, out }, period, ratio);
  const passages: Passage[] = [];
  let [i, o] = [period.from, period.from];
  // Numbers of records in at the start of the bucket that each curve is in.
  let [lowIn, lowOut] = [0, -shift];
  while (i < period.to && o < period.to) {
    const entered = into[i] ?? 0;
    const left = (out[o] ?? 0) / ratio;
    const from = Math.max(lowIn, lowOut);
    const to = Math.min(lowIn + entered, lowOut + left);
    if (to - from > NEGLIGIBLE) {
      const stay = (n: number) =>
        Math.max(0, within(edges, o, (n - lowOut) / left) - within(edges, i, (n - lowIn) / entered));
      passages.push({ bucket: o, first: stay(from), last: stay(to), weight: to - from });
    }
    if (lowIn + entered <= lowOut + left) {
      lowIn += entered;
      i++;
    } else {
      lowOut += left;
      o++;
    }
  }
  return passages;
}

/**
 * Records that were inside when a period began: none where the model was empty, else what leaves none at its end where
 * it was empty then; in any case no fewer than it takes that none goes out before it came in.
 */
function insideAtStart({ into, out }: Pick<Curves, 'into' | 'out'>, period: Period, ratio: number): number {
  let [level, least] = [0, 0];
  for (let index = period.from; index < period.to; index++) {
    level += (into[index] ?? 0) - (out[index] ?? 0) / ratio;
    least = Math.min(least, level);
  }
  if (period.emptyBefore) {
    // Reports of the two sides do not end at the same moments: what seems to be out too early is out at once.
    return 0;
  }
  return Math.max(-least, period.emptyAfter ? -level : 0);
}

/** A time within a bucket, by the share of its records that are through. */
function within(edges: readonly number[], bucket: number, share: number): number {
  const [from, to] = [edges[bucket] as number, edges[bucket + 1] as number];
  return from + (to - from) * Math.min(1, Math.max(0, share));
}

function sumOf(values: ReadonlyArray<number | undefined>, { from, to }: { from: number; to: number }): number {
  return values.slice(from, to).reduce<number>((sum, value) => sum + (value ?? 0), 0);
}

/** The value that a share of the records stayed no longer than; NaN without records. */
export function quantileOf(passages: readonly Passage[], share: number): number {
  const total = passages.reduce((sum, { weight }) => sum + weight, 0);
  if (total === 0) {
    return NaN;
  }
  let low = passages.reduce((least, { first, last }) => Math.min(least, first, last), Infinity);
  // Halving never gets there: of records that mostly pass at once, a hair above 0 would be left.
  if (weightUpTo(passages, low) >= share * total) {
    return low;
  }
  let high = passages.reduce((most, { first, last }) => Math.max(most, first, last), 0);
  // 40 halvings tell microseconds in a fortnight.
  for (let n = 0; n < 40 && high > low; n++) {
    const middle = (low + high) / 2;
    if (weightUpTo(passages, middle) < share * total) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return high;
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
