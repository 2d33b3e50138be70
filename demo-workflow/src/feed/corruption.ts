import { randomOf } from '../scenarios/index.js';

/** What a feed does to a line of CSV, if anything. */
export type Damage = 'none' | 'truncated' | 'wrong-type' | 'impossible';
export type Shares = Readonly<Record<Exclude<Damage, 'none'>, number>>;

/** Shares of lines that the demo's feed damages. */
export const DAMAGED: Shares = { truncated: 0.006, 'wrong-type': 0.006, impossible: 0 };
/** The same in the scenario of bad records. */
export const SPOILT: Shares = { truncated: 0.1, 'wrong-type': 0.06, impossible: 0.04 };

/** The column whose number is replaced: the close. */
const CLOSE = 4;

/**
 * Damages a small share of lines, as a careless source would. The real file is whole, and an operator should see what
 * rejects look like. Which lines are hit, and how, follows from the seed, the pass and the line's number alone.
 */
export function corrupt(
  line: string,
  seed: number,
  pass: number,
  index: number,
  shares: Shares = DAMAGED
): { line: string; damage: Damage } {
  const random = randomOf(seed, pass, index);
  const dice = random();
  if (dice < shares.truncated) {
    return { line: truncate(line, random()), damage: 'truncated' };
  }
  if (dice < shares.truncated + shares['wrong-type']) {
    return { line: replaceClose(line, 'n/a'), damage: 'wrong-type' };
  }
  if (dice < shares.truncated + shares['wrong-type'] + shares.impossible) {
    return { line: replaceClose(line, '-1'), damage: 'impossible' };
  }
  return { line, damage: 'none' };
}

function replaceClose(line: string, text: string): string {
  const cells = line.split(',');
  cells[CLOSE] = text;
  return cells.join(',');
}

/** Cuts before the last comma at the latest, so that at least one column is missing. */
function truncate(line: string, where: number): string {
  return line.slice(0, 1 + Math.floor(where * (line.lastIndexOf(',') - 1)));
}
