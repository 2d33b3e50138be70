import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Partition } from '../../archive/index.js';
import { decodeText, Rejection, Skipped, type Message } from '../../derive/index.js';
import { WebClient, type WebOptions } from '../../web/index.js';
import type { Intake } from '../intake.js';
import type { Journal } from '../journal.js';
import { replayJournal } from '../journaled.js';
import type { Source } from '../source.js';
import { Connection } from './connection.js';
import { readItems, type Item } from './frames.js';
import { Window } from './window.js';

export interface WebSocketOptions extends WebOptions {
  readonly url: string;
  /** Engine whose messages alone are asked for. */
  readonly src?: string | undefined;
  /** Type of message that alone is asked for. */
  readonly type?: string | undefined;
}

export interface Timing {
  readonly pingMillis: number;
  /** The first wait before trying again; each further one is twice as long, up to the longest, and a random part of it. */
  readonly firstWait: number;
  readonly longestWait: number;
}

const TIMING: Timing = { pingMillis: 15_000, firstWait: 500, longestWait: 30_000 };
/** Messages that are told apart from those of a history. */
const REMEMBERED = 50_000;
const RETRY_MILLIS = 1000;

/** The address that is asked: the URL with its filters. */
export function addressOf({ url, src, type }: WebSocketOptions): URL {
  const address = new URL(url);
  for (const [name, value] of Object.entries({ src, type })) {
    if (value !== undefined) {
      address.searchParams.set(name, value);
    }
  }
  return address;
}

/**
 * Pneumo's messages over a WebSocket. A socket has no offsets: what comes is in the journal before anything is made of
 * it, and what came while nobody listened is taken from the history that the server buffers.
 */
export class WebSocketSource implements Source {
  readonly name: string;
  problem: string | undefined = 'not connected yet';
  readonly #address: URL;
  readonly #partition: Partition;
  readonly #web: WebClient;
  readonly #window = new Window(REMEMBERED);
  readonly #stopping = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #connection: Connection | undefined;

  constructor(
    options: WebSocketOptions,
    private readonly intake: Intake,
    private readonly journal: Journal,
    private readonly log: Logger,
    private readonly timing = TIMING
  ) {
    this.#address = addressOf(options);
    this.name = `websocket ${this.#address.host}${this.#address.pathname}${this.#address.search}`;
    this.#partition = intake.partition(this.name.replace(' ', '/'));
    this.#web = new WebClient(options);
  }

  /** Reads what was heard before the last end, then listens in the background. */
  async start(): Promise<void> {
    await replayJournal(this.name, this.#partition, this.intake, this.journal, (text) =>
      readItems(text).forEach(({ key }) => this.#window.add(key))
    );
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#connection?.close();
    await this.#web.close();
    await this.#running;
    await this.journal.close();
  }

  /** Keeps as many lines as the window remembers, so that it can be made again after a restart. */
  stored(positions: ReadonlyMap<string, number>): void {
    const position = positions.get(this.#partition.key);
    if (position !== undefined) {
      void this.journal.trim(position - REMEMBERED);
    }
  }

  get #stopped(): boolean {
    return this.#stopping.signal.aborted;
  }

  async #run(): Promise<void> {
    for (let failures = 0; !this.#stopped; failures++) {
      const started = performance.now();
      try {
        await this.#listen();
      } catch (error) {
        this.problem = `${this.#shown}: ${(error as Error).message}`;
      }
      if (this.#stopped) {
        return;
      }
      if (performance.now() - started > this.timing.longestWait) {
        failures = 0;
      }
      const wait = Math.min(this.timing.firstWait * 2 ** failures, this.timing.longestWait) * (0.5 + Math.random() / 2);
      this.log.warn({ source: this.name, error: this.problem }, `trying again in ${(wait / 1000).toFixed(1)} s`);
      await this.#pause(wait);
    }
  }

  /** Connects, takes what the history holds more, then what comes, until the connection ends. @throws Error why */
  async #listen(): Promise<void> {
    const { href } = this.#address;
    const connection = await Connection.open(href, this.#web, this.timing.pingMillis, this.#stopping.signal);
    this.#connection = connection;
    try {
      const history = await this.#history();
      const arrived = connection.waiting.map(({ key }) => key);
      await this.#take(this.#window.missing(history, arrived));
      this.problem = undefined;
      // What came before the history did stands in it too, and was left to the socket.
      for (let left = arrived.length; ; left = 0) {
        const items = await connection.take();
        if (items.length === 0) {
          break;
        }
        const fresh = items.filter(({ key }, index) => index < left || !this.#window.isOverlap(key));
        fresh.forEach(({ key }) => this.#window.add(key));
        await this.#take(fresh);
      }
      throw new Error(connection.ended);
    } finally {
      connection.close();
      this.#connection = undefined;
    }
  }

  /** Without a history there is nothing to catch up with: what comes from now on counts all the same. */
  async #history(): Promise<Item[]> {
    const address = this.#address.href.replace(/^ws/, 'http');
    try {
      const { status, text } = await this.#web.get(address);
      if (status !== 200) {
        throw new Error(`answered ${status}: ${text.slice(0, 200)}`);
      }
      return readItems(text);
    } catch (error) {
      if (!this.#stopped) {
        const details = { source: this.name, error: (error as Error).message };
        this.log.warn(details, 'the history cannot be read: messages from before the connection may be missing');
      }
      return [];
    }
  }

  async #take(items: readonly Item[]): Promise<void> {
    const now = Date.now();
    const messages: Message[] = [];
    let lines = '';
    for (const { text } of items) {
      const message = decodeText(text, now * 1000);
      if (message instanceof Rejection) {
        this.intake.reject(this.name, message, {});
      } else if (message instanceof Skipped) {
        this.intake.skip(this.name, message);
      } else {
        messages.push(message);
        lines += text + '\n';
      }
    }
    const first = messages.length === 0 ? this.journal.next : await this.#append(lines, messages.length, now);
    if (first === undefined) {
      return;
    }
    for (const [index, message] of messages.entries()) {
      this.intake.take(this.name, this.#partition, first + index, message, now);
    }
    this.intake.readTo(this.name, this.#partition, first + messages.length, 0);
    await this.intake.room();
  }

  /** Nobody can be told to send again: a disk that is full is waited for. Undefined where the end came first. */
  async #append(text: string, lines: number, at: number): Promise<number | undefined> {
    for (;;) {
      try {
        const first = await this.journal.append(text, { at, lines });
        this.problem = undefined;
        return first;
      } catch (error) {
        this.problem = `journal: ${(error as Error).message}`;
        this.log.error({ source: this.name, error: this.problem }, 'messages cannot be kept; trying again');
        if (this.#stopped) {
          return undefined;
        }
        await this.#pause(RETRY_MILLIS);
      }
    }
  }

  /** The address without what may be secret in it. */
  get #shown(): string {
    const { protocol, host, pathname, search } = this.#address;
    return `${protocol}//${host}${pathname}${search}`;
  }

  async #pause(millis: number): Promise<void> {
    await sleep(millis, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
  }
}
