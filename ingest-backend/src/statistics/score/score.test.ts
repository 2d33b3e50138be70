import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { errorOf, golden } from '../golden/golden.js';
import { areaUnderCurve, BinnedArea, ConfusionMatrix, ProbabilityScores, RegressionScores } from './index.js';

interface Averaged {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}
const GOLDEN = golden<{
  regression: Record<'mae' | 'rmse' | 'mape' | 'smape' | 'bias' | 'r2', number> & {
    truth: number[];
    prediction: number[];
  };
  classes: {
    truth: number[];
    prediction: number[];
    matrix: number[][];
    accuracy: number;
    classes: (Averaged & { support: number })[];
    macro: Averaged;
    micro: Averaged;
  };
  probabilities: { truth: number[]; probability: number[]; auc: number; brier: number; logLoss: number };
}>('scores');

function expectClose(found: object, expected: object): void {
  for (const [key, value] of Object.entries(expected) as [string, number][]) {
    expect(errorOf((found as Record<string, number>)[key] as number, value), key).toBeLessThan(1e-9);
  }
}

/** Up to rounding, or both without a value. */
function expectSame(found: number, expected: number): void {
  expect(Number.isNaN(found)).toBe(Number.isNaN(expected));
  expect(Number.isNaN(expected) ? 0 : errorOf(found, expected)).toBeLessThan(1e-8);
}

function regression(pairs: readonly (readonly [number, number])[]): RegressionScores {
  const scores = new RegressionScores();
  pairs.forEach(([prediction, truth]) => scores.add(prediction, truth));
  return scores;
}

/** As JSON and back, as one from another process comes. */
function copyOf<T>(json: T): T {
  return JSON.parse(JSON.stringify(json)) as T;
}

describe('scores are those of scikit-learn', () => {
  it('for predictions of the progression of diabetes, also in parts', () => {
    const { truth, prediction, ...expected } = GOLDEN.regression;
    const pairs = prediction.map((value, index) => [value, truth[index] as number] as const);
    const all = regression(pairs);
    expectClose(all, expected);
    const parts = regression(pairs.slice(0, 50));
    parts.merge(RegressionScores.from(copyOf(regression(pairs.slice(50)).toJSON())));
    expectClose(parts, expected);
    expect(parts.count).toBe(truth.length);
  });

  it('for classes of wine', () => {
    const { truth, prediction, matrix, accuracy, classes, macro, micro } = GOLDEN.classes;
    const confusion = new ConfusionMatrix(['0', '1', '2']);
    truth.forEach((label, index) => confusion.add(`${prediction[index]}`, `${label}`));
    expect(confusion.toJSON().counts).toEqual(matrix.flat());
    expect(accuracy).toBeLessThan(1);
    expect(confusion.accuracy).toBeCloseTo(accuracy, 12);
    confusion.classes().forEach((scores, index) => expectClose(scores, classes[index] as object));
    expectClose(confusion.macro(), macro);
    expectClose({ precision: confusion.accuracy, recall: confusion.accuracy, f1: confusion.accuracy }, micro);
  });

  it('for probabilities of a benign tumour', () => {
    const { truth, probability, auc, brier, logLoss } = GOLDEN.probabilities;
    const positives = truth.map((label) => label === 1);
    expect(errorOf(areaUnderCurve(probability, positives), auc)).toBeLessThan(1e-12);
    const [scores, binned, coarse] = [new ProbabilityScores(), new BinnedArea(), new BinnedArea(20)];
    probability.forEach((p, index) => {
      scores.add(p, positives[index] as boolean);
      binned.add(p, positives[index] as boolean);
      coarse.add(p, positives[index] as boolean);
    });
    expectClose(scores, { brier, logLoss });
    for (const { area, bound } of [binned.result(), coarse.result()]) {
      expect(Math.abs(area - auc)).toBeLessThanOrEqual(bound + 1e-12);
    }
    expect(binned.result().bound).toBeLessThan(0.001);
    expect(coarse.result().bound).toBeLessThan(0.05);
  });
});

