import { input, json, output, type Emission, type Model } from '../engine/index.js';
import { Autoregression } from './least-squares.js';
import { observation, prediction, type Observation, type Prediction } from './records.js';

/**
 * Predicts the next day's return from this day's. An observation carries the day before with it, so an engine that
 * sees only its share of the days learns from each of them.
 */
export class ReturnPredictor implements Model {
  readonly asset = 'return-predictor-v2';
  readonly source = ReturnPredictor.toString();
  readonly slots = [
    input({
      slot: 0,
      schemaName: 'observation',
      schema: observation,
      encoding: json,
      action: (observed) => this.predict(observed),
    }),
    output({ slot: 1, schemaName: 'prediction', schema: prediction, encoding: json }),
  ];

  readonly #model = new Autoregression();

  *predict({ pass, date, change, previous }: Observation): Iterable<Emission> {
    if (previous !== null) {
      this.#model.learn(previous, change);
    }
    yield [1, { pass, date, ...this.#model.predict(change) } satisfies Prediction];
  }
}
