const FIRST_MILLIS = 1000;
const LONGEST_MILLIS = 5 * 60_000;
/** Code that ran for so long is taken as well again. */
const WELL_AFTER_MILLIS = 60_000;

/** The pause before code that failed is started anew: longer each time, until it has run for a while. */
export class Pause {
  #millis = FIRST_MILLIS;
  #timer: NodeJS.Timeout | undefined;
  #began: number | undefined;

  constructor(private readonly over: () => void) {}

  /** Says that the code runs. */
  ranFrom(now: number): void {
    this.#began = now;
  }

  wait(): void {
    if (this.#began !== undefined && Date.now() - this.#began >= WELL_AFTER_MILLIS) {
      this.#millis = FIRST_MILLIS;
    }
    this.#began = undefined;
    this.#timer = setTimeout(this.over, this.#millis);
    this.#millis = Math.min(2 * this.#millis, LONGEST_MILLIS);
  }

  cancel(): void {
    clearTimeout(this.#timer);
  }
}
