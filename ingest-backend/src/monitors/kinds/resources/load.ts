import type { Micros } from '@pneumograph/contract';
import type { Rule } from './params.js';

/** Engine, when it reported last, and what. */
type Report = readonly [engine: string, time: Micros, value: number];

export interface LoadState {
  readonly time: Micros | null;
  readonly reports: readonly Report[];
  readonly highSince: Micros | null;
  readonly lowSince: Micros | null;
  readonly alarm: boolean;
}

/** One metric of one model: its engines taken together, and for how long a bound has been passed. */
export class Load {
  readonly #reports: Map<string, Report>;
  #time: Micros | null;
  #highSince: Micros | null;
  #lowSince: Micros | null;
  alarm: boolean;
  value = NaN;

  /** @param sustained @param within microseconds */
  constructor(
    readonly rule: Rule,
    private readonly sustained: Micros,
    private readonly within: Micros,
    state?: LoadState
  ) {
    this.#reports = new Map(state?.reports.map((report) => [report[0], report]));
    this.#time = state?.time ?? null;
    this.#highSince = state?.highSince ?? null;
    this.#lowSince = state?.lowSince ?? null;
    this.alarm = state?.alarm ?? false;
    this.#aggregate();
  }

  /** Takes what an engine reported. Returns whether it is news: what was read before, or is late, is not. */
  add(engine: string, time: Micros, value: number): boolean {
    const last = this.#time;
    const own = this.#reports.get(engine);
    if ((own !== undefined && time <= own[1]) || (last !== null && time < last - this.within)) {
      return false;
    }
    // Nothing is known of the time between, so that nothing was sustained over it.
    if (last !== null && time - last > this.within) {
      this.#highSince = this.#lowSince = null;
    }
    const { limit, above, below, hysteresis } = this.rule;
    this.#reports.set(engine, [engine, time, limit === undefined ? value : value / limit]);
    const now = Math.max(last ?? time, time);
    this.#time = now;
    for (const [key, [, at]] of this.#reports) {
      if (at < now - this.within) {
        this.#reports.delete(key);
      }
    }
    this.#aggregate();
    const high = this.value > (this.alarm ? above - hysteresis : above);
    this.#highSince = high ? (this.#highSince ?? now) : null;
    this.#lowSince = below !== undefined && this.value < below ? (this.#lowSince ?? now) : null;
    this.alarm = high && (this.alarm || now - (this.#highSince ?? now) >= this.sustained);
    return true;
  }

  /** Whether it has been below the lower bound for long enough at a time, as far as engines told lately. */
  idle(time: Micros): boolean {
    const told = this.#time !== null && time - this.#time <= this.within;
    return told && this.#lowSince !== null && (this.#time as Micros) - this.#lowSince >= this.sustained;
  }

  /** Begins to wait anew, for the effect of an action. */
  rest(): void {
    this.#lowSince = null;
  }

  get highSince(): Micros | null {
    return this.#highSince;
  }

  get lowSince(): Micros | null {
    return this.#lowSince;
  }

  get engines(): number {
    return this.#reports.size;
  }

  /** Engines by what they reported, most first. */
  ranked(): string[] {
    return [...this.#reports.values()].sort((a, b) => b[2] - a[2] || (a[0] < b[0] ? -1 : 1)).map(([engine]) => engine);
  }

  snapshot(): LoadState {
    return {
      time: this.#time,
      reports: [...this.#reports.values()],
      highSince: this.#highSince,
      lowSince: this.#lowSince,
      alarm: this.alarm,
    };
  }

  #aggregate(): void {
    let sum = 0;
    let most = -Infinity;
    for (const [, , value] of this.#reports.values()) {
      sum += value;
      most = Math.max(most, value);
    }
    this.value = this.rule.over === 'max' ? most : sum / this.#reports.size;
  }
}
