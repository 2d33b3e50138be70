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

/** More has come than can be worked off: the caller shall come again. */
export class Overload extends Error {}

const NAME = 'http';
const LARGEST_BACKLOG = 64 * 2 ** 20;
const MOST_REASONS = 1000;

/** Messages that come over HTTP: they are on disk before the caller is answered. */
export class HttpSource implements Source {
  readonly name = NAME;
  readonly problem = undefined;
  readonly #partition: Partition;

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

  /** Takes in lines, each a message. @throws Overload */
  async takeLines(lines: readonly string[]): Promise<Receipt> {
    const now = Date.now() * 1000;
    return this.#take(
      lines.length,
      (index) => decodeText(lines[index] as string, now),
      (index) => lines[index] as string
    );
  }

  /** Takes in parsed messages. @throws Overload */
  async takeValues(values: readonly unknown[]): Promise<Receipt> {
    const now = Date.now() * 1000;
    return this.#take(
      values.length,
      (index) => decode(values[index], now),
      (index) => JSON.stringify(values[index])
    );
  }

  async #take(
    count: number,
    read: (index: number) => Message | Skipped | Rejection,
    write: (index: number) => string
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
    const first = messages.length === 0 ? this.journal.next : await this.journal.append(text, messages.length);
    for (const [index, message] of messages.entries()) {
      this.intake.take(NAME, this.#partition, first + index, message);
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
    this.intake.readTo(NAME, this.#partition, first + messages.length, 0);
    return receipt;
  }
}
