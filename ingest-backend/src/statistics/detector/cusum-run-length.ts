/** Of a distribution; `Moments` has them all. What is absent is taken for normal. */
export interface Shape {
  /** In the values' unit, above 0. */
  readonly standardDeviation: number;
  readonly skewness?: number;
  /** Excess over the normal distribution's. */
  readonly kurtosis?: number;
}

/** Mean overshoot of a normal random walk over a border, twice: D. Siegmund (1985). */
const OVERSHOOT = 1.166;

/**
 * Mean number of values before a one-sided CUSUM with drift −k crosses h, all in standard deviations, while nothing has changed:
 * (e^θb − 1 − θb)/(θk), b = h + 1.166. For normal values θ = 2k: D. Siegmund, "Sequential Analysis" (1985), 2.6. For others θ
 * is the root of their cumulant generating function, ln E e^θ(X−k) = 0 (G. Lorden, Ann. Math. Stat. 42 (1971)), here to the fourth
 * cumulant: −k + θ/2 + γ₁θ²/6 + γ₂θ³/24 = 0.
 */
function runLength(h: number, k: number, theta: number): number {
  const b = theta * (h + OVERSHOOT);
  return (Math.expm1(b) - b) / (theta * k);
}

function exponentOf(k: number, skewness: number, kurtosis: number): number {
  // A negative fourth cumulant would shorten the tails beyond what so short a series can tell.
  const fourth = Math.max(0, kurtosis);
  const value = (theta: number): number => -k + theta / 2 + (skewness * theta ** 2) / 6 + (fourth * theta ** 3) / 24;
  // The first root, in steps: with a negative skewness the series may fall again beyond it.
  const step = k / 64;
  let high = step;
  while (value(high) < 0 && high < 4 * k) {
    high += step;
  }
  let low = high - step;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (value(middle) < 0) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return high;
}

/**
 * Threshold of a two-sided Page–Hinkley test, in the values' unit, for a mean of that many values between false alarms; the rates of
 * both sides add up.
 *
 * @param k what is let pass, in standard deviations
 */
export function pageHinkleyThreshold(values: number, shape: Shape, k: number): number {
  const skewness = finite(shape.skewness);
  const kurtosis = finite(shape.kurtosis);
  const rising = exponentOf(k, skewness, kurtosis);
  const falling = exponentOf(k, -skewness, kurtosis);
  const tooFrequent = (h: number): boolean => 1 / runLength(h, k, rising) + 1 / runLength(h, k, falling) > 1 / values;
  let high = 1;
  while (tooFrequent(high)) {
    high *= 2;
  }
  let low = 0;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (tooFrequent(middle)) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return high * shape.standardDeviation;
}

function finite(value: number | undefined): number {
  return value === undefined || !Number.isFinite(value) ? 0 : value;
}
