import { randomUUID } from 'node:crypto';
import type { Admin, Batch } from 'kafkajs';
import type { Logger } from 'pino';
import { GroupMember, type Held, type Reader } from '../sources/index.js';
import type { ArchiveTopic } from './topic.js';

/**
 * What monitors go on from, of all partitions, as the topic of states has it: read from its beginning at the start, and
 * followed from then on. Whoever takes a partition over has its state at hand already.
 */
export class StateTable implements Reader {
  readonly #member: GroupMember;
  readonly #values = new Map<number, Map<string, string>>();
  readonly #next = new Map<number, number>();
  #waiting: Array<() => void> = [];
  /** Grows with each change. */
  version = 0;

  constructor({ client, state, groupId }: ArchiveTopic, log: Logger) {
    // A group of its own: every process reads all of it.
    const options = { client, topic: state, groupId: `${groupId}-state-${randomUUID()}` };
    this.#member = new GroupMember(`archive ${state}`, options, this, log);
  }

  get problem(): string | undefined {
    return this.#member.problem;
  }

  start(): void {
    this.#member.start();
  }

  async stop(): Promise<void> {
    await this.#member.stop();
  }

  partitions(): number[] {
    return [...this.#values.keys()].sort((a, b) => a - b);
  }

  /** The entries of a partition, by key. */
  entries(partition: number): ReadonlyMap<string, string> {
    return this.#values.get(partition) ?? new Map<string, string>();
  }

  /** Resolves once all below an offset has been read, or is known to hold nothing. @throws Error after `millis` */
  async reached(partition: number, end: number, millis: number): Promise<void> {
    const until = Date.now() + millis;
    while ((this.#next.get(partition) ?? 0) < end) {
      const left = until - Date.now();
      if (left <= 0) {
        throw new Error(`state of partition ${partition}: expected it to be read up to ${end} within ${millis} ms`);
      }
      await this.changed(left);
    }
  }

  /** Resolves when something more was read, or after so many milliseconds. */
  async changed(millis: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, millis);
      this.#waiting.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  async place(_partitions: readonly number[], admin: Admin): Promise<(held: Held) => number> {
    const ranges = await admin.fetchTopicOffsets(this.#member.topic);
    return ({ partition, next }) => {
      if (next !== undefined) {
        return next;
      }
      this.#values.set(partition, new Map());
      return Number(ranges.find((range) => range.partition === partition)?.low ?? 0);
    };
  }

  read({ partition, messages }: Batch, next: number): void {
    const values = this.#values.get(partition) ?? new Map<string, string>();
    for (const { key, value } of messages) {
      const name = key?.toString('utf8') ?? '';
      if (value === null) {
        values.delete(name);
      } else {
        values.set(name, value.toString('utf8'));
      }
    }
    this.#values.set(partition, values);
    this.version++;
    this.moved(partition, next);
  }

  moved(partition: number, next: number): void {
    this.#next.set(partition, next);
    this.#waiting.splice(0).forEach((wake) => wake());
  }

  idle(partition: number, end: number, next: number): void {
    if (this.#next.get(partition) !== next) {
      this.moved(partition, next);
    }
  }

  lost(partitions: readonly number[]): void {
    partitions.forEach((partition) => this.#next.delete(partition));
  }
}
