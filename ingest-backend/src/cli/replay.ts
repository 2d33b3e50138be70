import { setTimeout as sleep } from 'node:timers/promises';
import { fetch } from 'undici';
import { parseTimestamp } from '@pneumograph/contract';
import { fileLines, type FileLine } from './file-lines.js';

export interface ReplayOptions {
  readonly files: readonly string[];
  readonly to: string;
  readonly token: string | undefined;
  /** Times as fast as the messages were sent; Infinity for as fast as they are taken. */
  readonly speed: number;
  readonly progress: (text: string) => void;
  readonly complain: (text: string) => void;
}

export interface ReplayCount {
  accepted: number;
  skipped: number;
  rejected: number;
}

const BATCH_LINES = 5000;
const BATCH_BYTES = 4 * 2 ** 20;
const MOST_COMPLAINTS = 20;

/** Sends files of messages to a backend, in order. @throws Error where the backend does not take them */
export async function replay(options: ReplayOptions): Promise<ReplayCount> {
  const count: ReplayCount = { accepted: 0, skipped: 0, rejected: 0 };
  let [batch, bytes]: [FileLine[], number] = [[], 0];
  const clock = new Clock(options.speed);
  const flush = async (): Promise<void> => {
    if (batch.length > 0) {
      await send(options, batch, count);
      [batch, bytes] = [[], 0];
      options.progress(`${count.accepted + count.skipped + count.rejected} messages sent`);
    }
  };
  for (const file of options.files) {
    for await (const line of readLines(file)) {
      const wait = clock.until(line.text);
      if (wait > 0 || batch.length >= BATCH_LINES || bytes >= BATCH_BYTES) {
        await flush();
        await sleep(wait);
      }
      batch.push(line);
      bytes += line.text.length;
    }
  }
  await flush();
  return count;
}

async function* readLines(file: string): AsyncIterable<FileLine> {
  try {
    yield* fileLines(file);
  } catch (error) {
    throw new Error(`${file}: expected a file of messages, one a line: ${(error as Error).message}`, { cause: error });
  }
}

async function send(options: ReplayOptions, batch: readonly FileLine[], count: ReplayCount): Promise<void> {
  const body = batch.map(({ text }) => text).join('\n');
  const url = `${options.to.replace(/\/+$/, '')}/api/v1/reports`;
  const headers = {
    'content-type': 'application/x-ndjson',
    ...(options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }),
  };
  for (;;) {
    const response = await fetch(url, { method: 'POST', headers, body }).catch((error: Error & { cause?: Error }) => {
      throw new Error(`${url}: expected a backend that answers, found none: ${error.cause?.message ?? error.message}`);
    });
    if (response.status === 503 || response.status === 429) {
      await response.text();
      await sleep(1000 * (Number(response.headers.get('retry-after')) || 1));
      continue;
    }
    const text = await response.text();
    if (!response.ok) {
      throw new Error(`${url}: expected messages to be taken, found ${response.status}: ${text.slice(0, 500)}`);
    }
    note(JSON.parse(text) as Answer, batch, count, options);
    return;
  }
}

interface Answer {
  accepted: number;
  skipped: Record<string, number>;
  rejected: Array<{ index: number; reason: string }>;
}

function note(answer: Answer, batch: readonly FileLine[], count: ReplayCount, { complain }: ReplayOptions): void {
  const skipped = Object.values(answer.skipped).reduce((sum, number) => sum + number, 0);
  const rejected = batch.length - answer.accepted - skipped;
  for (const [index, rejection] of answer.rejected.entries()) {
    const line = batch[rejection.index];
    if (line !== undefined && count.rejected + index < MOST_COMPLAINTS) {
      complain(`${line.file}:${line.number}: ${rejection.reason}`);
    }
  }
  count.accepted += answer.accepted;
  count.skipped += skipped;
  count.rejected += rejected;
}

/** Keeps the pace at which the messages were sent. */
class Clock {
  #started: { at: number; time: number } | undefined;

  constructor(private readonly speed: number) {}

  /** Milliseconds until a message is due. */
  until(text: string): number {
    if (this.speed === Infinity) {
      return 0;
    }
    const stamp = /"timestamp"\s*:\s*"([^"]*)"/.exec(text)?.[1];
    const time = stamp === undefined ? NaN : parseTimestamp(stamp) / 1000;
    if (!Number.isFinite(time)) {
      return 0;
    }
    this.#started ??= { at: Date.now(), time };
    return this.#started.at + (time - this.#started.time) / this.speed - Date.now();
  }
}
