import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ManualClock, type Emissions } from '../engine/index.js';
import { readPrices } from '../feed/index.js';

import { LstmPredictor } from './predictor.js';
import { PriceReader } from './reader.js';
import {
  dayOfPrices,
  priceLine,
  type DayOfPrices,
  type Observation,
  type Prediction,
  type Score,
  type Truth,
  WINDOW,
} from './records.js';
import { PredictionScorer } from './scorer.js';

const days = (await readPrices()).map((line) => dayOfPrices.parse(priceLine.decode(line)));

type Measures = { price: { mae: number }; change: { nll: number }; range: { mae: number } };
interface Evaluation extends Record<'lstm' | 'autoregression' | 'naive', Measures> {
  test: { from: string; days: number };
}

async function only<Value>(emissions: Emissions, slot: number): Promise<Value[]> {
  const values: Value[] = [];
  for await (const [out, value] of emissions) {
    if (out === slot) {
      values.push(value as Value);
    }
  }
  return values;
}

const START = 1_000_000_000_000_000;

function readAll(some: readonly DayOfPrices[]) {
  const reader = new PriceReader();
  const clock = new ManualClock(START);
  reader.begin({ print: () => undefined, now: () => clock.now() });
  const emissions = some.flatMap((day) => [...reader.read(day)]);
  const at = <Value>(slot: number): Value[] =>
    emissions.filter(([out]) => out === slot).map(([, value]) => value as Value);
  return { observations: at<Observation>(1), truths: at<Truth>(3) };
}

const { observations, truths } = readAll(days);

// Two engines take turns with batches of a dozen, as in the workflow.
const predictors = [new LstmPredictor(), new LstmPredictor()] as const;
await Promise.all(predictors.map((one) => one.load()));
const predictions: Prediction[] = [];
for (const [index, observed] of observations.entries()) {
  const predictor = predictors[Math.floor(index / 12) % 2] as LstmPredictor;
  predictions.push(...(await only<Prediction>(predictor.predict(observed), 1)));
}
const bySeq = new Map(predictions.map((one) => [one.seq, one]));

describe('the reader', () => {
  it('emits an observation a day but the first, and a truth for each observation but the last', () => {
    expect(observations).toHaveLength(days.length - 1);
    expect(truths.map(({ date }) => date)).toEqual(observations.slice(0, -1).map(({ date }) => date));
    for (const name of ['change', 'range'] as const) {
      expect(truths.map((one) => one[name])).toEqual(observations.slice(1).map((one) => one[name]));
    }
    expect(truths.map(({ price }) => price)).toEqual(days.slice(2).map(({ close }) => close));
  });

  it('numbers observations without a gap, from the time it starts, and truths like what they are the truth of', () => {
    expect(observations.map(({ seq }) => seq)).toEqual(observations.map((_, index) => START + 1 + index));
    expect(truths.map(({ seq }) => seq)).toEqual(observations.slice(0, -1).map(({ seq }) => seq));
    const times = observations.map(({ time }) => time);
    expect(times).toEqual([...new Set(times)].sort());
  });

  it('tells the days before with each observation, up to a bound', () => {
    expect(observations.slice(0, 3).map(({ window }) => window.length)).toEqual([1, 2, 3]);
    const { window, change } = observations[1000] as Observation;
    expect(window).toHaveLength(WINDOW);
    expect(window.at(-1)?.[0]).toBeCloseTo(change, 6);
    const before = observations.slice(1001 - WINDOW, 1001);
    window.forEach(([, range], index) => expect(range).toBeCloseTo(before[index]?.range ?? NaN, 6));
  });

  it('gives logarithmic returns', () => {
    const [first] = days as [DayOfPrices];
    const last = days.at(-1) as DayOfPrices;
    const sum = observations.reduce((total, { change }) => total + change, 0);
    expect(sum).toBeCloseTo(Math.log(last.close / first.close), 9);
    expect(observations[0]).toMatchObject({ date: '2000-01-04' });
  });

  it('begins a new pass when the data begin again, without a leap from the last price to the first', () => {
    const few = days.slice(-4);
    const { observations: twice } = readAll([...few, ...few]);
    expect(twice.map(({ pass }) => pass)).toEqual([0, 0, 0, 1, 1, 1]);
    expect(twice.slice(3).map(({ change }) => change)).toEqual(twice.slice(0, 3).map(({ change }) => change));
    expect(twice[3]?.window).toHaveLength(1);
  });

  it('takes no notice of a day that comes twice', () => {
    const [a, b, c] = days as [DayOfPrices, DayOfPrices, DayOfPrices];
    expect(readAll([a, b, b, c])).toEqual(readAll([a, b, c]));
  });
});

