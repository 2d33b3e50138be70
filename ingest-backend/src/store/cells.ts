/**
 * Cells of the quantile sketch that rollups hold: those of `QuantileSketch` at its accuracy α = 0.01, numbered so that
 * their order is that of the values in them, and without a bound on how many there are. A quantile q̂ of a true value q
 * satisfies |q̂ − q| ≤ α|q|.
 *
 * Source: C. Masson, J. E. Rim, H. K. Lee, "DDSketch: A Fast and Fully-Mergeable Quantile Sketch with Relative-Error
 * Guarantees", PVLDB 12(12) (2019).
 */
export const ACCURACY = 0.01;
/** ln γ with γ = (1+α)/(1−α): the cell i of either sign holds the magnitudes in (γ^(i−1), γ^i]. */
export const LOG_GAMMA = Math.log1p(ACCURACY) - Math.log1p(-ACCURACY);
/** Magnitudes below it count as zero: logarithms of what is smaller lose their digits. */
export const SMALLEST = 2.2250738585072014e-308;
/** Added to i, which makes it positive for every double: −(i + OFFSET) is the cell of a negative value, 0 that of zero. */
export const OFFSET = 40_000;

/** @param value finite */
export function cellOf(value: number): number {
  const magnitude = Math.abs(value);
  return magnitude < SMALLEST ? 0 : Math.sign(value) * (Math.ceil(Math.log(magnitude) / LOG_GAMMA) + OFFSET);
}

/** ±2γ^i/(1+γ), which no value of the cell is further from than α of itself. */
export function valueOf(cell: number): number {
  return cell === 0 ? 0 : Math.sign(cell) * Math.exp((Math.abs(cell) - OFFSET) * LOG_GAMMA) * (1 - ACCURACY);
}
