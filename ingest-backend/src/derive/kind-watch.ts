import type { Counting } from './tap-state.js';

/** Reports that rise, none falling, until a tap that is said to count since the last report looks as if it counts up. */
const RISES = 50;
/** A tap that is said to count up looks otherwise where its falls outnumber a quarter of its reports for this long. */
const FALLS = 16;
const WEIGHT = 3;

/**
 * Watches whether a tap counts the way it is said to: since the last report, or up for ever. The engines' manuals do
 * not say which, and a wrong guess makes every figure wrong.
 */
export class KindWatch {
  #last = -1;
  #score = 0;

  constructor(private readonly counting: Counting) {}

  /** Takes in a value, in whatever order reports come. */
  see(value: number): void {
    if (this.counting === 'delta') {
      if (value > this.#last) {
        this.#score++;
      } else if (value < this.#last) {
        this.#score = 0;
      }
    } else if (value < this.#last) {
      this.#score += WEIGHT;
    } else if (this.#score > 0) {
      this.#score--;
    }
    this.#last = value;
  }

  /** What the tap looks like where that is not what it is said to be. */
  get suspicion(): Counting | undefined {
    if (this.counting === 'delta') {
      return this.#score >= RISES ? 'cumulative' : undefined;
    }
    return this.#score >= FALLS * WEIGHT ? 'delta' : undefined;
  }
}
