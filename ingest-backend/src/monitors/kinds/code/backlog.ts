import type { Partition } from '../../../archive/index.js';
import type { Item } from './runner.js';

/** Records that the code has not answered for, oldest first: handed to it, to be handed again, and waiting. */
export class Backlog {
  #handed: readonly Item[] = [];
  #answered = 0;
  /** Handed before the code failed. */
  #again: Item[] = [];
  #waiting: Item[] = [];
  #head = 0;

  constructor(private readonly limit: number) {}

  get size(): number {
    return this.#handed.length - this.#answered + this.#again.length + this.#waiting.length - this.#head;
  }

  /** Whether there had better come no more for now. */
  get crowded(): boolean {
    return this.size > this.limit / 2;
  }

  /** Lets a record wait. @returns the oldest that waits, where there is no room for both */
  push(item: Item): Item | undefined {
    this.#waiting.push(item);
    return this.size > this.limit ? this.#shift() : undefined;
  }

  /** The next records for the code: one at a time of those that it failed at, since one of them may be why. */
  hand(most: number): readonly Item[] {
    const first = this.#again.shift();
    const batch = first === undefined ? this.#waiting.slice(this.#head, this.#head + most) : [first];
    if (first === undefined) {
      this.#head += batch.length;
      this.#compact();
    }
    this.#handed = batch;
    this.#answered = 0;
    return batch;
  }

  /** Whether the code has records of which it has not answered for all. */
  get isHanded(): boolean {
    return this.#answered < this.#handed.length;
  }

  /** The record at a place in the batch that the code has. */
  at(index: number): Item | undefined {
    return this.#handed[index];
  }

  /** Marks records of the batch as answered for, up to a place. @returns those that were not before */
  answer(upTo: number): readonly Item[] {
    const before = this.#answered;
    this.#answered = Math.max(before, Math.min(upTo, this.#handed.length));
    return this.#handed.slice(before, this.#answered);
  }

  /** Takes back what is not answered for. @returns the first of it, and whether it was handed alone */
  takeBack(): { readonly first: Item | undefined; readonly alone: boolean } {
    const left = this.#handed.slice(this.#answered);
    const alone = this.#handed.length === 1;
    this.#again.unshift(...left);
    this.#handed = [];
    this.#answered = 0;
    return { first: left[0], alone };
  }

  /** Drops the first of what is to be handed again. */
  giveUp(): void {
    this.#again.shift();
  }

  /** The offset of the oldest record of each partition. */
  oldest(): Map<Partition, number> {
    const oldest = new Map<Partition, number>();
    const see = ({ record: { partition, offset } }: Item): void => {
      if (offset < (oldest.get(partition) ?? Infinity)) {
        oldest.set(partition, offset);
      }
    };
    this.#handed.slice(this.#answered).forEach(see);
    this.#again.forEach(see);
    this.#waiting.slice(this.#head).forEach(see);
    return oldest;
  }

  #shift(): Item | undefined {
    const item = this.#waiting[this.#head];
    this.#head++;
    this.#compact();
    return item;
  }

  /** Now and then, since moving all of an array for each record would be slow. */
  #compact(): void {
    if (this.#head > 1000 && this.#head * 2 > this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#head);
      this.#head = 0;
    }
  }
}
