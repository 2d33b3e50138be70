const HALF_LOG_TWO_PI = 0.918938533204672741780329736406;

/** Coefficients of Lanczos' approximation with g = 607/128, by P. Godfrey (2001), relative error below 1e-14. */
const LANCZOS_G = 607 / 128;
const LANCZOS = [
  0.99999999999999709182, 57.156235665862923517, -59.597960355475491248, 14.136097974741747174, -0.49191381609762019978,
  0.33994649984811888699e-4, 0.46523628927048575665e-4, -0.98374475304879564677e-4, 0.15808870322491248884e-3,
  -0.21026444172410488319e-3, 0.2174396181152126432e-3, -0.16431810653676389022e-3, 0.84418223983852743293e-4,
  -0.2619083840158140867e-4, 0.36899182659531622704e-5,
];

/** ln Γ(x) for x > 0. C. Lanczos, "A Precision Approximation of the Gamma Function", SIAM J. Numer. Anal. B 1 (1964). */
export function logGamma(x: number): number {
  let sum = LANCZOS[0] as number;
  for (let k = 1; k < LANCZOS.length; k++) {
    sum += (LANCZOS[k] as number) / (x + k - 1);
  }
  const t = x + LANCZOS_G - 0.5;
  return (x - 0.5) * Math.log(t) - t + HALF_LOG_TWO_PI + Math.log(sum);
}

/**
 * ln n! less Stirling's formula for it, for n > 0: what is left of a ratio of factorials once the large terms are gone.
 * C. Loader, "Fast and Accurate Computation of Binomial Probabilities" (2000).
 */
export function stirlingError(n: number): number {
  if (n < 16) {
    return logGamma(n + 1) - (n + 0.5) * Math.log(n) + n - HALF_LOG_TWO_PI;
  }
  const square = n * n;
  return (
    (1 / 12 -
      (1 / 360 - (1 / 1260 - (1 / 1680 - (1 / 1188 - 691 / 360360 / square) / square) / square) / square) / square) /
    n
  );
}

/** x ln(x/m) + m − x for x, m > 0, without the loss of digits where they lie close together. Loader (2000). */
export function deviance(x: number, m: number): number {
  if (Math.abs(x - m) >= 0.1 * (x + m)) {
    return x * Math.log(x / m) + m - x;
  }
  const v = (x - m) / (x + m);
  let sum = (x - m) * v;
  let term = 2 * x * v;
  for (let j = 1; ; j++) {
    term *= v * v;
    const next = sum + term / (2 * j + 1);
    if (next === sum) {
      return sum;
    }
    sum = next;
  }
}

/** e^−m m^x / Γ(x+1), the Poisson density carried on to real x > 0. Loader (2000). */
export function poissonDensity(x: number, m: number): number {
  return Math.exp(-stirlingError(x) - deviance(x, m)) / Math.sqrt(2 * Math.PI * x);
}

/** Probability of k successes among n trials that each succeed with probability p, 0 < p < 1. Loader (2000). */
export function binomialDensity(k: number, n: number, p: number): number {
  if (k === 0) {
    return Math.exp(n * Math.log1p(-p));
  }
  if (k === n) {
    return Math.exp(n * Math.log(p));
  }
  const exponent =
    stirlingError(n) - stirlingError(k) - stirlingError(n - k) - deviance(k, n * p) - deviance(n - k, n * (1 - p));
  return Math.exp(exponent) * Math.sqrt(n / (2 * Math.PI * k * (n - k)));
}
