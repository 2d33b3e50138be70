import type { Slot } from './model.js';

/** What has gone through a slot since the engine started. Numbers only grow. */
export interface SlotCounts {
  /** Records consumed or produced; rejected ones are not among them. */
  count: number;
  /** Bytes of those records as they were encoded. */
  size: number;
  rejectedBySchema: number;
  rejectedByEncoding: number;
}

export type Rejection = 'schema' | 'encoding';

export interface ManifoldEvents {
  /** A record came to the slot, accepted or not. */
  onRecord?: (slot: number) => void;
  onReject?: (slot: number, by: Rejection, reason: string, line: string) => void;
  /**
   * What came to a slot or was let out, as it is encoded: also what the slot then rejects, since that is what those who
   * watch over the data look for.
   */
  onContent?: (slot: number, line: string) => void;
}

interface Passage {
  readonly slot: Slot;
  readonly counts: SlotCounts;
}

/**
 * The way into and out of a model: decodes and checks what comes in, checks and encodes what goes out, and counts
 * every record that really passes or is turned away.
 */
export class Manifold {
  readonly #passages = new Map<number, Passage>();

  constructor(
    slots: readonly Slot[],
    private readonly events: ManifoldEvents = {}
  ) {
    for (const slot of slots) {
      const counts = { count: 0, size: 0, rejectedBySchema: 0, rejectedByEncoding: 0 };
      this.#passages.set(slot.slot, { slot, counts });
    }
  }

  /** Numbers of the slots in order. */
  get slots(): number[] {
    return [...this.#passages.keys()].sort((a, b) => a - b);
  }

  counts(slot: number): Readonly<SlotCounts> {
    return this.#passage(slot).counts;
  }

  /** Takes in one line at an input slot; undefined where it is rejected. */
  consume(slot: number, line: string): { slot: Slot; datum: unknown } | undefined {
    const passage = this.#passage(slot);
    this.events.onContent?.(slot, line);
    let decoded: unknown;
    try {
      decoded = passage.slot.encoding.decode(line);
    } catch (error) {
      this.#reject(passage, 'encoding', (error as Error).message, line);
      return undefined;
    }
    const checked = passage.slot.schema.safeParse(decoded);
    if (!checked.success) {
      this.#reject(passage, 'schema', describe(checked.error.issues), line);
      return undefined;
    }
    this.#pass(passage, line);
    return { slot: passage.slot, datum: checked.data };
  }

  /** Lets one value out at an output slot: the line to send, or undefined where it is rejected. */
  produce(slot: number, value: unknown): string | undefined {
    const passage = this.#passage(slot);
    const checked = passage.slot.schema.safeParse(value);
    if (!checked.success) {
      this.#reject(passage, 'schema', describe(checked.error.issues), '');
      return undefined;
    }
    let line: string;
    try {
      line = passage.slot.encoding.encode(checked.data);
    } catch (error) {
      this.#reject(passage, 'encoding', (error as Error).message, '');
      return undefined;
    }
    this.events.onContent?.(slot, line);
    this.#pass(passage, line);
    return line;
  }

  #passage(slot: number): Passage {
    const passage = this.#passages.get(slot);
    if (passage === undefined) {
      throw new Error(`the model has no slot ${slot}`);
    }
    return passage;
  }

  #pass({ slot, counts }: Passage, line: string): void {
    counts.count++;
    counts.size += Buffer.byteLength(line);
    this.events.onRecord?.(slot.slot);
  }

  #reject({ slot, counts }: Passage, by: Rejection, reason: string, line: string): void {
    if (by === 'schema') {
      counts.rejectedBySchema++;
    } else {
      counts.rejectedByEncoding++;
    }
    this.events.onRecord?.(slot.slot);
    this.events.onReject?.(slot.slot, by, reason, line);
  }
}

function describe(issues: ReadonlyArray<{ path: PropertyKey[]; message: string }>): string {
  return issues.map(({ path, message }) => [path.join('.'), message].filter(Boolean).join(': ')).join('; ');
}
