const SLOTS = 64;
const NONE = -1;

/** The points of up to 64 neighbouring offsets: for each offset a chain through the three columns. */
class Block {
  readonly heads = new Int32Array(SLOTS).fill(NONE);
  readonly series: number[] = [];
  readonly times: number[] = [];
  readonly next: number[] = [];
}

/**
 * The points that a partition gave rise to and that would come again if it were read again from its position: told
 * apart by offset, series and time. A message gives rise to a handful of points, so looking one up walks a short
 * chain; nothing is hashed beyond the offset's block, and nothing is mistaken for something else.
 */
export class SeenPoints {
  readonly #blocks = new Map<number, Block>();
  #lowest = Infinity;

  /** Remembers a point. @returns false where it was there already. */
  add(offset: number, series: number, time: number): boolean {
    const index = Math.floor(offset / SLOTS);
    let block = this.#blocks.get(index);
    if (block === undefined) {
      block = new Block();
      this.#blocks.set(index, block);
      this.#lowest = Math.min(this.#lowest, index);
    }
    const slot = offset - index * SLOTS;
    const head = block.heads[slot] as number;
    for (let entry = head; entry !== NONE; entry = block.next[entry] as number) {
      if (block.series[entry] === series && block.times[entry] === time) {
        return false;
      }
    }
    block.heads[slot] = block.next.length;
    block.next.push(head);
    block.series.push(series);
    block.times.push(time);
    return true;
  }

  /** Says that the points of one series are now those of another. */
  join(from: number, to: number): void {
    for (const { series } of this.#blocks.values()) {
      series.forEach((id, entry) => {
        if (id === from) {
          series[entry] = to;
        }
      });
    }
  }

  /** Forgets what lies before a position: it is never read again. Whole blocks only, so a few more are kept. */
  forgetBefore(position: number): void {
    const end = Math.floor(position / SLOTS);
    if (end - this.#lowest > this.#blocks.size) {
      // Offsets with wide gaps (bytes of a file): look at what there is, not at what could be.
      for (const index of this.#blocks.keys()) {
        if (index < end) {
          this.#blocks.delete(index);
        }
      }
      this.#lowest = end;
      return;
    }
    for (; this.#lowest < end; this.#lowest++) {
      this.#blocks.delete(this.#lowest);
    }
  }
}
