import type { Micros } from '@pneumograph/contract';
import type { Origin, Partition } from '../archive/index.js';

/** A message that moved an engine's clock on, until it has waited out its grace. */
interface Mark extends Origin {
  /** Log time of its arrival, in milliseconds. */
  readonly arrival: number;
  time: Micros;
  partition: Partition;
  offset: number;
}

/**
 * How far the time of one engine is settled: reports up to it are taken in order, what ends there is closed. By two
 * rules, both told by the log alone, so that reading it again settles the same at the same place:
 *
 * 1. A message has waited for the grace in log time, and everything up to its time with it.
 * 2. In a log of one partition, the engine's own clock has moved on by the grace. Partitions are filled a batch at a
 *    time: what one of them says of an engine's clock says nothing of what is under way in another.
 *
 * An engine's wrong clock delays or hurries nobody but itself.
 */
export class Watermark {
  /** Newest time that the engine has told. */
  newest: Micros = -Infinity;
  #settled: Micros;
  /** What moved the clock on within the grace, oldest first: times and arrivals ascend. */
  readonly #marks: Mark[] = [];

  /** @param settled as of the last batch stored before a restart */
  constructor(settled: Micros = -Infinity) {
    this.#settled = settled;
    this.newest = settled;
  }

  get settled(): Micros {
    return this.#settled;
  }

  /** Takes note of a message's time. @param grace microseconds, infinite where the second rule does not hold */
  tell(time: Micros, partition: Partition, offset: number, arrival: number, grace: Micros): void {
    if (time <= this.newest) {
      return;
    }
    this.newest = time;
    if (time - grace > this.#settled) {
      this.#settled = time - grace;
    }
    const last = this.#marks.at(-1);
    if (last?.arrival === arrival) {
      last.time = time;
      last.partition = partition;
      last.offset = offset;
    } else {
      this.#marks.push({ arrival, time, partition, offset });
    }
  }

  /**
   * Settles what has waited for longer than the grace.
   * @param reached log time, in milliseconds
   * @returns whether anything was settled
   */
  wait(reached: (partition: Partition) => number, grace: Micros): boolean {
    const marks = this.#marks;
    const before = this.#settled;
    let waited = 0;
    for (; waited < marks.length; waited++) {
      const mark = marks[waited] as Mark;
      if (reached(mark.partition) <= mark.arrival + grace / 1000) {
        break;
      }
      if (mark.time > this.#settled) {
        this.#settled = mark.time;
      }
    }
    if (waited > 0) {
      marks.splice(0, waited);
    }
    return this.#settled > before;
  }

  /** Like `wait`, for the log time that one message of the engine has come at. */
  waitUntil(arrival: number, grace: Micros): boolean {
    const first = this.#marks[0];
    return first !== undefined && arrival > first.arrival + grace / 1000 && this.wait(() => arrival, grace);
  }

  /** The messages that still have to wait. */
  get waiting(): readonly Origin[] {
    return this.#marks;
  }

  /** The oldest message whose time is not settled yet. */
  get unsettled(): (Origin & { readonly arrival: number }) | undefined {
    return this.#marks.find(({ time }) => time > this.#settled);
  }

  /** Forgets the messages of a partition that another process reads now. */
  forget(partition: Partition): void {
    const kept = this.#marks.filter((mark) => mark.partition !== partition);
    this.#marks.splice(0, this.#marks.length, ...kept);
  }
}
