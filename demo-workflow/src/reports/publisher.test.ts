import type { PneumoMessage } from '@pneumograph/contract';
import { describe, expect, it } from 'vitest';
import { until } from '../testing/index.js';
import { Messages } from './messages.js';
import { Publisher, type PublisherOptions } from './publisher.js';
import { SinkBusy, SinkRefused, SinkTooLarge, type Sink } from './sink.js';

const messages = new Messages('e1', () => 0);
const log = (n: number): PneumoMessage => messages.log('info', String(n));
const upTo = (count: number): string[] => Array.from({ length: count }, (_, n) => String(n));

/** Answers with the errors it is given, one a call, then takes everything. */
class FlakySink implements Sink<PneumoMessage> {
  readonly taken: string[] = [];
  readonly sizes: number[] = [];
  readonly keys: string[] = [];
  closed = false;

  constructor(readonly troubles: Array<Error | undefined> = []) {}

  send(batch: readonly PneumoMessage[], _signal: AbortSignal, key: string): Promise<void> {
    this.sizes.push(batch.length);
    this.keys.push(key);
    const trouble = this.troubles.shift();
    if (trouble !== undefined) {
      return Promise.reject(trouble);
    }
    this.taken.push(...batch.map(({ text }) => text as string));
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }
}

function start(sink: FlakySink, options: PublisherOptions = {}) {
  const pauses: number[] = [];
  const sleep = async (millis: number): Promise<void> => void pauses.push(millis);
  return { pauses, publisher: new Publisher(sink, { linger: 0, sleep, ...options }) };
}

describe('the publisher', () => {
  it('sends everything in order and in batches, then closes the sink', async () => {
    const sink = new FlakySink();
    const { publisher } = start(sink, { batch: 10 });
    upTo(25).forEach((_, n) => publisher.publish(log(n)));
    await publisher.close(5000);
    expect(sink.taken).toEqual(upTo(25));
    expect(sink.sizes).toEqual([10, 10, 5]);
    expect(sink.closed).toBe(true);
    expect(publisher.stats).toEqual({ sent: 25, dropped: 0, retries: 0 });
  });

  it('tries again while the other side is away, ever more slowly, and loses nothing', async () => {
    const sink = new FlakySink(upTo(8).map(() => new Error('connection refused')));
    const { publisher, pauses } = start(sink);
    publisher.publish(log(0));
    publisher.publish(log(1));
    await until(() => publisher.stats.sent === 2);
    expect(sink.taken).toEqual(['0', '1']);
    expect(pauses.slice(1)).toEqual([250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000]);
    expect(publisher.stats.retries).toBe(8);
    await publisher.close(5000);
  });

  it('sends the same again under the same key, and something else under another', async () => {
    const sink = new FlakySink([new Error('connection refused')]);
    const { publisher } = start(sink, { batch: 1 });
    publisher.publish(log(0));
    publisher.publish(log(1));
    await publisher.close(5000);
    const [first, again, other] = sink.keys;
    expect(sink.taken).toEqual(['0', '1']);
    expect(again).toBe(first);
    expect(other).not.toBe(first);
  });

  it('waits as long as the other side asks for', async () => {
    const { publisher, pauses } = start(new FlakySink([new SinkBusy('overload', 1700)]));
    publisher.publish(log(0));
    await publisher.close(5000);
    expect(pauses).toContain(1700);
  });

  it('drops the oldest when the queue is full, and counts them', async () => {
    const sink = new FlakySink();
    const { publisher } = start(sink, { capacity: 10 });
    upTo(15).forEach((_, n) => publisher.publish(log(n)));
    await publisher.close(5000);
    expect(sink.taken).toEqual(upTo(15).slice(5));
    expect(publisher.stats).toMatchObject({ sent: 10, dropped: 5 });
  });

  it('gives up what will never be taken, and goes on with the rest', async () => {
    const sink = new FlakySink([new SinkRefused('nonsense')]);
    const { publisher } = start(sink, { batch: 2 });
    upTo(4).forEach((_, n) => publisher.publish(log(n)));
    await publisher.close(5000);
    expect(sink.taken).toEqual(['2', '3']);
    expect(publisher.stats).toEqual({ sent: 2, dropped: 2, retries: 0 });
  });

  it('sends fewer at once where that is too much', async () => {
    const sink = new FlakySink([new SinkTooLarge('8'), new SinkTooLarge('4')]);
    const { publisher } = start(sink);
    upTo(8).forEach((_, n) => publisher.publish(log(n)));
    await publisher.close(5000);
    expect(sink.sizes).toEqual([8, 4, 2, 2, 4]);
    expect(sink.taken).toEqual(upTo(8));
  });

  it('counts what it gives up at the end', async () => {
    const sink = new FlakySink();
    sink.send = (_batch, signal?: AbortSignal) =>
      new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(new Error('aborted'))));
    const { publisher } = start(sink, { batch: 2 });
    upTo(5).forEach((_, n) => publisher.publish(log(n)));
    await publisher.close(0);
    expect(publisher.stats).toMatchObject({ sent: 0, dropped: 5 });
    expect(sink.closed).toBe(true);
  });
});
