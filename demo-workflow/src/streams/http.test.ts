import type { AddressInfo } from 'node:net';
import Fastify from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { until } from '../testing/index.js';
import { HttpTransport } from './http.js';
import type { Deliver, Inlet } from './transport.js';

const closers: Array<() => Promise<unknown>> = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) {
    await close();
  }
});

async function reader(deliver: Deliver): Promise<{ url: string; inlet: Inlet; close: () => Promise<void> }> {
  const server = Fastify({ forceCloseConnections: true });
  const inlet = await new HttpTransport({ server }).inlet('any', deliver);
  await server.listen({ host: '127.0.0.1', port: 0 });
  closers.push(() => server.close());
  const { port } = server.server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, inlet, close: () => server.close() };
}

function writer(readers: Array<{ slot: number; urls: string[] }>, trouble: string[] = []) {
  const transport = new HttpTransport({ onTrouble: (_url, reason) => trouble.push(reason) });
  transport.connect({ 'a:1': readers });
  closers.push(() => transport.close());
  return transport.outlet({ model: 'a', slot: 1 });
}

/** A reader that keeps what it gets, each batch let through by hand. */
function slowReader() {
  const got: string[] = [];
  const waiting: Array<() => void> = [];
  const deliver: Deliver = async (slot, lines) => {
    await new Promise<void>((resolve) => waiting.push(resolve));
    got.push(...lines.map((line) => `${slot}:${line}`));
  };
  return { got, waiting, deliver };
}

describe('streams over HTTP', () => {
  it('deliver records in the order of sending, to the slot that the stream leads to', async () => {
    const got: string[] = [];
    const { url } = await reader(async (slot, lines) => void got.push(...lines.map((line) => `${slot} ${line}`)));
    const outlet = writer([{ slot: 2, urls: [url] }]);
    for (let n = 0; n < 40; n++) {
      await outlet.send([`${n}`, `"é ${n}"`]);
    }
    await outlet.close();
    expect(got).toEqual(Array.from({ length: 40 }, (_, n) => [`2 ${n}`, `2 "é ${n}"`]).flat());
  });

  it('hold the writer back: one batch at a reader is under way, the next waits', async () => {
    const { got, waiting, deliver } = slowReader();
    const { url } = await reader(deliver);
    const outlet = writer([{ slot: 0, urls: [url] }]);
    await outlet.send(['a']);
    let handedOver = false;
    const second = outlet.send(['b']).then(() => (handedOver = true));
    await until(() => waiting.length === 1);
    expect(handedOver).toBe(false);
    waiting.shift()?.();
    await second;
    await until(() => waiting.length === 1);
    waiting.shift()?.();
    await outlet.close();
    expect(got).toEqual(['0:a', '0:b']);
  });

  it('share batches among the engines of a model, and go round a busy one', async () => {
    const busy = slowReader();
    const quick: string[] = [];
    const urls = [
      (await reader(busy.deliver)).url,
      (await reader(async (_slot, lines) => void quick.push(...lines))).url,
    ];
    const outlet = writer([{ slot: 0, urls }]);
    for (const record of ['a', 'b', 'c', 'd']) {
      await outlet.send([record]);
    }
    await until(() => busy.waiting.length === 1);
    busy.waiting.shift()?.();
    await outlet.close();
    expect([busy.got, quick]).toEqual([['0:a'], ['b', 'c', 'd']]);
  });

  it('give each reading model every record', async () => {
    const got: string[][] = [[], []];
    const readers = await Promise.all(got.map((into) => reader(async (_slot, lines) => void into.push(...lines))));
    const outlet = writer(readers.map(({ url }) => ({ slot: 0, urls: [url] })));
    await outlet.send(['a']);
    await outlet.send(['b']);
    await outlet.close();
    expect(got).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
  });

  it('take records to another engine when one takes no more, or is gone', async () => {
    const got: string[] = [];
    const trouble: string[] = [];
    const closed = await reader(() => Promise.reject(new Error('not reached')));
    await closed.inlet.close();
    const gone = await reader(() => Promise.reject(new Error('not reached')));
    await gone.close();
    const well = await reader(async (_slot, lines) => void got.push(...lines));
    const outlet = writer([{ slot: 0, urls: [closed.url, gone.url, well.url] }], trouble);
    await outlet.send(['a']);
    await outlet.send(['b']);
    await until(() => got.length === 2);
    await outlet.close();
    expect(got.sort()).toEqual(['a', 'b']);
    expect(trouble).toContain('answered 503');
  });

  it('end though no reader is left', async () => {
    const gone = await reader(() => Promise.resolve());
    await gone.close();
    const outlet = writer([{ slot: 0, urls: [gone.url] }]);
    await outlet.send(['a']);
    await expect(outlet.close()).resolves.toBeUndefined();
  });

  it('let what nobody reads go', async () => {
    const outlet = writer([]);
    await outlet.send(['a']);
    await expect(outlet.close()).resolves.toBeUndefined();
  });
});
