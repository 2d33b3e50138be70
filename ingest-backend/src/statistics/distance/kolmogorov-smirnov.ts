import type { QuantileSketch } from '../profile/index.js';
import { kolmogorovSurvival } from '../special/index.js';
import { checkCells, checkSamples, sorted, totalOf } from './cells.js';
import { smirnovExact } from './smirnov-exact.js';

/** Up to this product of the sizes the p-value is exact by default; a tenth of a second at worst. */
const EXACT_PRODUCT = 1e7;
/** The same of cells: monitors test many features at once, and cells are less exact than this p-value anyway. */
const EXACT_PRODUCT_OF_CELLS = 1e6;

export type KolmogorovSmirnovMethod = 'auto' | 'exact' | 'asymptotic';

export interface KolmogorovSmirnov {
  /** The largest difference of the two distribution functions, from 0 to 1. */
  readonly statistic: number;
  /** Probability of at least that if both come from one continuous distribution. */
  readonly pValue: number;
  readonly method: 'exact' | 'asymptotic';
}

/** Of binned data: the difference between the samples themselves is at least the statistic and at most `bound` more. */
export interface BinnedKolmogorovSmirnov extends KolmogorovSmirnov {
  readonly bound: number;
}

/**
 * Two-sample Kolmogorov–Smirnov test, two-sided. The p-value is exact where the product of the sizes is at most 10⁷, and
 * else of the one-sample distribution at n = round(nm/(n+m)). scipy's `ks_2samp`, which chooses by the larger size alone.
 *
 * Source: N. W. Smirnov (1939); exact by J. L. Hodges, "The Significance Probability of the Smirnov Two-Sample Test", Ark. Mat.
 * 3 (1958); asymptotic by Simard and L'Ecuyer (2011).
 */
export function kolmogorovSmirnov(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
  method: KolmogorovSmirnovMethod = 'auto'
): KolmogorovSmirnov {
  checkSamples('Kolmogorov–Smirnov', reference, current);
  const a = sorted('Kolmogorov–Smirnov', reference);
  const b = sorted('Kolmogorov–Smirnov', current);
  return significance(statisticOfSorted(a, b), a.length, b.length, method);
}

/** The statistic of two samples in ascending order, without allocation. */
export function statisticOfSorted(a: Readonly<Float64Array>, b: Readonly<Float64Array>): number {
  const n = a.length;
  const m = b.length;
  let i = 0;
  let j = 0;
  let largest = 0;
  while (i < n && j < m) {
    const value = Math.min(a[i] as number, b[j] as number);
    while (i < n && (a[i] as number) === value) {
      i++;
    }
    while (j < m && (b[j] as number) === value) {
      j++;
    }
    const difference = Math.abs(i / n - j / m);
    if (difference > largest) {
      largest = difference;
    }
  }
  return largest;
}

/** p-value of a statistic of two samples of n and m values; by `auto` exact where n·m is at most `exactProduct`. */
export function significance(
  statistic: number,
  n: number,
  m: number,
  method: KolmogorovSmirnovMethod = 'auto',
  exactProduct = EXACT_PRODUCT
): KolmogorovSmirnov {
  if (method === 'exact' || (method === 'auto' && n * m <= exactProduct)) {
    return { statistic, pValue: smirnovExact(statistic, n, m), method: 'exact' };
  }
  return { statistic, pValue: kolmogorovSurvival(roundHalfEven((n * m) / (n + m)), statistic), method: 'asymptotic' };
}

/**
 * The same of counts in the same ordered cells. Between cells the distribution functions are exact, within one they may
 * differ by what it holds. As the statistic may be too small, the p-value may be too large: the test is on the safe side.
 * It is exact where the product of the sizes is at most 10⁶.
 */
export function kolmogorovSmirnovOfCells(
  reference: ArrayLike<number>,
  current: ArrayLike<number>
): BinnedKolmogorovSmirnov {
  checkCells('Kolmogorov–Smirnov', reference, current);
  const n = totalOf(reference);
  const m = totalOf(current);
  let below = 0;
  let belowCurrent = 0;
  let largest = 0;
  let most = 0;
  for (let cell = 0; cell < reference.length; cell++) {
    const before = below / n - belowCurrent / m;
    const r = reference[cell] as number;
    const c = current[cell] as number;
    below += r;
    belowCurrent += c;
    const after = below / n - belowCurrent / m;
    largest = Math.max(largest, Math.abs(after));
    // At worst all of one side comes first within the cell.
    most = Math.max(most, before + r / n, c / m - before);
  }
  return { ...significance(largest, n, m, 'auto', EXACT_PRODUCT_OF_CELLS), bound: Math.max(0, most - largest) };
}

/**
 * The same of two sketches of one accuracy: their cells' borders coincide, so that the statistic errs by what one cell
 * holds, which `bound` says.
 */
export function kolmogorovSmirnovOfSketches(
  reference: QuantileSketch,
  current: QuantileSketch
): BinnedKolmogorovSmirnov {
  if (reference.accuracy !== current.accuracy) {
    throw new RangeError(
      `Kolmogorov–Smirnov: expected sketches of one accuracy, found ${reference.accuracy} and ${current.accuracy}`
    );
  }
  const supports = [reference.support(), current.support()] as const;
  // What fell together on one side is put together on the other, so that the cells are the same again.
  const positive = Math.max(supports[0].collapsedBelow[0], supports[1].collapsedBelow[0]);
  const negative = Math.max(supports[0].collapsedBelow[1], supports[1].collapsedBelow[1]);
  const border = (value: number): number =>
    value > 0 ? Math.max(value, positive) : value < 0 ? Math.min(value, -negative) : 0;
  const [r, c] = supports;
  const cells: [number[], number[]] = [[], []];
  // Both ascend: whatever lies at the lowest border that is left makes the next cell.
  for (let i = 0, j = 0; i < r.values.length || j < c.values.length;) {
    const lowest = Math.min(border(r.values[i] ?? Infinity), border(c.values[j] ?? Infinity));
    let [ofReference, ofCurrent] = [0, 0];
    for (; i < r.values.length && border(r.values[i] as number) === lowest; i++) {
      ofReference += r.counts[i] as number;
    }
    for (; j < c.values.length && border(c.values[j] as number) === lowest; j++) {
      ofCurrent += c.counts[j] as number;
    }
    cells[0].push(ofReference);
    cells[1].push(ofCurrent);
  }
  return kolmogorovSmirnovOfCells(...cells);
}

/** To the nearest whole number, halves to the even one. */
function roundHalfEven(value: number): number {
  const rounded = Math.round(value);
  return rounded - value === 0.5 && rounded % 2 === 1 ? rounded - 1 : rounded;
}
