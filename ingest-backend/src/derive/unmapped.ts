import type { Origin } from '../archive/index.js';
import { FleetEngine } from '../fleet/index.js';
import type { Message } from './decode.js';

export interface Held extends Origin {
  readonly message: Message;
  /** Wall-clock milliseconds. */
  readonly arrival: number;
}

const MOST_HELD = 100_000;

/**
 * Messages of engines that no fleet source knows. They are held for a while, since a fleet is asked every few
 * seconds and an engine may report before its first answer; then the engine is shown under its own id.
 */
export class Unmapped {
  readonly #held = new Map<string, Held[]>();
  readonly #adopted = new Map<string, FleetEngine>();
  size = 0;

  constructor(private readonly holdMillis: number) {}

  /** Holds a message; false where it must not be held, or no more fit. */
  hold(held: Held): boolean {
    const { src } = held.message;
    if (this.holdMillis <= 0 || this.size >= MOST_HELD) {
      return false;
    }
    const messages = this.#held.get(src);
    if (messages === undefined) {
      this.#held.set(src, [held]);
    } else {
      messages.push(held);
    }
    this.size++;
    return true;
  }

  sources(): string[] {
    return [...this.#held.keys()];
  }

  expired(src: string, now: number): boolean {
    const first = this.#held.get(src)?.[0];
    return first !== undefined && now - first.arrival >= this.holdMillis;
  }

  take(src: string): Held[] {
    const held = this.#held.get(src) ?? [];
    this.#held.delete(src);
    this.size -= held.length;
    return held;
  }

  *messages(): Iterable<Held> {
    for (const held of this.#held.values()) {
      yield* held;
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
