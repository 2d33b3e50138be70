/**
 * Uniform numbers from 0 to below 1, the same for the same seed. Mulberry32 by T. Ettinger (public domain, 2017): 32 bits of
 * state, enough for sampling, not for secrets.
 *
 * @param seed its lowest 32 bits count
 * @param taken how many numbers were taken before the first that it gives
 */
export function seededRandom(seed: number, taken = 0): () => number {
  let state = (seed + Math.imul(taken, 0x6d2b79f5)) | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
