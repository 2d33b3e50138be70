/**
 * Watches a stream of numbers for a change of its distribution. After an alarm the next value starts it afresh, so that `drift`
 * speaks of the last value alone.
 */
export interface DriftDetector {
  /**
   * @param value errors as 1, hits as 0 where the detector watches errors
   * @throws RangeError where the value is not finite; it is left out, and nothing else is lost
   */
  update(value: number): void;
  /** Whether the last value was the one to tell a change. */
  readonly drift: boolean;
  /** Whether a change is suspected; false for detectors that do not suspect. */
  readonly warning: boolean;
  /** Forgets all that was seen. */
  reset(): void;
  /** What was seen, as JSON can hold it; a detector with the same parameters goes on from it as this one would. */
  state(): DetectorState;
  /** Takes the place of what was seen. */
  restore(state: DetectorState): void;
}

/** Finite numbers, in an order of each detector's own. */
export type DetectorState = readonly number[];

export function checkFinite(name: string, value: number): void {
  if (value - value !== 0) {
    throw new RangeError(`${name}: expected a finite value, found ${value}`);
  }
}

export function checkState(name: string, state: DetectorState, fits: boolean): void {
  if (!fits || !state.every(Number.isFinite)) {
    throw new RangeError(
      `${name}: expected the state of a detector with the same parameters, found ${JSON.stringify(state)}`
    );
  }
}

export function checkRange(name: string, value: number, low: number, high: number): void {
  if (!(value >= low && value <= high)) {
    throw new RangeError(`${name}: expected ${low} to ${high}, found ${value}`);
  }
}

export function checkWhole(name: string, value: number, low: number): void {
  if (!Number.isInteger(value) || value < low) {
    throw new RangeError(`${name}: expected a whole number from ${low}, found ${value}`);
  }
}
