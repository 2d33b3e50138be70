const SCALE = 2 ** 128;

/**
 * Probability that Kolmogorov's statistic of n values is at most d, exactly: an element of the n-th power of Durbin's
 * matrix, times n!/nⁿ. G. Marsaglia, W. W. Tsang, J. Wang, "Evaluating Kolmogorov's Distribution", J. Stat. Softw. 8(18)
 * (2003). The matrix has 2⌈nd⌉ − 1 rows, so that it fits small n·d alone.
 */
export function kolmogorovMatrix(n: number, d: number): number {
  const k = Math.ceil(n * d);
  const size = 2 * k - 1;
  let power = durbinMatrix(size, k - n * d);
  let result = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    result[i * size + i] = 1;
  }
  const middle = (k - 1) * size + k - 1;
  let powerExponent = 0;
  let exponent = 0;
  for (let left = n; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) {
      result = multiply(result, power, size);
      exponent += powerExponent;
    }
    power = multiply(power, power, size);
    powerExponent *= 2;
    if ((power[middle] as number) > SCALE) {
      for (let i = 0; i < power.length; i++) {
        (power[i] as number) /= SCALE;
      }
      powerExponent++;
    }
  }
  let probability = result[middle] as number;
  for (let i = 1; i <= n; i++) {
    probability = (i * probability) / n;
    if (probability < 1 / SCALE) {
      probability *= SCALE;
      exponent--;
    }
  }
  return probability * SCALE ** exponent;
}

function durbinMatrix(size: number, h: number): Float64Array<ArrayBuffer> {
  const matrix = new Float64Array(size * size);
  const factorial = new Float64Array(size + 1).fill(1);
  for (let i = 1; i <= size; i++) {
    factorial[i] = (factorial[i - 1] as number) * i;
  }
  const inverse = (i: number): number => 1 / (factorial[i] as number);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      if (row - column + 1 >= 0) {
        matrix[row * size + column] = inverse(row - column + 1);
      }
    }
  }
  for (let i = 0; i < size; i++) {
    const edge = (1 - h ** (i + 1)) * inverse(i + 1);
    matrix[i * size] = edge;
    matrix[(size - 1) * size + size - 1 - i] = edge;
  }
  matrix[(size - 1) * size] = (1 - 2 * h ** size + Math.max(2 * h - 1, 0) ** size) * inverse(size);
  return matrix;
}

function multiply(a: Float64Array, b: Float64Array, size: number): Float64Array<ArrayBuffer> {
  const product = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < size; k++) {
      const factor = a[i * size + k] as number;
      for (let j = 0; j < size; j++) {
        (product[i * size + j] as number) += factor * (b[k * size + j] as number);
      }
    }
  }
  return product;
}

/**
 * The same for large n: the limit distribution with corrections in 1/√n, 1/n and n^−3/2. W. Pelz and I. J. Good,
 * "Approximating the Lower Tail-areas of the Kolmogorov–Smirnov One-sample Statistic", J. R. Stat. Soc. B 38 (1976);
 * the form is Simard and L'Ecuyer's (2011), equations (9) to (14).
 */
export function pelzGood(n: number, d: number): number {
  const z = Math.sqrt(n) * d;
  const z2 = z * z;
  const z4 = z2 * z2;
  const z6 = z4 * z2;
  const p2 = Math.PI ** 2;
  let k0 = 0;
  let k1 = 0;
  let k2 = 0;
  let k3 = 0;
  for (let k = Math.ceil((16 * z) / Math.PI); k >= 0; k--) {
    const half = (k + 0.5) ** 2;
    const weight = Math.exp((-p2 * half) / (2 * z2));
    const h1 = p2 * half;
    const h2 = h1 * h1;
    k0 += weight;
    k1 += weight * (h1 - z2);
    k2 += weight * (6 * z6 + 2 * z4 + h1 * (2 * z4 - 5 * z2) + h2 * (1 - 2 * z2));
    k3 +=
      weight *
      (-30 * z6 - 90 * z4 * z4 + h1 * (135 * z4 - 96 * z6) + h2 * (212 * z4 - 60 * z2) + h2 * h1 * (5 - 30 * z2));
  }
  let extra2 = 0;
  let extra3 = 0;
  for (let k = Math.ceil((16 * z) / Math.PI); k >= 1; k--) {
    const square = p2 * k * k;
    const weight = Math.exp(-square / (2 * z2));
    extra2 += weight * square;
    extra3 += weight * square * (3 * z2 - square);
  }
  const root = Math.sqrt(2 * Math.PI);
  return (
    (root / z) * k0 +
    ((root / (6 * z4)) * k1) / Math.sqrt(n) +
    ((root / (72 * z4 * z2 * z)) * k2 - (root / (36 * z2 * z)) * extra2) / n +
    ((root / (6480 * z6 * z4)) * k3 + (root / (216 * z6)) * extra3) / n ** 1.5
  );
}
