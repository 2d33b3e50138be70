import { describe, expect, it } from 'vitest';
import { bell } from '../golden/streams.js';
import { Moments } from '../profile/index.js';
import { seededRandom } from '../special/index.js';
import {
  Adwin,
  adwinForBudget,
  Ddm,
  ddmForBudget,
  Kswin,
  kswinForBudget,
  PageHinkley,
  pageHinkleyForBudget,
  valuesBetweenFalseAlarms,
  type DriftDetector,
} from './index.js';

type Source = (random: () => number) => number;
const SOURCES: [string, Source][] = [
  ['normal values', bell],
  ['uniform values', (random) => random()],
  ['exponential values', (random) => 50 - 1000 * Math.log(1 - random())],
  ['lognormal values', (random) => 1000 * Math.exp(bell(random))],
];

function alarms(detector: DriftDetector, source: Source, n: number, seed = 1): number {
  const random = seededRandom(seed);
  let count = 0;
  for (let i = 0; i < n; i++) {
    detector.update(source(random));
    count += detector.drift ? 1 : 0;
  }
  return count;
}

/** Values from a change on until it is told. */
function delay(detector: DriftDetector, source: Source, shift: number): number {
  const random = seededRandom(3);
  const before = 2000;
  for (let i = 0; i < before; i++) {
    detector.update(source(random));
  }
  for (let i = 1; i < 20_000; i++) {
    detector.update(source(random) + shift);
    if (detector.drift) {
      return i;
    }
  }
  return Infinity;
}

function shapeOf(source: Source): Moments {
  const moments = new Moments();
  const random = seededRandom(99);
  for (let i = 0; i < 20_000; i++) {
    moments.add(source(random));
  }
  return moments;
}

/** Above this many alarms the mean is beyond the budget by more than chance: 3.5 standard deviations of a Poisson count, and 15 %. */
function most(expected: number): number {
  return expected * 1.15 + 3.5 * Math.sqrt(expected);
}

describe('a false-alarm budget holds in simulation', () => {
  const BUDGETS = 60;

  describe.each(SOURCES)('on %s', (_, source) => {
    it.each([2000, 20_000])('for Page–Hinkley, one in %d values, and is made use of', (values) => {
      const detector = new PageHinkley(pageHinkleyForBudget(values, shapeOf(source)));
      const count = alarms(detector, source, values * BUDGETS);
      expect(count).toBeLessThanOrEqual(most(BUDGETS));
      expect(count).toBeGreaterThanOrEqual(5);
    });

    it.each([2000, 20_000])('for ADWIN, one in %d values', (values) => {
      const count = alarms(new Adwin(adwinForBudget(values)), source, values * BUDGETS);
      expect(count).toBeLessThanOrEqual(most(BUDGETS));
    });

    it('for KSWIN, one in 2000 values, and is made use of', () => {
      const count = alarms(new Kswin(kswinForBudget(2000)), source, 2000 * BUDGETS);
      expect(count).toBeLessThanOrEqual(most(BUDGETS));
      expect(count).toBeGreaterThanOrEqual(5);
    });
  });

  it.each([0.02, 0.1, 0.4])('for DDM at an error rate of %d, from a start on', (errorRate) => {
    const [values, runs] = [20_000, 60];
    let count = 0;
    for (let seed = 1; seed <= runs; seed++) {
      count += alarms(
        new Ddm(ddmForBudget(values, errorRate)),
        (random) => (random() < errorRate ? 1 : 0),
        values,
        seed
      );
    }
    expect(count).toBeLessThanOrEqual(runs);
    expect(count).toBeGreaterThan(0);
  });
});

describe('a budget of one a week at one value a second', () => {
  const values = valuesBetweenFalseAlarms({ meanTime: 7 * 86_400, rate: 1 });

  it('still lets shifts be found within minutes', () => {
    expect(values).toBe(604_800);
    const shape = shapeOf(bell);
    expect(delay(new PageHinkley(pageHinkleyForBudget(values, shape)), bell, 1)).toBeLessThan(60);
    expect(delay(new Adwin(adwinForBudget(values)), bell, 1)).toBeLessThan(150);
    expect(delay(new Kswin(kswinForBudget(values)), bell, 1.5)).toBeLessThan(150);
    const errors = new Ddm(ddmForBudget(values, 0.1));
    const random = seededRandom(5);
    let found = Infinity;
    for (let i = -2000; i < 3000 && found === Infinity; i++) {
      errors.update(random() < (i < 0 ? 0.1 : 0.3) ? 1 : 0);
      found = i >= 0 && errors.drift ? i : Infinity;
    }
    expect(found).toBeLessThan(600);
  });
});

describe('budgets that make no sense', () => {
  it('are refused', () => {
    expect(() => valuesBetweenFalseAlarms({ meanTime: 60, rate: 1 })).toThrow(
      'expected at least 100 values between false alarms, found 60 s · 1/s = 60'
    );
    expect(() => pageHinkleyForBudget(1000, { standardDeviation: 0 })).toThrow('Page–Hinkley standard deviation');
    expect(() => ddmForBudget(1000, 0.9)).toThrow('DDM error rate: expected 0.001 to 0.5, found 0.9');
  });
});
