import { createHash } from 'node:crypto';

/**
 * Which messages were heard lately, by their content: Pneumo's messages carry no ids. Two messages of the same content
 * in one list are two; a message that came by the socket and stands in the history is one. What cannot be told apart: a
 * message that equals one of the history, microsecond and all, and comes right after it; it is taken for the same.
 */
export class Window {
  readonly #keys: string[] = [];
  #head = 0;
  readonly #counts = new Map<string, number>();
  /** Messages taken from the history that the socket may still bring. */
  #expected = new Map<string, number>();

  /** @param size how many messages are remembered: more than a history holds */
  constructor(private readonly size: number) {}

  /** Remembers a message. */
  add(key: string): void {
    this.#keys.push(key);
    increment(this.#counts, key);
    if (this.#keys.length - this.#head > this.size) {
      decrement(this.#counts, this.#keys[this.#head++] as string);
    }
    if (this.#head > this.size) {
      this.#keys.splice(0, this.#head);
      this.#head = 0;
    }
  }

  /**
   * Of a history, in its order, the messages that were not heard; they count as heard from now on.
   * @param arrived keys of messages that the socket brought meanwhile and that will be taken after the history
   */
  missing<T extends { readonly key: string }>(history: readonly T[], arrived: readonly string[]): T[] {
    const heard = new Map<string, number>();
    arrived.forEach((key) => increment(heard, key));
    const counts = new Map<string, number>();
    const missing = history.filter(({ key }) => {
      increment(counts, key);
      return (counts.get(key) ?? 0) > (this.#counts.get(key) ?? 0) + (heard.get(key) ?? 0);
    });
    this.#expected = new Map();
    missing.forEach(({ key }) => increment(this.#expected, key));
    missing.forEach(({ key }) => this.add(key));
    return missing;
  }

  /**
   * Whether a message of the socket was taken from the history before it came. A socket keeps its order: once one comes
   * that the history did not hold, none of it is still to come.
   */
  isOverlap(key: string): boolean {
    if (this.#expected.size === 0) {
      return false;
    }
    if (!this.#expected.has(key)) {
      this.#expected.clear();
      return false;
    }
    decrement(this.#expected, key);
    return true;
  }
}

/** What tells one message from the next, however its keys are ordered and its numbers written. */
export function contentKey(value: unknown): string {
  return createHash('sha256').update(canonical(value)).digest('base64');
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : part
  );
}

function increment(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function decrement(counts: Map<string, number>, key: string): void {
  const count = (counts.get(key) ?? 0) - 1;
  if (count > 0) {
    counts.set(key, count);
  } else {
    counts.delete(key);
  }
}
