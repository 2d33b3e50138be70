import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { BackendProcess, pause } from './backend.js';
import { expectSame, storedRows, type Row } from './stored.js';
import { MessageStream, randomNumbers, SEED, type Message } from './stream.js';

const KILLS = Number(process.env['FAULT_KILLS'] ?? 10);
const PATIENCE = { timeout: 30_000, interval: 300 };

let folders: string[];
let backends: BackendProcess[];

beforeEach(async () => {
  folders = await Promise.all([0, 1].map(() => mkdtemp(path.join(tmpdir(), 'pneumograph-faults-'))));
  backends = await Promise.all(folders.map((folder) => BackendProcess.create(folder, [{ kind: 'http' }])));
});
afterEach(async () => {
  await Promise.all(backends.map((backend) => backend.kill()));
  await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
});

/** Sends a body until it is answered for, as a client does that must not lose anything. @returns how often it took */
async function sendUntilAnswered(url: string, key: string, body: string): Promise<number> {
  for (let tries = 1; ; tries++) {
    const headers = { 'content-type': 'application/x-ndjson', 'idempotency-key': key };
    const answer = await fetch(`${url}/api/v1/reports`, { method: 'POST', headers, body }).catch(() => undefined);
    if (answer?.ok === true) {
      await answer.text();
      return tries;
    }
    expect(answer?.status ?? 503).toBe(503);
    await pause(50);
  }
}

async function finish(backend: BackendProcess): Promise<Row[]> {
  const waiting = () => backend.metrics().then((metrics) => metrics.get('pneumograph_reports_waiting'));
  await expect.poll(waiting, PATIENCE).toBe(0);
  await backend.stop();
  return storedRows(backend.store);
}

it(
  `counts each report once though it is killed ${KILLS} times and clients send again (FAULT_SEED=${SEED})`,
  { timeout: 120_000 + KILLS * 5000 },
  async () => {
    const [disturbed, undisturbed] = backends as [BackendProcess, BackendProcess];
    const random = randomNumbers(SEED);
    const stream = new MessageStream(1, SEED, { punctual: true });
    const bodies: string[] = [];
    let again = 0;
    let over = false;
    const sending = (async () => {
      for (
        let tick: Message[] | undefined = stream.next();
        tick !== undefined;
        tick = over ? stream.rest() : stream.next()
      ) {
        if (tick.length > 0) {
          const body = tick.map(({ value }) => value).join('\n');
          bodies.push(body);
          again += (await sendUntilAnswered(disturbed.url, `body-${bodies.length}`, body)) - 1;
        }
      }
    })();
    for (let kill = 0; kill < KILLS; kill++) {
      await disturbed.start();
      await pause(random() * 500);
      await disturbed.kill();
    }
    await disturbed.start();
    over = true;
    await sending;
    expect(again).toBeGreaterThan(0);
    const found = await finish(disturbed);

    await undisturbed.start();
    for (const [index, body] of bodies.entries()) {
      await sendUntilAnswered(undisturbed.url, `body-${index + 1}`, body);
    }
    expectSame(found, await finish(undisturbed));
  }
);
