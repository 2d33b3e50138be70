import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { SinkBusy, SinkRefused, SinkTooLarge, type Sink } from './sink.js';

export interface PublisherOptions {
  /** What is published, for the log; reports unless said. */
  readonly what?: string;
  /** Messages that wait at most; beyond it the oldest go. */
  readonly capacity?: number;
  /** Messages sent at once at most. */
  readonly batch?: number;
  /** Milliseconds that a message waits for company. */
  readonly linger?: number;
  /** Told of trouble and of its end. */
  readonly log?: (line: object) => void;
  /** Resolves after so many milliseconds, or at once when aborted. */
  readonly sleep?: (millis: number, signal: AbortSignal) => Promise<void>;
}

export interface PublisherStats {
  sent: number;
  /** Lost because the queue was full, the other side refused them, or it stayed away to the end. */
  dropped: number;
  retries: number;
}

const [FIRST_PAUSE, LONGEST_PAUSE] = [250, 10_000];

/**
 * Publishes messages in order and in batches, and keeps them while the other side is away. An engine never waits
 * for its reports: what does not fit into the queue is dropped, oldest first, and counted.
 */
export class Publisher<Message> {
  readonly stats: PublisherStats = { sent: 0, dropped: 0, retries: 0 };
  readonly #queue: Message[] = [];
  readonly #what: string;
  readonly #capacity: number;
  readonly #batch: number;
  readonly #linger: number;
  readonly #log: (line: object) => void;
  readonly #sleep: (millis: number, signal: AbortSignal) => Promise<void>;
  /** Aborted when messages no longer wait for company. */
  readonly #closing = new AbortController();
  /** Aborted when patience has run out. */
  readonly #givenUp = new AbortController();
  #pump: Promise<void> | undefined;

  constructor(
    private readonly sink: Sink<Message>,
    options: PublisherOptions = {}
  ) {
    this.#what = options.what ?? 'reports';
    this.#capacity = options.capacity ?? 20_000;
    this.#batch = options.batch ?? 500;
    this.#linger = options.linger ?? 200;
    this.#log = options.log ?? (() => undefined);
    this.#sleep = options.sleep ?? pause;
  }

  publish(message: Message): void {
    if (this.#queue.length >= this.#capacity) {
      this.#queue.shift();
      this.stats.dropped++;
    }
    this.#queue.push(message);
    this.#pump ??= this.#run().finally(() => {
      this.#pump = undefined;
    });
  }

  /**
   * Sends what waits, then closes the sink.
   * @param patience milliseconds after which the rest is given up
   */
  async close(patience: number): Promise<void> {
    this.#closing.abort();
    const timer = setTimeout(() => this.#givenUp.abort(), patience);
    await this.#pump;
    clearTimeout(timer);
    this.stats.dropped += this.#queue.splice(0).length;
    await this.sink.close().catch(() => undefined);
  }

  async #run(): Promise<void> {
    while (this.#queue.length > 0 && !this.#givenUp.signal.aborted) {
      if (this.#queue.length < this.#batch) {
        await this.#sleep(this.#linger, this.#closing.signal);
      }
      await this.#deliver(this.#queue.splice(0, this.#batch));
    }
  }

  /** Sends one batch for as long as it takes. */
  async #deliver(batch: Message[]): Promise<void> {
    const { signal } = this.#givenUp;
    const what = this.#what;
    const key = randomUUID();
    for (let wait = FIRST_PAUSE, troubled = false; ;) {
      try {
        await this.sink.send(batch, signal, key);
        this.stats.sent += batch.length;
        if (troubled) {
          this.#log({ level: 'info', msg: `${what} are taken again`, dropped: this.stats.dropped });
        }
        return;
      } catch (error) {
        if (error instanceof SinkTooLarge && batch.length > 1) {
          const half = batch.length >> 1;
          await this.#deliver(batch.slice(0, half));
          return this.#deliver(batch.slice(half));
        }
        if (error instanceof SinkRefused || signal.aborted) {
          this.stats.dropped += batch.length;
          this.#log({ level: 'error', msg: `${what} dropped`, count: batch.length, reason: (error as Error).message });
          return;
        }
        this.stats.retries++;
        if (!troubled) {
          troubled = true;
          this.#log({ level: 'warn', msg: `${what} are not taken, trying again`, reason: (error as Error).message });
        }
        await this.#sleep((error instanceof SinkBusy ? error.retryAfter : undefined) ?? wait, signal);
        wait = Math.min(2 * wait, LONGEST_PAUSE);
      }
    }
  }
}

async function pause(millis: number, signal: AbortSignal): Promise<void> {
  await delay(millis, undefined, { signal }).catch(() => undefined);
}
