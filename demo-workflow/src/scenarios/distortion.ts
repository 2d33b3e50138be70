import { gaussian, randomOf } from './random.js';
import type { ScenarioName } from './scenarios.js';

/** Where the columns of a line are. */
const [OPEN, HIGH, LOW, CLOSE, ADJUSTED] = [1, 2, 3, 4, 5];
/** What becomes of changes and ranges in a calm market, and records until it is that calm. */
const [CALM, CALMING] = [0.4, 3600];
/** Standard deviation of the noise on closing prices, as a logarithm. */
const NOISE = 0.02;
/** Tells the random numbers of a scenario from those of the damage to the same line. */
const SALT = 0x5ce7a;

/**
 * Makes other prices of real ones, as a scenario says. The new prices go on from the real price at which the scenario
 * begins, day for day by changes that are derived from real ones. What becomes of a line follows from the seed and from
 * where the scenario began.
 */
export class Distortion {
  readonly #days: ReadonlyArray<readonly string[]>;
  /** The last closing price as it was sent, without noise. */
  #close: number | undefined;
  #done = 0;
  #order: { readonly pass: number; readonly days: readonly number[] } | undefined;

  constructor(
    private readonly scenario: ScenarioName | undefined,
    private readonly lines: readonly string[],
    private readonly seed: number
  ) {
    this.#days = lines.map((line) => line.split(','));
  }

  /** The line that is sent; to be called for each line in its order from the beginning of the scenario on. */
  next(pass: number, index: number): string {
    switch (this.scenario) {
      case 'drift':
        return this.#moved(index, index, 1 - (1 - CALM) * Math.min(1, this.#done++ / CALMING));
      case 'regime':
        return this.#moved(index, this.#orderOf(pass)[index] as number, 1);
      case 'noise':
        return this.#noisy(pass, index);
      default:
        return this.lines[index] as string;
    }
  }

  /** The day with the move of another one, and by how much of it. */
  #moved(index: number, from: number, scale: number): string {
    const cells = [...(this.#days[index] as readonly string[])];
    if (index === 0) {
      this.#close = this.#price(0, CLOSE);
      return cells.join(',');
    }
    const close = this.#price(from, CLOSE);
    const change = Math.log(close / this.#price(from - 1, CLOSE));
    this.#close = (this.#close ?? this.#price(index - 1, CLOSE)) * Math.exp(scale * change);
    for (const column of [OPEN, HIGH, LOW]) {
      cells[column] = written(this.#close * Math.exp(scale * Math.log(this.#price(from, column) / close)));
    }
    cells[CLOSE] = cells[ADJUSTED] = written(this.#close);
    return cells.join(',');
  }

  #noisy(pass: number, index: number): string {
    const cells = [...(this.#days[index] as readonly string[])];
    const close = this.#price(index, CLOSE) * Math.exp(NOISE * gaussian(randomOf(this.seed ^ SALT, pass, index)));
    cells[CLOSE] = cells[ADJUSTED] = written(close);
    return cells.join(',');
  }

  #price(index: number, column: number): number {
    return Number(this.#days[index]?.[column]);
  }

  /** For each day of a pass the day whose move it has; the first has no move. By Fisher and Yates. */
  #orderOf(pass: number): readonly number[] {
    if (this.#order?.pass !== pass) {
      const days = this.lines.map((_, index) => index);
      const random = randomOf(this.seed ^ SALT, pass, 0);
      for (let last = days.length - 1; last > 1; last--) {
        const other = 1 + Math.floor(random() * last);
        [days[last], days[other]] = [days[other] as number, days[last] as number];
      }
      this.#order = { pass, days };
    }
    return this.#order.days;
  }
}

/** A price as the real file has it. */
function written(price: number): string {
  return price.toFixed(6);
}
