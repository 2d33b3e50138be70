/** Standard deviation that is assumed before anything has been seen: a usual day of a share index. */
const FIRST_DEVIATION = 0.01;

/**
 * A first-order autoregression `next = a + b · now`, learnt by recursive least squares with forgetting, together
 * with the spread of its errors. Each step takes constant time, so it learns for ever.
 */
export class Autoregression {
  #a = 0;
  #b = 0;
  /** The covariance of the coefficients up to the noise: symmetric, so three numbers. Large means: nothing known. */
  #p: [aa: number, ab: number, bb: number] = [1, 0, 100];
  #variance = FIRST_DEVIATION ** 2;

  /**
   * @param memory weight of the past at each step for the coefficients; 1 forgets nothing
   * @param calm the same for the spread, which changes faster
   */
  constructor(
    private readonly memory = 0.998,
    private readonly calm = 0.97
  ) {}

  get coefficients(): { constant: number; slope: number } {
    return { constant: this.#a, slope: this.#b };
  }

  /** Takes in that `next` followed on `now`. */
  learn(now: number, next: number): void {
    const [aa, ab, bb] = this.#p;
    const error = next - this.predict(now).mean;
    const gainA = aa + ab * now;
    const gainB = ab + bb * now;
    const scale = this.memory + gainA + gainB * now;
    this.#a += (gainA / scale) * error;
    this.#b += (gainB / scale) * error;
    this.#p = [
      (aa - (gainA * gainA) / scale) / this.memory,
      (ab - (gainA * gainB) / scale) / this.memory,
      (bb - (gainB * gainB) / scale) / this.memory,
    ];
    this.#variance = this.calm * this.#variance + (1 - this.calm) * error * error;
  }

  /** What follows on `now`: the expected value and the standard deviation of the error. */
  predict(now: number): { mean: number; deviation: number } {
    return { mean: this.#a + this.#b * now, deviation: Math.sqrt(this.#variance) };
  }
}
