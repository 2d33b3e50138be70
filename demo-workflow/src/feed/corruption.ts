/** What a feed does to a line of CSV, if anything. */
export type Damage = 'none' | 'truncated' | 'wrong-type';

/** Shares of lines that the demo's feed damages. */
export const DAMAGED = { truncated: 0.006, 'wrong-type': 0.006 } as const;

/** The column whose number is replaced by text: the close. */
const CLOSE = 4;

/**
 * Damages a small share of lines, as a careless source would. The real file is whole, and an operator should see what
 * rejects look like. Which lines are hit, and how, follows from the seed, the pass and the line's number alone.
 */
export function corrupt(line: string, seed: number, pass: number, index: number): { line: string; damage: Damage } {
  const random = randomOf(seed, pass, index);
  const dice = random();
  if (dice < DAMAGED.truncated) {
    return { line: truncate(line, random()), damage: 'truncated' };
  }
  if (dice < DAMAGED.truncated + DAMAGED['wrong-type']) {
    const cells = line.split(',');
    cells[CLOSE] = 'n/a';
    return { line: cells.join(','), damage: 'wrong-type' };
  }
  return { line, damage: 'none' };
}

/** Cuts before the last comma at the latest, so that at least one column is missing. */
function truncate(line: string, where: number): string {
  return line.slice(0, 1 + Math.floor(where * (line.lastIndexOf(',') - 1)));
}

/** A stream of numbers in [0, 1) for each line (splitmix32), so that no line depends on those before it. */
function randomOf(seed: number, pass: number, index: number): () => number {
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
