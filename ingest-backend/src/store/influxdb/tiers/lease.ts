import { setTimeout as sleep } from 'node:timers/promises';
import { filter, source } from '../connection.js';
import { textField } from '../line.js';
import type { Place } from '../place.js';

/** Two that ask at once both see, after that, which of them was the last to say that it is its turn. */
const SETTLE_MILLIS = 50;
const RETRY_MILLIS = 500;
/** So often who has the turn says that it still has it; who says nothing for so long, is gone. */
const RENEW_MILLIS = 10_000;
const LOST_MILLIS = 90_000;

/** Of all processes on a store one at a time rolls up and deletes. */
export class Lease {
  readonly #holder = Math.random().toString(36).slice(2, 10);
  #number = 0;
  /** What another one said, and since when it has said nothing else, on this machine's clock alone. */
  #other: { readonly told: string; readonly since: number } | undefined;

  constructor(private readonly place: Place) {}

  /** Does something while nobody else does; undefined where it is another one's turn. */
  async tryHold<T>(act: () => Promise<T>): Promise<T | undefined> {
    return (await this.#take()) ? this.#whileHeld(act) : undefined;
  }

  /** Waits for its turn. */
  async hold<T>(act: () => Promise<T>): Promise<T> {
    while (!(await this.#take())) {
      await sleep(RETRY_MILLIS);
    }
    return this.#whileHeld(act);
  }

  async #whileHeld<T>(act: () => Promise<T>): Promise<T> {
    let renewing = Promise.resolve();
    const timer = setInterval(() => {
      // Where it cannot be said, the others find out by themselves.
      renewing = this.#say(this.#next()).catch(() => undefined);
    }, RENEW_MILLIS);
    try {
      return await act();
    } finally {
      clearInterval(timer);
      await renewing;
      await this.#say('');
    }
  }

  async #take(): Promise<boolean> {
    const told = await this.#told();
    if (told !== '' && told !== this.#other?.told) {
      this.#other = { told, since: performance.now() };
    }
    if (told !== '' && performance.now() - (this.#other?.since ?? 0) < LOST_MILLIS) {
      return false;
    }
    const own = this.#next();
    await this.#say(own);
    await sleep(SETTLE_MILLIS);
    return (await this.#told()) === own;
  }

  #next(): string {
    return `${this.#holder}.${++this.#number}`;
  }

  async #say(content: string): Promise<void> {
    const { connection, state } = this.place;
    await connection.write(state, [`lease content=${textField(content)} 0`]);
  }

  async #told(): Promise<string> {
    const { connection, state } = this.place;
    let content = '';
    const rows = filter(source(state, 0, 1), ['r._measurement == "lease"']);
    await connection.read(rows, ({ value }) => (content = value));
    return content;
  }
}
