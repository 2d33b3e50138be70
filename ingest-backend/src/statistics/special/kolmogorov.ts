import { kolmogorovMatrix, pelzGood } from './kolmogorov-cdf.js';
import { binomialDensity } from './stirling.js';

/**
 * Probability that the two-sided Kolmogorov–Smirnov statistic of n independent values from a continuous distribution
 * exceeds d (one sample against its distribution). Picks the method by n and n·d² as R. Simard and P. L'Ecuyer,
 * "Computing the Two-Sided Kolmogorov–Smirnov Distribution", J. Stat. Softw. 39(11) (2011), does, and scipy's `kstwo`.
 *
 * @param n whole, at least 1
 * @returns accurate to 1e-12 for n up to 10⁵, to 1e-8 above
 */
export function kolmogorovSurvival(n: number, d: number): number {
  const t = n * d;
  if (Number.isNaN(t) || n < 1) {
    return NaN;
  }
  if (d >= 1) {
    return 0;
  }
  if (t <= 0.5) {
    return 1;
  }
  if (t <= 1) {
    return 1 - smallest(n, t);
  }
  if (t >= n - 1) {
    return 2 * (1 - d) ** n;
  }
  const square = t * d;
  if (square >= 370) {
    return 0;
  }
  // Above these both tails together are the one-sided tail twice, to more digits than a double has.
  if (d >= 0.5 || square > (n <= 140 ? 4 : 2.2)) {
    if (n <= 100_000) {
      return Math.min(1, 2 * smirnovSurvival(n, d));
    }
    return square < 8 ? 1 - pelzGood(n, d) : 2 * Math.exp(-((6 * t + 1) ** 2) / (18 * n));
  }
  if (n <= 140 || (n <= 100_000 && n * d ** 1.5 <= 1.4)) {
    return clip(1 - kolmogorovMatrix(n, d));
  }
  return clip(1 - pelzGood(n, d));
}

/** n! (2d − 1/n)^n for 1/2n ≤ d ≤ 1/n; Ruben and Gambino (1982). */
function smallest(n: number, t: number): number {
  let product = 1;
  for (let k = 1; k <= n && product > 0; k++) {
    product *= (k / n) * (2 * t - 1);
  }
  return product;
}

/**
 * Probability that the one-sided statistic of n values exceeds d: d Σ C(n,j) (d+j/n)^(j−1) (1−d−j/n)^(n−j) over
 * 0 ≤ j ≤ n(1−d). N. W. Smirnov (1944), Z. W. Birnbaum and F. H. Tingey (1951).
 */
export function smirnovSurvival(n: number, d: number): number {
  if (d <= 0) {
    return 1;
  }
  let sum = 0;
  for (let j = 0; j <= n; j++) {
    const share = d + j / n;
    if (share >= 1) {
      break;
    }
    sum += binomialDensity(j, n, share) / share;
  }
  return clip(d * sum);
}

function clip(probability: number): number {
  return Math.min(1, Math.max(0, probability));
}
