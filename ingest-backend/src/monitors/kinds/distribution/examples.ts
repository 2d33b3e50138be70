import type { StreamRecord } from '../../../streams/index.js';
import type { Profile } from '../../../statistics/index.js';
import type { Offence } from '../../monitor.js';

export type ExamplesJson = ReadonlyArray<readonly Offence[] | null>;

/** Of all cells of a feature together about so many, and of each at least two. */
const ROOM = 100;
/** Which part of a long text is shown. */
const LONGEST_VALUE = 200;

/** The first records of a window in each cell of a feature: which of them are evidence is known at its end alone. */
export class Examples {
  readonly #cells: Array<Offence[] | undefined>;
  readonly #each: number;

  constructor(cells: number, json: ExamplesJson = []) {
    this.#cells = Array.from({ length: cells }, (_, cell) => (json[cell] ? [...json[cell]] : undefined));
    this.#each = Math.max(2, Math.floor(ROOM / cells));
  }

  add(cell: number, { time, partition, offset }: StreamRecord, value: unknown): void {
    const kept = (this.#cells[cell] ??= []);
    if (kept.length < this.#each) {
      kept.push({ time, partition: partition.key, offset, value: shown(value) });
    }
  }

  /** Those of cells that hold more than they did in the reference, the cell first whose share grew most. */
  offences(now: Profile, then: Profile): Offence[] {
    const [shares, before] = [sharesOf(now), sharesOf(then)];
    const grown = (cell: number): number => (shares[cell] ?? 0) - (before[cell] ?? 0);
    return [...this.#cells.keys()]
      .filter((cell) => grown(cell) > 0)
      .sort((a, b) => grown(b) - grown(a))
      .flatMap((cell) => this.#cells[cell] ?? []);
  }

  toJSON(): ExamplesJson {
    return this.#cells.map((kept) => kept ?? null);
  }
}

/** Of each cell the share of all values; NaN where there are none. */
export function sharesOf({ counts }: Profile): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return Array.from(counts, (count) => count / total);
}

function shown(value: unknown): number | string {
  return typeof value === 'number' ? value : String(value).slice(0, LONGEST_VALUE);
}
