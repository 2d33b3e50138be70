/** Counts of two samples in the same cells, as each distance over cells takes them. */
export function checkCells(name: string, reference: ArrayLike<number>, current: ArrayLike<number>): void {
  if (reference.length !== current.length) {
    throw new RangeError(`${name}: expected as many cells, found ${reference.length} and ${current.length}`);
  }
  const totals = [totalOf(reference), totalOf(current)];
  if (!totals.every((total) => total > 0)) {
    throw new RangeError(`${name}: expected values on both sides, found ${totals.join(' and ')}`);
  }
}

export function totalOf(counts: ArrayLike<number>): number {
  let total = 0;
  for (let cell = 0; cell < counts.length; cell++) {
    total += counts[cell] as number;
  }
  return total;
}

export function checkSamples(name: string, reference: ArrayLike<number>, current: ArrayLike<number>): void {
  if (reference.length === 0 || current.length === 0) {
    throw new RangeError(`${name}: expected values in both samples, found ${reference.length} and ${current.length}`);
  }
}

/** In ascending order. */
export function sorted(name: string, sample: ArrayLike<number>): Float64Array {
  const copy = Float64Array.from(sample).sort();
  if (Number.isNaN(copy[copy.length - 1])) {
    throw new RangeError(`${name}: expected numbers, found NaN`);
  }
  return copy;
}
