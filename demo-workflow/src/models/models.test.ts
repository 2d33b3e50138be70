import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Emission } from '../engine/index.js';
import { readPrices } from '../feed/index.js';
import { Autoregression } from './least-squares.js';
import { ReturnPredictor } from './predictor.js';
import { PriceReader } from './reader.js';
import {
  dayOfPrices,
  priceLine,
  type DayOfPrices,
  type Observation,
  type Prediction,
  type Score,
  type Truth,
} from './records.js';
import { PredictionScorer } from './scorer.js';

const days = (await readPrices()).map((line) => dayOfPrices.parse(priceLine.decode(line)));

function only<Value>(emissions: Iterable<Emission>, slot: number): Value[] {
  return [...emissions].filter(([out]) => out === slot).map(([, value]) => value as Value);
}

function readAll(some: readonly DayOfPrices[], reader = new PriceReader()) {
  const emissions = some.flatMap((day) => [...reader.read(day)]);
  return { observations: only<Observation>(emissions, 1), truths: only<Truth>(emissions, 3) };
}

describe('the reader', () => {
  const { observations, truths } = readAll(days);

  it('emits an observation a day but the first, and a truth for each observation but the last', () => {
    expect(observations).toHaveLength(days.length - 1);
    expect(truths.map(({ date }) => date)).toEqual(observations.slice(0, -1).map(({ date }) => date));
    expect(truths.map(({ change }) => change)).toEqual(observations.slice(1).map(({ change }) => change));
  });

  it('gives logarithmic returns', () => {
    const [first] = days as [DayOfPrices];
    const last = days.at(-1) as DayOfPrices;
    const sum = observations.reduce((total, { change }) => total + change, 0);
    expect(sum).toBeCloseTo(Math.log(last.close / first.close), 9);
    expect(observations[0]).toMatchObject({ date: '2000-01-04', previous: null });
  });

  it('begins a new pass when the data begin again, without a leap from the last price to the first', () => {
    const few = days.slice(-4);
    const { observations: twice } = readAll([...few, ...few]);
    expect(twice.map(({ pass }) => pass)).toEqual([0, 0, 0, 1, 1, 1]);
    expect(twice.slice(3).map(({ change }) => change)).toEqual(twice.slice(0, 3).map(({ change }) => change));
    expect(twice[3]?.previous).toBeNull();
  });

  it('takes no notice of a day that comes twice', () => {
    const [a, b, c] = days as [DayOfPrices, DayOfPrices, DayOfPrices];
    expect(readAll([a, b, b, c])).toEqual(readAll([a, b, c]));
  });
});

describe('the autoregression', () => {
  it('finds the coefficients of a series made with them', () => {
    const model = new Autoregression(1);
    let now = 0.3;
    for (let n = 0; n < 2000; n++) {
      const next = 0.2 - 0.7 * now + 0.1 * Math.sin(n * n);
      model.learn(now, next);
      now = next;
    }
    expect(model.coefficients.slope).toBeCloseTo(-0.7, 1);
    expect(model.coefficients.constant).toBeCloseTo(0.2, 1);
  });

  it('gives what solving the weighted least squares at once gives', () => {
    const pairs = fc.array(
      fc.tuple(fc.double({ min: -1, max: 1, noNaN: true }), fc.double({ min: -1, max: 1, noNaN: true }))
    );
    fc.assert(
      fc.property(pairs, (samples) => {
        const memory = 0.9;
        const model = new Autoregression(memory);
        samples.forEach(([now, next]) => model.learn(now, next));
        // Normal equations; the first covariance acts as one more, ever fainter, observation of zeros.
        const faint = memory ** samples.length;
        let [aa, ab, bb, ay, by] = [faint, 0, faint / 100, 0, 0];
        samples.forEach(([x, y], index) => {
          const weight = memory ** (samples.length - 1 - index);
          aa += weight;
          ab += weight * x;
          bb += weight * x * x;
          ay += weight * y;
          by += weight * x * y;
        });
        const determinant = aa * bb - ab * ab;
        expect(model.coefficients.constant).toBeCloseTo((bb * ay - ab * by) / determinant, 5);
        expect(model.coefficients.slope).toBeCloseTo((aa * by - ab * ay) / determinant, 5);
      })
    );
  });
});

describe('predictor and scorer', () => {
  const { observations, truths } = readAll(days);
  // Two engines take turns with batches of a dozen, as in the workflow.
  const predictors = [new ReturnPredictor(), new ReturnPredictor()] as const;
  const predictions = observations.flatMap((observed, index) =>
    only<Prediction>((predictors[Math.floor(index / 12) % 2] as ReturnPredictor).predict(observed), 1)
  );

  it('predicts what follows each observation, with a spread that fits the errors', () => {
    expect(predictions.map(({ date }) => date)).toEqual(observations.map(({ date }) => date));
    const scorer = new PredictionScorer();
    predictions.forEach((one) => [...scorer.predicted(one)]);
    const scores = truths.slice(-900).flatMap((one) => only<Score>(scorer.happened(one), 1));
    expect(scores.length).toBeGreaterThan(800);
    const spread = Math.sqrt(scores.reduce((sum, { surprise }) => sum + surprise ** 2 / scores.length, 0));
    expect(spread).toBeGreaterThan(0.7);
    expect(spread).toBeLessThan(1.5);
  });

  it('scores each pair once, whatever order the two streams come in', () => {
    const some = 300;
    fc.assert(
      fc.property(fc.infiniteStream(fc.boolean()), (dice) => {
        const scorer = new PredictionScorer();
        const left = predictions.slice(0, some);
        const right = truths.slice(0, some);
        const scores: Score[] = [];
        while (left.length > 0 || right.length > 0) {
          const takeLeft = right.length === 0 || (left.length > 0 && dice.next().value === true);
          const emitted = takeLeft
            ? scorer.predicted(left.shift() as Prediction)
            : scorer.happened(right.shift() as Truth);
          scores.push(...only<Score>(emitted, 1));
        }
        const byDate = new Map(scores.map((score) => [score.date, score]));
        expect(scores).toHaveLength(some);
        for (const [index, { date, mean }] of predictions.slice(0, some).entries()) {
          const actual = (truths[index] as Truth).change;
          expect(byDate.get(date)).toMatchObject({ predicted: mean, actual, error: actual - mean });
        }
      }),
      { numRuns: 20 }
    );
  });

  it('is not put out of step by a lost record', () => {
    const scorer = new PredictionScorer();
    const lost = 5;
    const kept = predictions.slice(0, 20).filter((_, index) => index !== lost);
    kept.forEach((one) => [...scorer.predicted(one)]);
    const scores = truths.slice(0, 20).flatMap((one) => only<Score>(scorer.happened(one), 1));
    expect(scores.map(({ date }) => date)).toEqual(kept.map(({ date }) => date));
  });
});