describe('merges', () => {
  const pair = fc.tuple(fc.double({ min: -100, max: 100, noNaN: true }), fc.integer({ min: -5, max: 5 }));

  it('of regression scores are, in any order, those of all pairs', () => {
    const pairs = fc.array(pair, { maxLength: 20 });
    fc.assert(
      fc.property(pairs, pairs, pairs, (a, b, c) => {
        const left = regression(a);
        left.merge(regression(b));
        left.merge(regression(c));
        const right = regression(c);
        right.merge(regression(b));
        right.merge(regression(a));
        const all = regression([...a, ...b, ...c]);
        for (const scores of [left, right]) {
          for (const key of ['count', 'mae', 'rmse', 'bias', 'mape', 'smape'] as const) {
            expectSame(scores[key], all[key]);
          }
        }
      })
    );
  });

  it('of confusion matrices, areas and probability scores are those of all pairs', () => {
    const labels = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', '__proto__'), fc.constantFrom('a', 'b', 'd')), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(labels, labels, (a, b) => {
        const of = (pairs: typeof a): ConfusionMatrix => {
          const matrix = new ConfusionMatrix();
          pairs.forEach(([prediction, truth]) => matrix.add(prediction, truth));
          return matrix;
        };
        const merged = of(a);
        merged.merge(ConfusionMatrix.from(copyOf(of(b).toJSON())));
        const all = of([...a, ...b]);
        for (const truth of all.labels) {
          for (const prediction of all.labels) {
            expect(merged.count(prediction, truth)).toBe(all.count(prediction, truth));
          }
        }
        expect([...merged.labels].sort()).toEqual([...all.labels].sort());
        expect(merged.total).toBe(a.length + b.length);
      })
    );
    const outcomes = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.boolean()), { maxLength: 30 });
    fc.assert(
      fc.property(outcomes, outcomes, (a, b) => {
        const of = (pairs: typeof a): [BinnedArea, ProbabilityScores] => {
          const both: [BinnedArea, ProbabilityScores] = [new BinnedArea(7), new ProbabilityScores()];
          pairs.forEach(([p, positive]) => both.forEach((one) => one.add(p, positive)));
          return both;
        };
        const [[area, scores], [otherArea, otherScores], [allArea, allScores]] = [of(a), of(b), of([...a, ...b])];
        area.merge(BinnedArea.from(copyOf(otherArea.toJSON())));
        scores.merge(ProbabilityScores.from(copyOf(otherScores.toJSON())));
        expect(area.toJSON()).toEqual(allArea.toJSON());
        expectSame(scores.brier, allScores.brier);
        const exact = areaUnderCurve(
          [...a, ...b].map(([p]) => p),
          [...a, ...b].map(([, positive]) => positive)
        );
        const { area: binned, bound } = area.result();
        if (Number.isNaN(exact)) {
          expect(binned).toBeNaN();
        } else {
          expect(Math.abs(binned - exact)).toBeLessThanOrEqual(bound + 1e-12);
        }
      })
    );
  });
});

describe('scores at their borders', () => {
  it('leave out what has no value, and say so with NaN', () => {
    const empty = new RegressionScores();
    expect([empty.mae, empty.rmse, empty.bias, empty.mape, empty.smape, empty.r2]).toEqual(new Array(6).fill(NaN));
    expect(
      regression([
        [1, 0],
        [3, 2],
      ]).mape
    ).toBe(0.5);
    expect(regression([[0, 0]]).smape).toBe(0);
    expect(
      regression([
        [1, 2],
        [1, 2],
      ]).r2
    ).toBeNaN();
    expect(new ConfusionMatrix().accuracy).toBeNaN();
    expect(areaUnderCurve([1, 2], [true, true])).toBeNaN();
  });

  it('are 0 for a class that was never predicted, and keep to the bound on classes', () => {
    const matrix = new ConfusionMatrix([], 2);
    matrix.add('a', 'a');
    matrix.add('a', 'b');
    expect(matrix.classes()[1]).toEqual({ label: 'b', precision: 0, recall: 0, f1: 0, support: 1 });
    expect(matrix.add('c', 'a')).toBe(false);
    expect([matrix.total, matrix.refused]).toEqual([2, 1]);
  });

  it('refuse what does not fit', () => {
    expect(() => areaUnderCurve([1], [])).toThrow('found 0 for 1');
    expect(() => areaUnderCurve([NaN, 1], [true, false])).toThrow('expected numbers as scores, found NaN');
    expect(() => RegressionScores.from([1])).toThrow('expected 9 finite numbers');
    expect(() => ConfusionMatrix.from({ labels: ['a'], counts: [] })).toThrow(
      'expected 1 counts for 1 labels, found 0'
    );
    expect(() => new BinnedArea(0)).toThrow('found 0');
  });

  it('bear a certainty that is wrong', () => {
    const scores = new ProbabilityScores();
    scores.add(0, true);
    expect(scores.logLoss).toBeCloseTo(36.04, 1);
    expect(scores.brier).toBe(1);
  });
});