const evaluation = JSON.parse(
  await readFile(new URL('../../training/evaluation.json', import.meta.url), 'utf8')
) as Evaluation;

describe('the network', () => {
  it('does on days it was not trained on what the training says, and better than its peers where that says so', () => {
    const { test, lstm, autoregression, naive } = evaluation;
    const tested = truths.flatMap(({ seq, price, change, range }, index) => {
      // The day that is predicted is the one after.
      const date = observations[index + 1]?.date ?? '';
      return date >= test.from ? [{ predicted: bySeq.get(seq) as Prediction, price, change, range }] : [];
    });
    expect(tested).toHaveLength(test.days);
    const mean = (value: (one: (typeof tested)[0]) => number): number =>
      tested.reduce((sum, one) => sum + value(one) / tested.length, 0);
    const mae = mean(({ price, predicted }) => Math.abs(price - predicted.price));
    const nll = mean(({ change, predicted }) => {
      const surprise = (change - predicted.mean) / predicted.deviation;
      return Math.log(predicted.deviation) + 0.5 * surprise ** 2 + 0.5 * Math.log(2 * Math.PI);
    });
    const rangeMae = 100 * mean(({ range, predicted }) => Math.abs(range - predicted.range));
    expect(mae / lstm.price.mae).toBeCloseTo(1, 3);
    expect(nll).toBeCloseTo(lstm.change.nll, 3);
    expect(rangeMae).toBeCloseTo(lstm.range.mae, 3);

    expect(nll).toBeLessThan(Math.min(autoregression.change.nll, naive.change.nll));
    expect(rangeMae).toBeLessThan(Math.min(autoregression.range.mae, naive.range.mae));
    // Nobody beats today's price by much as a forecast of tomorrow's.
    expect(mae / naive.price.mae).toBeLessThan(1.01);
  });

  it('gives the same whichever engine it runs on, and can do with the first days of a pass', async () => {
    const [first] = observations as [Observation];
    expect(first.window).toHaveLength(1);
    const other = new LstmPredictor();
    await other.load();
    const [again] = await only<Prediction>(other.predict(first), 1);
    expect({ ...again, time: '' }).toEqual({ ...predictions[0], time: '' });
  });

  it('gives the same under strain, but takes its time', async () => {
    const [predictor] = predictors;
    const some = observations.slice(0, 5);
    predictor.strain(20);
    const start = performance.now();
    for (const [index, observed] of some.entries()) {
      const [one] = await only<Prediction>(predictor.predict(observed), 1);
      expect(one?.mean).toBe(predictions[index]?.mean);
    }
    expect(performance.now() - start).toBeGreaterThanOrEqual(5 * 20);
    predictor.strain(0);
  });
});

describe('predictor and scorer', () => {
  it('predicts what follows each observation, with a spread that fits the errors', () => {
    expect(predictions.map(({ date }) => date)).toEqual(observations.map(({ date }) => date));
    const scorer = new PredictionScorer();
    predictions.forEach((one) => [...scorer.predicted(one)]);
    const scores = truths
      .slice(-900)
      .flatMap((one) => [...scorer.happened(one)])
      .map(([, score]) => score as Score);
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
          scores.push(...[...emitted].map(([, score]) => score as Score));
        }
        const found = new Map(scores.map((score) => [score.seq, score]));
        expect(scores).toHaveLength(some);
        for (const [index, { seq, mean }] of predictions.slice(0, some).entries()) {
          const actual = (truths[index] as Truth).change;
          expect(found.get(seq)).toMatchObject({ predicted: mean, actual, error: actual - mean });
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
    const scores = truths
      .slice(0, 20)
      .flatMap((one) => [...scorer.happened(one)])
      .map(([, score]) => score as Score);
    expect(scores.map(({ seq }) => seq)).toEqual(kept.map(({ seq }) => seq));
  });
});
