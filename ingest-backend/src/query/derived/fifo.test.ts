import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { meanOf, quantileOf, staysOf, type Curves, type Passages } from './fifo.js';

const BUCKET = 1;

/** Records per bucket as reports every so often tell them: the records of a report are spread evenly over its time. */
function reported(moments: readonly number[], every: number, phase: number, end: number): Array<number | undefined> {
  const buckets = new Array<number | undefined>(end).fill(undefined);
  for (let from = phase - every; from < end; from += every) {
    const to = from + every;
    const count = moments.filter((moment) => moment > from && moment <= to).length;
    for (let bucket = Math.max(0, Math.floor(from)); bucket < Math.min(end, Math.ceil(to)); bucket++) {
      const overlap = Math.min(to, bucket + 1) - Math.max(from, bucket);
      buckets[bucket] = (buckets[bucket] ?? 0) + (count * overlap) / every;
    }
  }
  return buckets;
}

function curves(
  into: ReadonlyArray<number | undefined>,
  out: ReadonlyArray<number | undefined>,
  amplification = 1
): Curves {
  const told = (values: ReadonlyArray<number | undefined>) => Float64Array.from(values, (value) => value ?? NaN);
  const edges = Float64Array.from({ length: into.length + 1 }, (_, n) => n * BUCKET);
  return { edges, into: told(into), out: told(out), amplification };
}

/** Bursts of a multiple of three records, with time between them that is long enough for the model to be seen idle. */
function bursts(rest: number): fc.Arbitrary<number[]> {
  const gap = fc.double({ min: 0.01, max: 2, noNaN: true });
  const burst = fc.record({
    pause: fc.integer({ min: rest, max: rest + 20 }),
    gaps: fc.array(fc.tuple(gap, gap, gap), { minLength: 2, maxLength: 25 }).map((all) => all.flat()),
  });
  return fc.array(burst, { minLength: 1, maxLength: 5 }).map((all) => {
    const moments: number[] = [];
    let now = 0;
    for (const { pause, gaps } of all) {
      now += pause;
      for (const gap of gaps) {
        now += gap;
        moments.push(now);
      }
    }
    return moments;
  });
}

function piecesOf({ length, buckets, firsts, lasts, weights }: Passages) {
  return Array.from({ length }, (_, at) => ({
    bucket: buckets[at] as number,
    first: firsts[at] as number,
    last: lasts[at] as number,
    weight: weights[at] as number,
  }));
}

