import { createHash } from 'node:crypto';
import type { Journal } from './journal.js';

/** A key that came before came again with something else: the caller mixes things up. */
export class KeyReused extends Error {}

/** More has come than can be worked off: the caller shall come again. */
export class Overload extends Error {}

/** What a caller calls its request, and a digest of what it sent. */
export interface Asked {
  readonly key: string;
  readonly hash: string;
}

const LARGEST_BACKLOG = 64 * 2 ** 20;

/** Takes in requests through a journal: each is on disk before its caller is answered, and once where it has a key. */
export class Inlet<Receipt> {
  /** Requests with a key that are not answered yet. */
  readonly #underWay = new Map<string, { hash: string; answer: Promise<Receipt> }>();

  /** @param taker what the requests are for */
  constructor(
    private readonly journal: Journal,
    private readonly taker: { readonly crowded: boolean }
  ) {}

  /** @throws Overload */
  checkRoom(): void {
    if (this.taker.crowded || this.journal.backlog > LARGEST_BACKLOG) {
      throw new Overload('more has come than can be stored: try again in a moment');
    }
  }

  /**
   * Makes the lines of a request durable.
   * @param text whole lines, each with its end
   * @param at wall-clock milliseconds
   * @returns the offset of the first
   */
  async keep(text: string, lines: number, at: number, asked: Asked | undefined, answer: Receipt): Promise<number> {
    if (lines === 0 && asked === undefined) {
      return this.journal.next;
    }
    const told = asked === undefined ? {} : { ...asked, answer };
    return this.journal.append(text, { at, lines, ...told });
  }

  /**
   * Asks for a key's answer where it was given before, or is being worked out.
   * @param content what the caller sent
   * @throws KeyReused
   */
  async once(
    key: string | undefined,
    content: () => string | Buffer,
    take: (asked: Asked | undefined) => Promise<Receipt>
  ): Promise<Receipt> {
    if (key === undefined) {
      return take(undefined);
    }
    const hash = createHash('sha256').update(content()).digest('base64');
    const known = this.journal.keys.get(key) ?? this.#underWay.get(key);
    if (known !== undefined) {
      if (known.hash !== hash) {
        throw new KeyReused('expected a new Idempotency-Key for a new body, found one that another body came under');
      }
      return (await known.answer) as Receipt;
    }
    const answer = take({ key, hash }).finally(() => this.#underWay.delete(key));
    this.#underWay.set(key, { hash, answer });
    return answer;
  }
}
