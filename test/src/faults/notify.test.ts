import { createServer, type Server } from 'node:http';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { BackendProcess, pause } from './backend.js';
import { randomNumbers, SEED } from './stream.js';

const KILLS = Number(process.env['FAULT_KILLS'] ?? 8);
const MONITOR = 'name: bounds\nkind: threshold\nattach: [{ model: lstm }]\nparams: { field: price, above: 10 }\n';
const STREAM = { workflow: 'prices', model: 'lstm', slot: 0, kind: 'http', encoding: 'json' };

interface Notice {
  readonly key: string;
  readonly id: string;
  readonly number: number;
  readonly state: string;
  readonly text: string;
}

const random = randomNumbers(SEED);
let folder: string;
let backend: BackendProcess;
let receiver: Server;
let got: Notice[];
let healthy: boolean;

beforeEach(async () => {
  [got, healthy] = [[], false];
  receiver = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      got.push(...(JSON.parse(body) as { alerts: Notice[] }).alerts);
      const luck = healthy ? 1 : random();
      if (luck < 0.2) {
        request.socket.destroy();
      } else if (luck >= 0.3) {
        response.writeHead(luck < 0.5 ? 503 : 200).end();
      } // Else nothing ever comes.
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  folder = await mkdtemp(path.join(tmpdir(), 'pneumograph-faults-'));
  const monitors = path.join(folder, 'monitors');
  await mkdir(monitors);
  await writeFile(path.join(monitors, 'bounds.yaml'), MONITOR);
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  const hook = { name: 'ops', kind: 'webhook', url, groupWait: '0s', groupInterval: '0s', timeout: '300ms' };
  const rest = { streams: [STREAM], monitors: { path: monitors }, notify: [hook] };
  backend = await BackendProcess.create(folder, [], folder, rest);
});
afterEach(async () => {
  await backend.kill();
  receiver.closeAllConnections();
  await new Promise((resolve) => receiver.close(resolve));
  await rm(folder, { recursive: true, force: true });
});

/** Sends records until they are answered for. */
async function send(key: string, prices: readonly number[]): Promise<void> {
  for (;;) {
    const answer = await fetch(`${backend.url}/api/v1/records?workflow=prices&model=lstm&slot=0`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': key },
      body: JSON.stringify(prices.map((price) => ({ price }))),
    }).catch(() => undefined);
    if (answer?.ok === true) {
      return;
    }
    await pause(50);
  }
}

it(
  `tells of every alert at least once and in order, killed ${KILLS} times, of none twice under another key (FAULT_SEED=${SEED})`,
  { timeout: 120_000 + KILLS * 10_000 },
  async () => {
    const prices: number[] = [];
    let over = false;
    const sending = (async () => {
      for (let body = 0; !over; body++) {
        const some = Array.from({ length: 1 + Math.floor(random() * 4) }, () => Math.round(random() * 20));
        prices.push(...some);
        await send(`body-${body}`, some);
        await pause(40);
      }
      // The last word is that all is well.
      prices.push(1);
      await send('last', [1]);
    })();
    for (let kill = 0; kill < KILLS; kill++) {
      await backend.start();
      // Monitors are stored every 5 s.
      await pause(500 + random() * 2000 + (kill % 3) * 2000);
      await backend.kill();
    }
    [over, healthy] = [true, true];
    await backend.start();
    await sending;

    // What the records say, by the definition.
    const expected: string[] = [];
    let firing: number | undefined;
    for (const price of prices) {
      if (price > 10 && firing === undefined) {
        firing = price;
        expected.push(`firing price is ${price}, above 10.`);
      } else if (price <= 10 && firing !== undefined) {
        expected.push(`resolved price is ${firing}, above 10.`);
        firing = undefined;
      }
    }
    const once = (): Notice[] => {
      const known = new Set<string>();
      return got.filter(({ key }) => !known.has(key) && known.add(key));
    };
    await expect.poll(() => once().length, { timeout: 60_000, interval: 300 }).toBeGreaterThanOrEqual(expected.length);
    await pause(2000);
    expect(expected.length).toBeGreaterThan(20);
    expect(once().filter(({ number }) => number === 1)).toHaveLength(expected.length / 2);
    // Each alert's steps come in order, though alerts may overtake each other while the receiver fails.
    for (const { id } of once()) {
      const own = once().filter((notice) => notice.id === id);
      expect(own.map(({ number, state }) => [number, state])).toEqual([
        [1, 'firing'],
        [2, 'resolved'],
      ]);
    }
    expect(
      once()
        .map(({ state, text }) => `${state} ${text}`)
        .sort()
    ).toEqual([...expected].sort());
  }
);
