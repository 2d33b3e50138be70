/**
 * Watches a stream of numbers for a change of its distribution. After an alarm the next value starts it afresh, so that `drift`
 * speaks of the last value alone.
 */
export interface DriftDetector {
  /** @param value finite; errors as 1, hits as 0 where the detector watches errors */
  update(value: number): void;
  /** Whether the last value was the one to tell a change. */
  readonly drift: boolean;
  /** Whether a change is suspected; false for detectors that do not suspect. */
  readonly warning: boolean;
  /** Forgets all that was seen. */
  reset(): void;
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
