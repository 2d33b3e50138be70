import { formatTimestamp } from '@pneumograph/contract';
import { input, json, output, type Emission, type Model, type ModelHost } from '../engine/index.js';
import {
  dayOfPrices,
  observation,
  priceLine,
  truth,
  WINDOW,
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
  readonly asset = 'price-reader-v2';
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

  #host: ModelHost | undefined;
  #seq = 0;
  #pass = 0;
  #before: DayOfPrices | undefined;
  #observed: Observation | undefined;

  begin(host: ModelHost): void {
    this.#host = host;
    this.#seq = host.now();
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
    const window = [...(observed?.window ?? []), [brief(change), brief(range)] as [number, number]].slice(-WINDOW);
    const time = this.#time();
    this.#observed = { seq: this.#seq++, time, pass, date, close: day.close, change, range, window };
    yield [1, this.#observed];
    if (observed !== undefined) {
      yield [
        3,
        { seq: observed.seq, time, pass, date: observed.date, price: day.close, change, range } satisfies Truth,
      ];
    }
  }

  #time(): string {
    return formatTimestamp(this.#host?.now() ?? 0);
  }

  #begin(before: DayOfPrices | undefined, day: DayOfPrices): void {
    if (before !== undefined) {
      this.#host?.print(`pass ${this.#pass} ended at ${before.date}, the data begin again at ${day.date}`);
      this.#pass++;
    }
    this.#observed = undefined;
  }
}

/** To six decimals: a ten-thousandth of a usual day. */
function brief(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
