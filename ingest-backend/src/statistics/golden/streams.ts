import { seededRandom } from '../special/index.js';

/** Made streams, number for number those of `test/golden/statistics/`. For tests and benchmarks. */
export type StreamKind =
  | 'stationary'
  | 'abrupt'
  | 'gradual'
  | 'incremental'
  | 'spread'
  | 'unit'
  | 'errors'
  | 'errors, abrupt'
  | 'errors, gradual';

/** About normal, with mean 0 and variance 1: twelve uniform numbers less six, exact on any machine. */
export function bell(random: () => number): number {
  let total = 0;
  for (let i = 0; i < 12; i++) {
    total += random();
  }
  return total - 6;
}

export function streamOf(kind: StreamKind, seed: number, n: number): number[] {
  const random = seededRandom(seed);
  const next: Record<StreamKind, (share: number) => number> = {
    stationary: () => bell(random),
    abrupt: (share) => bell(random) + (share < 0.5 ? 0 : 1),
    gradual: (share) => bell(random) + (random() < 2 * share - 0.5 ? 1.5 : 0),
    incremental: (share) => bell(random) + 2 * share,
    spread: (share) => bell(random) * (share < 0.5 ? 1 : 2.5),
    unit: (share) => random() * (share < 0.5 ? 1 : 0.7),
    errors: () => (random() < 0.2 ? 1 : 0),
    'errors, abrupt': (share) => (random() < (share < 0.5 ? 0.2 : 0.35) ? 1 : 0),
    'errors, gradual': (share) => (random() < 0.1 + 0.2 * share ? 1 : 0),
  };
  return Array.from({ length: n }, (_, i) => next[kind](i / n));
}