describe('staysOf', () => {
  const every = 3;
  const delay = 7.5;
  const rest = Math.ceil(delay + 4 * every);
  const phases = fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 }));

  it('tells a constant delay within the time between two reports', () => {
    fc.assert(
      fc.property(bursts(rest), phases, (moments, [inPhase, outPhase]) => {
        const end = Math.ceil(moments.at(-1)! + rest);
        const out = moments.map((moment) => moment + delay);
        const { passages, unanchored } = staysOf(
          curves(reported(moments, every, inPhase, end), reported(out, every, outPhase, end))
        );
        expect(unanchored).toBe(false);
        expect(Math.abs(meanOf(passages) - delay)).toBeLessThanOrEqual(every);
        for (const share of [0.5, 0.95]) {
          expect(Math.abs(quantileOf(passages, share) - delay)).toBeLessThanOrEqual(every + BUCKET);
        }
      })
    );
  });

  it('takes neither amplification nor loss for a delay, where the model was idle before and after', () => {
    fc.assert(
      fc.property(bursts(rest), fc.constantFrom(1, 2, 5), fc.constantFrom(1, 3), (moments, times, one) => {
        // A last burst closes the one before it.
        const last = moments.at(-1)! + rest;
        const all = [...moments, ...Array.from({ length: 60 }, (_, n) => last + n / 2)];
        const kept = all.filter((_, index) => index % one === Math.floor(one / 2));
        const out = kept.flatMap((moment) => Array.from({ length: times }, () => moment + delay));
        const end = Math.ceil(last + 30 + rest);
        const told = curves(reported(all, every, every, end), reported(out, every, every, end));
        const { passages } = staysOf(told);
        expect(Math.abs(meanOf(passages) - delay)).toBeLessThanOrEqual(every + BUCKET);
      })
    );
  });

  it('weighs by records, and counts each once', () => {
    fc.assert(
      fc.property(bursts(rest), (moments) => {
        const end = Math.ceil(moments.at(-1)! + rest);
        const into = reported(moments, every, every, end);
        const { passages } = staysOf(
          curves(
            into,
            reported(
              moments.map((t) => t + delay),
              every,
              every,
              end
            )
          )
        );
        expect(piecesOf(passages).reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(moments.length, 3);
      })
    );
  });

  it('says where the model was never seen empty, and tells what lies above the least then', () => {
    const steady = new Array<number>(50).fill(10);
    const { passages, unanchored } = staysOf(curves(steady, steady));
    expect(unanchored).toBe(true);
    expect(piecesOf(staysOf(curves(steady, steady), 20).passages)).toEqual(
      piecesOf(passages).filter(({ bucket }) => bucket >= 20)
    );
    expect(quantileOf(passages, 1)).toBe(0);
    // Ten seconds in which nothing goes out: what came in then waits ten seconds longer.
    const stalled = steady.map((value, index) =>
      index >= 20 && index < 30 ? 0 : index >= 30 && index < 40 ? 20 : value
    );
    expect(quantileOf(staysOf(curves(steady, stalled)).passages, 1)).toBeCloseTo(10, 6);
  });

  it('answers 0 where most records passed at once, and the shortest stay as the least', () => {
    const passages = { length: 2, buckets: [0, 1], firsts: [0, 2], lasts: [0, 3], weights: [9, 1] };
    expect(quantileOf(passages, 0.5)).toBe(0);
    expect(quantileOf(passages, 0, { from: 1, to: 2 })).toBe(2);
    expect(quantileOf(passages, 0.95)).toBeCloseTo(2.5, 6);
  });

  it('knows that a model that begins to report is empty', () => {
    const into = [undefined, undefined, ...new Array<number>(20).fill(10)];
    const out = [undefined, undefined, 0, 0, 0, 0, 0, ...new Array<number>(15).fill(10)];
    const { passages, unanchored } = staysOf(curves(into, out));
    expect(unanchored).toBe(false);
    expect(quantileOf(passages, 0)).toBeCloseTo(5, 6);
    expect(quantileOf(passages, 1)).toBeCloseTo(5, 6);
  });

  it('does not take a pause for an empty model where output comes first after it', () => {
    const into = [undefined, 100, 0, 0, 0, 0];
    const out = [undefined, 0, 0, 0, 0, 100];
    expect(quantileOf(staysOf(curves(into, out)).passages, 0.5)).toBeCloseTo(4, 6);
  });

  it('counts nothing across a gap in the reports', () => {
    const into = [undefined, 100, undefined, 100, 0];
    const out = [undefined, 50, undefined, 0, 100];
    const { passages } = staysOf(curves(into, out));
    expect(Math.max(...piecesOf(passages).map(({ first, last }) => Math.max(first, last)))).toBeLessThanOrEqual(1);
  });

  it('learns how much a model puts out where nobody told it', () => {
    const into = [undefined, ...new Array<number>(40).fill(10)];
    const out = [undefined, 0, 0, ...new Array<number>(38).fill(1)];
    const { passages } = staysOf(curves(into, out));
    expect(quantileOf(passages, 0.5)).toBeCloseTo(2, 6);
  });

  it('answers nothing where nothing came out', () => {
    const { passages } = staysOf(curves([undefined, 10, 10], [undefined, 0, 0]));
    expect(passages.length).toBe(0);
    expect(quantileOf(passages, 0.5)).toBeNaN();
    expect(meanOf(passages)).toBeNaN();
  });
});
