import type { Partition } from '../archive/index.js';
import { decode, decodeText, isText, Rejection, Skipped, skippedLabel, type Message } from '../derive/index.js';
import { Inlet, type Asked } from './inlet.js';
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

const NAME = 'http';
const MOST_REASONS = 1000;

/** Messages that come over HTTP: they are on disk before the caller is answered. */
export class HttpSource implements Source {
  readonly name = NAME;
  readonly problem = undefined;
  readonly #partition: Partition;
  readonly #inlet: Inlet<Receipt>;

  constructor(
    private readonly intake: Intake,
    private readonly journal: Journal
  ) {
    this.#partition = intake.partition(NAME);
    this.#inlet = new Inlet(journal, intake);
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
    return this.#inlet.once(
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
    return this.#inlet.once(
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
    this.#inlet.checkRoom();
    const receipt: Receipt = { accepted: 0, skipped: {}, rejected: [] };
    const messages: Message[] = [];
    const refused: Array<[Rejection, number]> = [];
    const skip = (type: string): void => {
      receipt.skipped[type] = (receipt.skipped[type] ?? 0) + 1;
    };
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
        if (isText(message)) {
          skip(message.type);
        } else {
          receipt.accepted++;
        }
      }
    }
    for (const message of skipped) {
      skip(skippedLabel(message.type) === 'unknown' ? message.type.slice(0, 100) : message.type);
      this.intake.skip(NAME, message);
    }
    for (const [rejection, index] of refused) {
      if (receipt.rejected.length < MOST_REASONS) {
        receipt.rejected.push({ index, reason: rejection.reason });
      }
      this.intake.reject(NAME, rejection, { index });
    }
    const arrival = Date.now();
    const first = await this.#inlet.keep(text, messages.length, arrival, asked, receipt);
    for (const [index, message] of messages.entries()) {
      this.intake.take(NAME, this.#partition, first + index, message, arrival);
    }
    this.intake.readTo(NAME, this.#partition, first + messages.length, 0);
    return receipt;
  }
}
