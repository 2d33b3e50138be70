import type { Origin, Partition } from '../archive/index.js';
import { FleetEngine } from '../fleet/index.js';
import type { Message } from './decode.js';

export interface Held extends Origin {
  readonly message: Message;
  /** Log time in milliseconds. */
  readonly arrival: number;
  readonly alone: boolean;
}

const MOST_HELD = 100_000;

/**
 * Messages of engines that no fleet source knows. They are held for a while, since a fleet is asked every few
 * seconds and an engine may report before its first answer; then the engine is shown under its own id.
 */
export class Unmapped {
  readonly #held = new Map<string, { since: number; messages: Held[] }>();
  readonly #adopted = new Map<string, FleetEngine>();
  size = 0;

  constructor(private readonly holdMillis: number) {}

  /** Holds a message; false where it must not be held, or no more fit. */
  hold(held: Held): boolean {
    const { src } = held.message;
    if (this.holdMillis <= 0 || this.size >= MOST_HELD) {
      return false;
    }
    const known = this.#held.get(src);
    if (known === undefined) {
      // By the wall clock: it is the present fleet that may come to know the engine.
      this.#held.set(src, { since: performance.now(), messages: [held] });
    } else {
      known.messages.push(held);
    }
    this.size++;
    return true;
  }

  /** Engines whose messages are held, and where the first of these came from. */
  sources(): Array<readonly [src: string, partition: Partition]> {
    return [...this.#held].map(([src, { messages }]) => [src, (messages[0] as Held).partition] as const);
  }

  expired(src: string): boolean {
    const held = this.#held.get(src);
    return held !== undefined && performance.now() - held.since >= this.holdMillis;
  }

  take(src: string): readonly Held[] {
    const held = this.#held.get(src)?.messages ?? [];
    this.#held.delete(src);
    this.size -= held.length;
    return held;
  }

  forget(partition: Partition): void {
    for (const [src, held] of this.#held) {
      const kept = held.messages.filter((message) => message.partition !== partition);
      this.size -= held.messages.length - kept.length;
      held.messages = kept;
      if (kept.length === 0) {
        this.#held.delete(src);
      }
    }
  }

  *messages(): Iterable<Held> {
    for (const { messages } of this.#held.values()) {
      yield* messages;
    }
  }

  adopt(src: string): FleetEngine {
    const engine = new FleetEngine(src, false);
    engine.assignments.push({ from: -Infinity, workflow: '', model: src, asset: undefined });
    this.#adopted.set(src, engine);
    return engine;
  }

  adopted(src: string): FleetEngine | undefined {
    return this.#adopted.get(src);
  }
}
