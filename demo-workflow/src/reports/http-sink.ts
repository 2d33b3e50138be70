import { Agent, request } from 'undici';
import { z } from 'zod';
import { SinkBusy, SinkRefused, SinkTooLarge, type Sink } from './sink.js';

export interface HttpSinkOptions<Message> {
  readonly url: string;
  readonly contentType: 'application/x-ndjson' | 'text/csv';
  /** A message as a line of the body. */
  readonly encode: (message: Message) => string;
  /** Milliseconds after which an address that is not there is tried again; it is hopeless where none are said. */
  readonly absentFor?: number;
  readonly token?: string | undefined;
  /** Told when the other side rejects single messages. */
  readonly onRejected?: (count: number, reason: string) => void;
}

const answerShape = z.looseObject({
  rejected: z.array(z.looseObject({ reason: z.string() })).default([]),
});
/** Statuses after which the same messages can never be taken. */
const HOPELESS = new Set([400, 404, 405, 415, 422]);

/**
 * Publishes to the ingest backend, one message a line. Each batch has an `Idempotency-Key`: what is sent again since an
 * answer was lost is taken once.
 */
export class HttpSink<Message> implements Sink<Message> {
  readonly #agent = new Agent({ connections: 1, headersTimeout: 30_000 });

  constructor(private readonly options: HttpSinkOptions<Message>) {}

  async send(messages: readonly Message[], signal: AbortSignal, key: string): Promise<void> {
    const { url, token, contentType, encode, absentFor } = this.options;
    const { statusCode, headers, body } = await request(url, {
      method: 'POST',
      headers: {
        'content-type': contentType,
        'idempotency-key': key,
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: messages.map((message) => encode(message) + '\n').join(''),
      dispatcher: this.#agent,
      signal,
    });
    const text = await body.text();
    if (statusCode === 413 && messages.length > 1) {
      throw new SinkTooLarge(`${url} takes less than ${messages.length} messages at once`);
    }
    if (statusCode === 404 && absentFor !== undefined) {
      throw new SinkBusy(`${url} is not there: ${text.slice(0, 300)}`, absentFor);
    }
    if (statusCode === 413 || HOPELESS.has(statusCode)) {
      throw new SinkRefused(`${url} answered ${statusCode}: ${text.slice(0, 300)}`);
    }
    if (statusCode >= 300) {
      throw new SinkBusy(`${url} answered ${statusCode}`, retryAfter(headers['retry-after']));
    }
    this.#noteRejected(text);
  }

  close(): Promise<void> {
    return this.#agent.destroy();
  }

  #noteRejected(text: string): void {
    let answer: unknown;
    try {
      answer = JSON.parse(text);
    } catch {
      return;
    }
    const { data } = answerShape.safeParse(answer);
    const first = data?.rejected[0];
    if (data !== undefined && first !== undefined) {
      this.options.onRejected?.(data.rejected.length, first.reason);
    }
  }
}

/** Milliseconds of a Retry-After header in seconds; undefined where there is none, or it is a date. */
function retryAfter(header: string | string[] | undefined): number | undefined {
  const seconds = Number(header);
  return header !== undefined && Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined;
}
