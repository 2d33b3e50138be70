import { upperGamma } from './gamma.js';

/** Probability that a chi-square variable of that many degrees of freedom exceeds x: Q(df/2, x/2), NIST DLMF 8.2. */
export function chiSquareSurvival(x: number, degreesOfFreedom: number): number {
  return upperGamma(degreesOfFreedom / 2, x / 2);
}

/** Probability that a standard normal variable exceeds z: erfc(z/√2)/2, with erfc(x) = Q(1/2, x²) for x ≥ 0. */
export function normalSurvival(z: number): number {
  const tail = upperGamma(0.5, (z * z) / 2) / 2;
  return z < 0 ? 1 - tail : tail;
}

/** Probability that a standard normal variable is at most z. */
export function normalCdf(z: number): number {
  return normalSurvival(-z);
}
