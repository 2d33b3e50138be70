import type { AddressInfo } from 'node:net';
import type { PneumoMessage } from '@pneumograph/contract';
import Fastify, { type FastifyReply } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { Receiver } from '../testing/index.js';
import { HttpSink } from './http-sink.js';
import { Messages } from './messages.js';
import { SinkBusy, SinkRefused, SinkTooLarge } from './sink.js';

const closers: Array<() => Promise<unknown>> = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) {
    await close();
  }
});

const { signal } = new AbortController();
const messages = new Messages('e1', () => 1_600_000_000_000_001);
const batch = [
  messages.state('running'),
  messages.log('notice', 'two\nlines'),
  messages.config('model', 'load', 'm-v1'),
];

function sinkTo(
  url: string,
  token?: string,
  onRejected?: (count: number, reason: string) => void
): HttpSink<PneumoMessage> {
  const sink = new HttpSink<PneumoMessage>({
    url,
    token,
    contentType: 'application/x-ndjson',
    encode: (message) => JSON.stringify(message),
    ...(onRejected && { onRejected }),
  });
  closers.push(() => sink.close());
  return sink;
}

async function answering(answer: (reply: FastifyReply) => unknown): Promise<string> {
  const server = Fastify({ forceCloseConnections: true });
  server.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  server.post('/', (_request, reply) => answer(reply));
  await server.listen({ host: '127.0.0.1', port: 0 });
  closers.push(() => server.close());
  return `http://127.0.0.1:${(server.server.address() as AddressInfo).port}/`;
}

describe('reports over HTTP', () => {
  it('are lines of JSON that the contract knows, with the token', async () => {
    const receiver = new Receiver();
    const url = await receiver.listen();
    closers.push(() => receiver.close());
    await sinkTo(url, 'secret').send(batch, signal, 'k1');
    expect(receiver.messages).toEqual(batch);
    expect(receiver.messages[0]).toMatchObject({ timestamp: '2020-09-13T12:26:40.000001Z' });
    expect([...receiver.authorizations]).toEqual(['Bearer secret']);
  });

  it('have a key that they are known by', async () => {
    let key: unknown;
    const url = await answering((reply) => {
      key = reply.request.headers['idempotency-key'];
      return { accepted: 3, rejected: [] };
    });
    await sinkTo(url).send(batch, signal, 'k1');
    expect(key).toBe('k1');
  });

  it('tell of messages that were rejected one by one', async () => {
    const url = await answering(() => ({ accepted: 2, rejected: [{ index: 1, reason: 'no timestamp' }] }));
    const told: unknown[] = [];
    await sinkTo(url, undefined, (...rejected) => told.push(rejected)).send(batch, signal, 'k1');
    expect(told).toEqual([[1, 'no timestamp']]);
  });

  it.each([429, 503])('wait as the answer %i asks', async (status) => {
    const url = await answering((reply) => reply.code(status).header('retry-after', '7').send());
    const failed = await sinkTo(url)
      .send(batch, signal, 'k1')
      .catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(SinkBusy);
    expect((failed as SinkBusy).retryAfter).toBe(7000);
  });

  it('are tried again after 401: a token can be put right', async () => {
    const url = await answering((reply) => reply.code(401).send());
    await expect(sinkTo(url).send(batch, signal, 'k1')).rejects.toBeInstanceOf(SinkBusy);
  });

  it('are given up where nothing will help, and divided where they are too much', async () => {
    const refused = await answering((reply) => reply.code(400).send({ error: 'unreadable' }));
    await expect(sinkTo(refused).send(batch, signal, 'k1')).rejects.toThrow(SinkRefused);
    const large = await answering((reply) => reply.code(413).send());
    await expect(sinkTo(large).send(batch, signal, 'k1')).rejects.toThrow(SinkTooLarge);
    await expect(sinkTo(large).send(batch.slice(0, 1), signal, 'k2')).rejects.toThrow(SinkRefused);
  });
});
