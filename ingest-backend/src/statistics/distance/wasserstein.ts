import type { QuantileSketch, Support } from '../profile/index.js';
import { checkSamples, sorted, totalOf } from './cells.js';

/** Of sketches: what the samples themselves have differs by at most `bound`, in the values' unit. */
export interface SketchedWasserstein {
  readonly distance: number;
  readonly bound: number;
}

/**
 * Wasserstein distance of order 1 of two samples: ∫ |F − G|, by how much each value has to move on average, in the values'
 * unit. Divided by the reference's standard deviation it is without unit and compares features. scipy's
 * `wasserstein_distance`.
 *
 * Source: S. S. Vallender, "Calculation of the Wasserstein Distance Between Probability Distributions on the Line", Theory
 * Probab. Appl. 18 (1974).
 */
export function wasserstein(reference: ArrayLike<number>, current: ArrayLike<number>): number {
  checkSamples('Wasserstein', reference, current);
  const a = sorted('Wasserstein', reference);
  const b = sorted('Wasserstein', current);
  return area(
    { values: a, counts: new Float64Array(a.length).fill(1) },
    { values: b, counts: new Float64Array(b.length).fill(1) }
  );
}

/** The same of two sketches, of whatever accuracy: each value is off by at most α of itself, and so is what it moves. */
export function wassersteinOfSketches(reference: QuantileSketch, current: QuantileSketch): SketchedWasserstein {
  const a = reference.support();
  const b = current.support();
  checkSamples('Wasserstein', a.values, b.values);
  return { distance: area(a, b), bound: meanError(a) + meanError(b) };
}

function meanError({ counts, errors }: Support): number {
  let sum = 0;
  for (let i = 0; i < counts.length; i++) {
    sum += (counts[i] as number) * (errors[i] as number);
  }
  return sum / totalOf(counts);
}

function area(a: Pick<Support, 'values' | 'counts'>, b: Pick<Support, 'values' | 'counts'>): number {
  const n = totalOf(a.counts);
  const m = totalOf(b.counts);
  let i = 0;
  let j = 0;
  let belowA = 0;
  let belowB = 0;
  let sum = 0;
  let at = Math.min(a.values[0] as number, b.values[0] as number);
  while (i < a.values.length || j < b.values.length) {
    const next = Math.min(a.values[i] ?? Infinity, b.values[j] ?? Infinity);
    sum += Math.abs(belowA / n - belowB / m) * (next - at);
    at = next;
    while (a.values[i] === next) {
      belowA += a.counts[i++] as number;
    }
    while (b.values[j] === next) {
      belowB += b.counts[j++] as number;
    }
  }
  return sum;
}
