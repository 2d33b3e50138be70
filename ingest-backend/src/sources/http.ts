import { createHash } from 'node:crypto';
import type { Partition } from '../archive/index.js';
import { decode, decodeText, Rejection, Skipped, skippedLabel, type Message } from '../derive/index.js';
import type { Intake } from './intake.js';
import type { Journal } from './journal.js';
import { replayJournal } from './journaled.js';
import type { Source } from './source.js';

/** What the caller of `POST /api/v1/reports` is told. */
export interface Receipt {
  accepted: number;
  skipped: Record<string, number>;
  rejected: Array<{ index: number; reason: string }>;
}

/** A key that came before came again with something else: the caller mixes things up. */
export class KeyReused extends Error {}

/** More has come than can be worked off: the caller shall come again. */
export class Overload extends Error {}

/** What a caller calls its request, and a digest of what it sent. */
interface Asked {
  readonly key: string;
  readonly hash: string;
}

const NAME = 'http';
const LARGEST_BACKLOG = 64 * 2 ** 20;
const MOST_REASONS = 1000;

/** Messages that come over HTTP: they are on disk before the caller is answered. */
export class HttpSource implements Source {
  readonly name = NAME;
  readonly problem = undefined;
  readonly #partition: Partition;
  /** Requests with a key that are not answered yet. */
  readonly #underWay = new Map<string, { hash: string; answer: Promise<Receipt> }>();

  constructor(
    private readonly intake: Intake,
    private readonly journal: Journal
  ) {
    this.#partition = intake.partition(NAME);
  }

  /** Reads what had been answered for before the last end, then is ready for more. */
  async start(): Promise<void> {
    await replayJournal(NAME, this.#partition, this.intake, this.journal);
  }

  async stop(): Promise<void> {
    await this.journal.close();
  }

  stored(positions: ReadonlyMap<string, number>): void {
    const position = positions.get(NAME);
    if (position !== undefined) {
      void this.journal.trim(position);
    }
  }

  /**
   * Takes in lines, each a message.
   * @param key what the caller calls this request: asked again under the same key, the answer is the same and nothing
   *   more is taken in
   * @throws Overload, KeyReused
   */
  async takeLines(lines: readonly string[], key?: string): Promise<Receipt> {
    const now = Date.now() * 1000;
    return this.#once(
      key,
      () => lines.join('\n'),
      (asked) =>
        this.#take(
          lines.length,
          (index) => decodeText(lines[index] as string, now),
          (index) => lines[index] as string,
          asked
        )
    );
  }

  /** Takes in parsed messages; otherwise like `takeLines`. @throws Overload, KeyReused */
  async takeValues(values: readonly unknown[], key?: string): Promise<Receipt> {
    const now = Date.now() * 1000;
    return this.#once(
      key,
      () => JSON.stringify(values),
      (asked) =>
        this.#take(
          values.length,
          (index) => decode(values[index], now),
          (index) => JSON.stringify(values[index]),
          asked
        )
    );
  }

  async #take(
    count: number,
    read: (index: number) => Message | Skipped | Rejection,
    write: (index: number) => string,
    asked: Asked | undefined
  ): Promise<Receipt> {
    if (this.intake.crowded || this.journal.backlog > LARGEST_BACKLOG) {
      throw new Overload('more reports have come than can be stored: try again in a moment');
    }
    const receipt: Receipt = { accepted: 0, skipped: {}, rejected: [] };
    const messages: Message[] = [];
    const refused: Array<[Rejection, number]> = [];
    const skipped: Skipped[] = [];
    let text = '';
    for (let index = 0; index < count; index++) {
      const message = read(index);
      if (message instanceof Rejection) {
        refused.push([message, index]);
      } else if (message instanceof Skipped) {
        skipped.push(message);
      } else {
        messages.push(message);
        text += write(index) + '\n';
      }
    }
    receipt.accepted = messages.length;
    for (const skip of skipped) {
      const type = skippedLabel(skip.type) === 'unknown' ? skip.type.slice(0, 100) : skip.type;
      receipt.skipped[type] = (receipt.skipped[type] ?? 0) + 1;
      this.intake.skip(NAME, skip);
    }
    for (const [rejection, index] of refused) {
      if (receipt.rejected.length < MOST_REASONS) {
        receipt.rejected.push({ index, reason: rejection.reason });
      }
      this.intake.reject(NAME, rejection, { index });
    }
    const arrival = Date.now();
    let first = this.journal.next;
    if (messages.length > 0 || asked !== undefined) {
      const told = asked === undefined ? {} : { ...asked, answer: receipt };
      first = await this.journal.append(text, { at: arrival, lines: messages.length, ...told });
    }
    for (const [index, message] of messages.entries()) {
      this.intake.take(NAME, this.#partition, first + index, message, arrival);
    }
    this.intake.readTo(NAME, this.#partition, first + messages.length, 0);
    return receipt;
  }

  /** Asks for a key's answer where it was given before, or is being worked out. */
  async #once(
    key: string | undefined,
    content: () => string,
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
