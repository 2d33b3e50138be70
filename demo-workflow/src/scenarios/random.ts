/** A stream of numbers in [0, 1) for each line (splitmix32), so that no line depends on those before it. */
export function randomOf(seed: number, pass: number, index: number): () => number {
  let state = Math.imul(seed, 0x85ebca6b) ^ Math.imul(pass + 1, 0xc2b2ae35) ^ Math.imul(index + 1, 0x27d4eb2f);
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x21f0aaad);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}

/** A number of the standard normal distribution, by Box and Muller. */
export function gaussian(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
