import { input, json, output, type Emission, type Model } from '../engine/index.js';
import {
  dayOfPrices,
  observation,
  priceLine,
  truth,
  type DayOfPrices,
  type Observation,
  type Truth,
} from './records.js';

/**
 * Turns days of prices into what models learn from: the logarithmic return and the range of each day. Prices
 * themselves would not do, they grow eightfold over the years.
 *
 * Slot 1: an observation for each day but the first of a pass, which only gives the price to start from.
 * Slot 3: the truth for each day whose day before was observed.
 */
export class PriceReader implements Model {
  readonly asset = 'price-reader-v1';
  readonly source = PriceReader.toString();
  readonly slots = [
    input({
      slot: 0,
      schemaName: 'day-of-prices',
      schema: dayOfPrices,
      encoding: priceLine,
      action: (day) => this.read(day),
    }),
    output({ slot: 1, schemaName: 'observation', schema: observation, encoding: json }),
    output({ slot: 3, schemaName: 'truth', schema: truth, encoding: json }),
  ];

  #pass = 0;
  #before: DayOfPrices | undefined;
  #observed: Observation | undefined;
  #print: (text: string) => void = () => undefined;

  begin(print: (text: string) => void): void {
    this.#print = print;
  }

  *read(day: DayOfPrices): Iterable<Emission> {
    const before = this.#before;
    if (before !== undefined && day.date === before.date) {
      // The same day again, as after a redelivery: it would pass for a day without change.
      return;
    }
    this.#before = day;
    if (before === undefined || day.date < before.date) {
      this.#begin(before, day);
      return;
    }
    const { date } = day;
    const pass = this.#pass;
    const change = Math.log(day.close / before.close);
    const range = Math.log(day.high / day.low);
    const observed = this.#observed;
    this.#observed = { pass, date, change, previous: observed?.change ?? null, range };
    yield [1, this.#observed];
    if (observed !== undefined) {
      yield [3, { pass, date: observed.date, change } satisfies Truth];
    }
  }

  #begin(before: DayOfPrices | undefined, day: DayOfPrices): void {
    if (before !== undefined) {
      this.#print(`pass ${this.#pass} ended at ${before.date}, the data begin again at ${day.date}`);
      this.#pass++;
    }
    this.#observed = undefined;
  }
}
