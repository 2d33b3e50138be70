/**
 * The last keys of a stream, by 53-bit hashes: of 10,000 keys two are taken for the same by chance once in 10⁸ streams. The hash is
 * cyrb53, by bryc (public domain).
 */
export class Remembered {
  readonly #keys: Set<number>;

  constructor(
    private readonly most: number,
    state: readonly number[] = []
  ) {
    this.#keys = new Set(state);
  }

  /** Whether the key came before; remembers it as the newest. */
  has(key: string): boolean {
    const hash = hashOf(key);
    const known = this.#keys.delete(hash);
    this.#keys.add(hash);
    if (this.#keys.size > this.most) {
      const [oldest] = this.#keys;
      this.#keys.delete(oldest as number);
    }
    return known;
  }

  toJSON(): readonly number[] {
    return [...this.#keys];
  }
}

/** A hash of 53 bits. */
export function hashOf(text: string): number {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    high = Math.imul(high ^ unit, 2654435761);
    low = Math.imul(low ^ unit, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return 4294967296 * (2097151 & low) + (high >>> 0);
}
