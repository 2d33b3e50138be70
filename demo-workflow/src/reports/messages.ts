import { formatTimestamp, type Micros, type PneumoMessage } from '@pneumograph/contract';

/** Levels of `log` messages, as bits. */
export const LOG_LEVEL = { error: 8, warning: 16, notice: 32, info: 64, debug: 128 } as const;
export type LogLevel = keyof typeof LOG_LEVEL;

/** Writes the Pneumo messages of one engine, other than sensor reports. */
export class Messages {
  constructor(
    private readonly src: string,
    private readonly now: () => Micros
  ) {}

  state(state: string): PneumoMessage {
    return { type: 'engine-state', ...this.#envelope(), state };
  }

  log(level: LogLevel, text: string): PneumoMessage {
    return { type: 'log', ...this.#envelope(), level: LOG_LEVEL[level], text };
  }

  console(text: string): PneumoMessage {
    return { type: 'model-console', ...this.#envelope(), text };
  }

  config(item: 'model' | 'stream', op: string, ref: string): PneumoMessage {
    return { type: 'engine-config', ...this.#envelope(), item, op, ref };
  }

  modelError(slot: number, seqno: number, data: unknown, encoding: string, console: string): PneumoMessage {
    const input = { slot, seqno, data: [data], batch_len: 1, encoding };
    return { type: 'model-error', ...this.#envelope(), input, console };
  }

  /** A failure that no record is to blame for. */
  failure(console: string): PneumoMessage {
    return { type: 'model-error', ...this.#envelope(), input: null, console };
  }

  #envelope(): { src: string; timestamp: string } {
    return { src: this.src, timestamp: formatTimestamp(this.now()) };
  }
}
