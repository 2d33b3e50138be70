/**
 * Probability that the two-sample statistic of n and m values of one continuous distribution is at least d: the share of
 * lattice paths from (0,0) to (n,m) that somewhere reach |i/n − j/m| ≥ d, by recursion over the cells of the band, where
 * P(i,j) = (i·P(i−1,j) + j·P(i,j−1))/(i+j) and P = 1 outside. No difference of like numbers is taken, so that the smallest
 * probabilities keep their digits.
 *
 * Source: J. L. Hodges, Ark. Mat. 3 (1958); the recursion on probabilities T. Viehmann, arXiv:2102.08037 (2021).
 *
 * @returns 1 where d = 0; time grows with n·m·d
 */
export function smirnovExact(d: number, n: number, m: number): number {
  // In whole numbers the border is sharp: |i·m − j·n| ≥ h, where d = h/(nm) up to rounding.
  const [rows, columns] = n >= m ? [n, m] : [m, n];
  const unit = gcd(rows, columns);
  const down = columns / unit;
  const right = rows / unit;
  const h = Math.round((d * rows * columns) / unit);
  if (h === 0) {
    return 1;
  }
  const outside = new Float64Array(columns + 1).fill(1);
  for (let i = 0; i <= rows; i++) {
    const first = Math.max(0, Math.floor((i * down - h) / right) + 1);
    const last = Math.min(columns, Math.ceil((i * down + h) / right) - 1);
    if (first > last) {
      return 1;
    }
    // Left of the band all paths have been outside; above it the array still holds the 1 that it began with.
    let before = first === 0 ? 0 : 1;
    for (let j = first; j <= last; j++) {
      const above = outside[j] as number;
      before = i + j === 0 ? 0 : (i * above + j * before) / (i + j);
      outside[j] = before;
    }
  }
  return outside[columns] as number;
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}
