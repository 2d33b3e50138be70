import { describe, expect, it } from 'vitest';
import { golden } from '../golden/golden.js';
import { bell } from '../golden/streams.js';
import { seededRandom } from '../special/index.js';
import {
  ExponentialSmoother,
  MedianSmoother,
  NeighbourSmoother,
  NoiseProfile,
  SavitzkyGolaySmoother,
  type Smoother,
} from './index.js';

const GOLDEN = golden<{ values: number[]; residuals: Record<string, number[]>; robustDeviation: number }>('noise');

const MAKERS: Readonly<Record<string, (...args: number[]) => Smoother>> = {
  'savitzky-golay': (size, order) => new SavitzkyGolaySmoother(size, order),
  median: (size) => new MedianSmoother(size),
  exponential: (alpha) => new ExponentialSmoother(alpha),
  neighbour: (distance) => new NeighbourSmoother(distance),
};

function make(name: string): Smoother {
  const [kind = '', ...args] = name.split(' ');
  return (MAKERS[kind] as (...args: number[]) => Smoother)(...args.map(Number));
}

function profileOf(smoother: Smoother, values: Iterable<number>): NoiseProfile {
  const profile = new NoiseProfile(smoother);
  for (const value of values) {
    profile.add(value, smoother.update(value));
  }
  return profile;
}

/** A slow wave of amplitude 10, with noise of a standard deviation of 1. */
function wave(n: number, seed = 1, outliers = 0): number[] {
  const random = seededRandom(seed);
  return Array.from({ length: n }, (_, i) => {
    const outlier = random() < outliers ? 100 : 0;
    return 10 * Math.sin(i / 300) + bell(random) + outlier;
  });
}

const NAMES = Object.keys(GOLDEN.residuals);

describe('smoothers', () => {
  it.each(NAMES)('%s has the residuals of scipy', (name) => {
    const expected = GOLDEN.residuals[name] as number[];
    for (let round = 0, smoother = make(name); round < 2; round++, smoother.reset()) {
      const found = GOLDEN.values.map((value) => smoother.update(value)).filter((residual) => !Number.isNaN(residual));
      expect(found).toHaveLength(expected.length);
      // Relative to the values, and as exact as scipy is where it solves for a polynomial.
      const scale = Math.max(...GOLDEN.values);
      found.forEach((residual, index) =>
        expect(Math.abs(residual - (expected[index] as number))).toBeLessThan(1e-9 * scale)
      );
    }
  });

  it.each([...NAMES, 'median 25', 'exponential 0.02'])('%s has the gain that it states', (name) => {
    const random = seededRandom(4);
    const profile = profileOf(
      make(name),
      Array.from({ length: 60_000 }, () => bell(random))
    );
    expect(profile.deviation).toBeGreaterThan(0.98);
    expect(profile.deviation).toBeLessThan(1.02);
    // The middle of few values is often their median itself.
    expect(profile.robustDeviation).toBeGreaterThan(name.startsWith('median') ? 0.5 : 0.97);
    expect(profile.robustDeviation).toBeLessThan(1.03);
  });

  it('give their state back whatever numbers they saw', () => {
    for (const name of ['savitzky-golay 5 2', 'median 5', 'exponential 0.1', 'neighbour 1']) {
      const [smoother, again] = [make(name), make(name)];
      for (const value of [1.3e293, -Number.MAX_VALUE, Number.MAX_VALUE, -Number.MAX_VALUE]) {
        smoother.update(value);
      }
      again.restore(smoother.state());
      expect(again.state(), name).toEqual(smoother.state());
    }
  });

  it('refuse parameters that make no sense', () => {
    expect(() => new ExponentialSmoother(0)).toThrow('expected alpha above 0 to 1, found 0');
    expect(() => new MedianSmoother(4)).toThrow('median smoother: expected an odd window from 3, found 4');
    expect(() => new SavitzkyGolaySmoother(5, 4)).toThrow('expected a whole order from 0 to 3, found 4');
  });
});

describe('NoiseProfile', () => {
  it('has the median absolute deviation of scipy', () => {
    const { robustDeviation } = profileOf(new NeighbourSmoother(2), GOLDEN.values);
    expect(Math.abs(robustDeviation / GOLDEN.robustDeviation - 1)).toBeLessThan(0.02);
  });

  it.each(['savitzky-golay 11 2', 'neighbour 2', 'median 9'])('with %s finds noise and signal of a wave', (name) => {
    const profile = profileOf(make(name), wave(20_000));
    expect(profile.deviation).toBeCloseTo(1, 1);
    // The wave's variance is 50.
    expect(profile.signalToNoise).toBeCloseTo(10 * Math.log10(50), 0);
  });

  it('robustly, bears outliers that spoil the standard deviation', () => {
    const profile = profileOf(new SavitzkyGolaySmoother(), wave(20_000, 2, 0.02));
    expect(profile.deviation).toBeGreaterThan(5);
    expect(profile.robustDeviation).toBeLessThan(1.5);
    const noisier = profileOf(
      new NeighbourSmoother(),
      wave(20_000, 2, 0.02).map((value) => value * 3)
    );
    expect(noisier.robustDeviation).toBeGreaterThan(2.5);
    expect(noisier.robustSignalToNoise).toBeGreaterThan(noisier.signalToNoise);
  });

  it('merges what two streams, each with a smoother of its own, have seen', () => {
    const [a, b] = [1, 2].map((seed) => profileOf(new NeighbourSmoother(), wave(3000, seed)));
    const merged = NoiseProfile.from(JSON.parse(JSON.stringify(a)) as ReturnType<NoiseProfile['toJSON']>);
    merged.merge(b as NoiseProfile);
    expect(merged.residuals.count).toBe(2 * (3000 - 4));
    expect(merged.deviation).toBeCloseTo(((a?.deviation ?? 0) + (b?.deviation ?? 0)) / 2, 2);
    expect(() => merged.merge(new NoiseProfile(new MedianSmoother()))).toThrow('expected a smoother of gain 1.5');
  });

  it('of nothing, or of a constant, says so', () => {
    const empty = new NoiseProfile(new NeighbourSmoother());
    expect([empty.deviation, empty.robustDeviation, empty.signalToNoise]).toEqual([NaN, NaN, NaN]);
    const ramp = profileOf(
      new NeighbourSmoother(),
      Array.from({ length: 100 }, (_, i) => i)
    );
    expect(ramp.deviation).toBe(0);
    expect(ramp.signalToNoise).toBe(Infinity);
  });
});
