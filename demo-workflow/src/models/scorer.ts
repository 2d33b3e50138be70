import { formatTimestamp } from '@pneumograph/contract';
import { input, json, output, type Emission, type Model, type ModelHost } from '../engine/index.js';
import { prediction, score, truth, type Prediction, type Score, type Truth } from './records.js';

/** Days that wait for their other half at most: predictions of several engines overtake each other only so far. */
const WINDOW = 1000;

/**
 * Joins each prediction (slot 0) with the truth (slot 2) of the same day and says how far it was off (slot 1).
 * They are joined by sequence number, never by the order they come in: one lost record must not shift all others.
 */
export class PredictionScorer implements Model {
  readonly asset = 'prediction-scorer-v2';
  readonly source = PredictionScorer.toString();
  readonly slots = [
    input({
      slot: 0,
      schemaName: 'prediction',
      schema: prediction,
      encoding: json,
      action: (predicted) => this.predicted(predicted),
    }),
    output({ slot: 1, schemaName: 'score', schema: score, encoding: json }),
    input({ slot: 2, schemaName: 'truth', schema: truth, encoding: json, action: (actual) => this.happened(actual) }),
  ];

  readonly #predictions = new Waiting<Prediction>();
  readonly #truths = new Waiting<Truth>();
  #host: ModelHost | undefined;
  #scored = 0;
  #absoluteError = 0;

  begin(host: ModelHost): void {
    this.#host = host;
  }

  *predicted(predicted: Prediction): Iterable<Emission> {
    const actual = this.#truths.take(predicted);
    if (actual === undefined) {
      this.#predictions.put(predicted);
    } else {
      yield [1, this.#score(predicted, actual)];
    }
  }

  *happened(actual: Truth): Iterable<Emission> {
    const predicted = this.#predictions.take(actual);
    if (predicted === undefined) {
      this.#truths.put(actual);
    } else {
      yield [1, this.#score(predicted, actual)];
    }
  }

  #score({ seq, pass, date, mean, deviation }: Prediction, { change }: Truth): Score {
    const error = change - mean;
    this.#absoluteError += Math.abs(error);
    if (++this.#scored % 1000 === 0) {
      const percent = ((100 * this.#absoluteError) / 1000).toFixed(3);
      this.#absoluteError = 0;
      this.#host?.print(`${this.#scored} predictions scored, mean absolute error of the last thousand: ${percent} %`);
    }
    const time = formatTimestamp(this.#host?.now() ?? 0);
    return { seq, time, pass, date, predicted: mean, actual: change, error, surprise: error / deviation };
  }
}

/** Halves of pairs that wait for the other half, the oldest given up when there are too many. */
class Waiting<Half extends { seq: number }> {
  readonly #halves = new Map<number, Half>();

  put(half: Half): void {
    this.#halves.set(half.seq, half);
    if (this.#halves.size > WINDOW) {
      const [oldest] = this.#halves.keys();
      this.#halves.delete(oldest as number);
    }
  }

  take({ seq }: { seq: number }): Half | undefined {
    const half = this.#halves.get(seq);
    this.#halves.delete(seq);
    return half;
  }
}
