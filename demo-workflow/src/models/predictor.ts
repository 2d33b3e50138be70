import { formatTimestamp } from '@pneumograph/contract';
import { input, json, output, type Emission, type Model, type ModelHost } from '../engine/index.js';
import { ReturnNetwork, type Forecast } from './network.js';
import { observation, prediction, type Observation, type Prediction } from './records.js';

/**
 * Predicts the next day from the days up to this one, with an LSTM that does not learn any more: when the market
 * changes its ways, it has to be trained again.
 */
export class LstmPredictor implements Model {
  readonly asset = 'return-lstm-v3';
  readonly source = LstmPredictor.toString();
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

  #host: ModelHost | undefined;
  #network: ReturnNetwork | undefined;
  #atLeast = 0;

  async load(): Promise<void> {
    this.#network = await ReturnNetwork.load();
  }

  begin(host: ModelHost): void {
    this.#host = host;
  }

  strain(millis: number): void {
    this.#atLeast = millis;
  }

  async *predict({ seq, pass, date, close, window }: Observation): AsyncIterable<Emission> {
    const { mean, deviation, range } = await this.#forecast(window);
    const time = formatTimestamp(this.#host?.now() ?? 0);
    const price = close * Math.exp(mean);
    yield [1, { seq, time, pass, date, price, mean, deviation, range } satisfies Prediction];
  }

  async #forecast(window: Observation['window']): Promise<Forecast> {
    if (this.#network === undefined) {
      throw new Error('the network is not loaded');
    }
    const until = performance.now() + this.#atLeast;
    let forecast = await this.#network.forecast(window);
    while (performance.now() < until) {
      // Under strain the same is computed over and over: real work, as of a larger network.
      forecast = await this.#network.forecast(window);
    }
    return forecast;
  }
}
