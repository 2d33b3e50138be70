import { describe, expect, it } from 'vitest';
import { golden } from '../golden/golden.js';
import { streamOf, type StreamKind } from '../golden/streams.js';
import { seededRandom } from '../special/index.js';
import { Adwin, Ddm, Eddm, Kswin, PageHinkley, type DriftDetector } from './index.js';

interface Run {
  readonly detector: 'adwin' | 'pageHinkley' | 'kswin' | 'ddm' | 'eddm';
  readonly options: Readonly<Record<string, number>>;
  readonly drifts: number[];
  readonly warnings: number[];
}
interface Golden {
  readonly made: { kind: StreamKind; seed: number; n: number; runs: Run[] }[];
  readonly real: { name: string; values: number[]; runs: Run[] }[];
}
const { made, real } = golden<Golden>('detectors');

const NAMES: Readonly<Record<string, string>> = { min_window_length: 'minWindow' };

function make({ detector, options }: Run): DriftDetector {
  // Theirs are in snake case.
  const ours = Object.fromEntries(
    Object.entries(options).map(([name, value]) => [
      NAMES[name] ?? name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase()),
      value,
    ])
  );
  const makers = { adwin: Adwin, pageHinkley: PageHinkley, kswin: Kswin, ddm: Ddm, eddm: Eddm };
  return new makers[detector](ours);
}

/** Where it tells a change, and where it begins or ends to suspect one. */
function run(detector: DriftDetector, values: readonly number[]): Pick<Run, 'drifts' | 'warnings'> {
  const drifts: number[] = [];
  const warnings: number[] = [];
  let warned = false;
  values.forEach((value, index) => {
    detector.update(value);
    if (detector.drift) {
      drifts.push(index);
    }
    if (detector.warning !== warned) {
      warnings.push(index);
      warned = detector.warning;
    }
  });
  return { drifts, warnings };
}

function expectSame(runs: readonly Run[], values: readonly number[]): void {
  for (const expected of runs) {
    const { drifts, warnings } = expected;
    expect(run(make(expected), values), `${expected.detector} ${JSON.stringify(expected.options)}`).toEqual({
      drifts,
      warnings,
    });
  }
}

describe('detectors tell changes where those of river do', () => {
  it.each(made)('on the stream "$kind" of $n', ({ kind, seed, n, runs }) => {
    expectSame(runs, streamOf(kind, seed, n));
  });

  it.each(real)('on $name', ({ values, runs }) => expectSame(runs, values));

  it('of which each tells some change', () => {
    const told = new Set(
      [...made, ...real].flatMap(({ runs }) => runs).flatMap((r) => (r.drifts.length > 0 ? [r.detector] : []))
    );
    expect([...told].sort()).toEqual(['adwin', 'ddm', 'eddm', 'kswin', 'pageHinkley']);
  });
});

describe('a detector', () => {
  const makers: [string, () => DriftDetector, StreamKind][] = [
    ['ADWIN', () => new Adwin(), 'abrupt'],
    ['Page–Hinkley', () => new PageHinkley({ threshold: 20, delta: 0.2 }), 'abrupt'],
    ['KSWIN', () => new Kswin({ alpha: 0.001 }), 'abrupt'],
    ['DDM', () => new Ddm(), 'errors, abrupt'],
    ['EDDM', () => new Eddm(), 'errors, abrupt'],
  ];

  it.each(makers)('%s is after a reset what it was when new', (_, makeNew, kind) => {
    const values = streamOf(kind, 5, 3000);
    const used = makeNew();
    run(used, values);
    used.reset();
    expect([used.drift, used.warning]).toEqual([false, false]);
    expect(run(used, values)).toEqual(run(makeNew(), values));
  });

  it.each(makers)('%s stays quiet about a constant', (_, makeNew) => {
    for (const value of [0, 1]) {
      expect(run(makeNew(), new Array<number>(2000).fill(value)).drifts).toEqual([]);
    }
  });

  it.each(makers)('%s goes on from its state, as JSON, as if nothing had happened', (_, makeNew, kind) => {
    const values = streamOf(kind, 6, 3000);
    const whole = run(makeNew(), values);
    expect(whole.drifts.length).toBeGreaterThan(0);
    const warned = whole.warnings;
    for (const at of [0, 1, 20, 777, (whole.drifts[0] as number) + 1]) {
      const before = makeNew();
      const first = run(before, values.slice(0, at));
      const after = makeNew();
      run(after, values.slice(0, 500));
      after.restore(JSON.parse(JSON.stringify(before.state())) as number[]);
      expect([after.drift, after.warning]).toEqual([before.drift, before.warning]);
      const rest = run(after, values.slice(at));
      expect([...first.drifts, ...rest.drifts.map((index) => index + at)]).toEqual(whole.drifts);
      expect(warned.length === 0 || rest.warnings.length > 0).toBe(true);
    }
  });

  it.each(makers)(
    '%s refuses what is no number, and no state of its own, and is none the worse',
    (_, makeNew, kind) => {
      const values = streamOf(kind, 7, 3000);
      const detector = makeNew();
      run(detector, values.slice(0, 1000));
      for (const wrong of [NaN, Infinity, -Infinity]) {
        expect(() => detector.update(wrong)).toThrow(`expected a finite value, found ${wrong}`);
      }
      expect(() => detector.restore([1, 2])).toThrow(
        'expected the state of a detector with the same parameters, found [1,2]'
      );
      const plain = makeNew();
      run(plain, values.slice(0, 1000));
      expect(run(detector, values.slice(1000))).toEqual(run(plain, values.slice(1000)));
    }
  );

  it('refuses parameters that make no sense, by name', () => {
    expect(() => new Adwin({ delta: 2 })).toThrow('ADWIN delta: expected');
    expect(() => new Kswin({ windowSize: 50, statSize: 30 })).toThrow(
      'KSWIN windowSize: expected a whole number from 60, found 50'
    );
    expect(() => new Eddm({ alpha: 0.5 })).toThrow('EDDM beta: expected 0 to 0.5, found 0.9');
    expect(() => new PageHinkley({ threshold: NaN })).toThrow('Page–Hinkley threshold');
    expect(() => new Ddm({ warmStart: 1.5 })).toThrow('DDM warmStart: expected a whole number');
  });
});

describe('Adwin', () => {
  it('keeps the mean of the window, which covers all values while nothing changes', () => {
    const adwin = new Adwin();
    const values = streamOf('stationary', 3, 5000);
    values.forEach((value) => adwin.update(value));
    expect(adwin.width).toBe(5000);
    expect(adwin.mean).toBeCloseTo(values.reduce((sum, value) => sum + value, 0) / 5000, 10);
  });
});

describe('Kswin', () => {
  it('takes draws that are given, and has the p-value of its last test', () => {
    const given = new Kswin({ random: seededRandom(1) });
    const own = new Kswin({ seed: 1 });
    for (const value of streamOf('stationary', 9, 120)) {
      given.update(value);
      own.update(value);
      expect(given.pValue).toBe(own.pValue);
    }
    expect(own.pValue).toBeGreaterThan(0.005);
    expect(new Kswin().pValue).toBe(1);
  });
});
