import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { formatTimestamp, type Frame } from '@pneumograph/contract';
import { parseConfiguration } from '../config/index.js';
import { Service } from './index.js';

const QUERY = { kind: 'metric', metric: 'record.count', workflow: 'prices', models: ['lstm'] };

const MONITOR =
  'name: many\nkind: threshold\nattach: [{ model: lstm }]\nparams: { metric: record.count, above: 100 }\n';

let folder: string;
let service: Service;
/** Whole seconds, so that each report lies in a bucket of its own. */
let start: number;
const open: Client[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'live-'));
  await mkdir(join(folder, 'monitors'));
  await writeFile(join(folder, 'monitors', 'many.yaml'), MONITOR);
  start = Math.floor(Date.now() / 1000) * 1000 - 60_000;
  service = await run();
});
afterEach(async () => {
  open.splice(0).forEach((client) => client.close());
  await service.stop();
  await rm(folder, { recursive: true, force: true });
});

function run(): Promise<Service> {
  const config = JSON.stringify({
    listen: { port: 0 },
    store: { kind: 'duckdb', path: join(folder, 'store.duckdb') },
    derive: { grace: '100ms' },
    monitors: { path: join(folder, 'monitors') },
    fleet: [
      {
        kind: 'static',
        engines: [
          { src: 'e1', model: 'lstm', workflow: 'prices' },
          { src: 'e2', model: 'other', workflow: 'prices' },
        ],
      },
    ],
  });
  return Service.start(parseConfiguration(config, 'test'), { version: '9.9.9', log: pino({ level: 'silent' }) });
}

/** Reports of an engine: the count of each second. */
async function report(counts: Readonly<Record<number, number>>, src = 'e1', slot = 0): Promise<void> {
  const lines = Object.entries(counts).map(([second, data]) =>
    JSON.stringify({
      type: 'sensor-report',
      timestamp: formatTimestamp((start + Number(second) * 1000) * 1000),
      src,
      tap: `manifold.${slot}.records.count`,
      id: 1,
      delta_time: 1,
      data,
    })
  );
  const headers = { 'content-type': 'application/x-ndjson' };
  await fetch(`${service.url}/api/v1/reports`, { method: 'POST', headers, body: lines.join('\n') });
}

async function state(name: string, second: number, src = 'e1'): Promise<void> {
  const timestamp = formatTimestamp((start + second * 1000) * 1000);
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ type: 'engine-state', timestamp, src, state: name });
  await fetch(`${service.url}/api/v1/reports`, { method: 'POST', headers, body });
}

interface Told {
  readonly event: string;
  readonly id: string;
  readonly data: { from: number; to: number; frames: Frame[] };
}

/** A client of the event stream that has what it was told. */
class Client {
  readonly events: Told[] = [];
  readonly #abort = new AbortController();
  /** Values by the second of their time, as a panel would have them. */
  readonly values = new Map<number, unknown>();

  static async open(query: object, params: Record<string, string> = {}, headers: Record<string, string> = {}) {
    const client = new Client();
    open.push(client);
    const asked = new URLSearchParams({ query: JSON.stringify(query), intervalMs: '1000', ...params });
    const { body, status } = await fetch(`${service.url}/api/v1/stream?${asked.toString()}`, {
      signal: client.#abort.signal,
      headers,
    });
    expect(status).toBe(200);
    void client.#read(body as ReadableStream<Uint8Array>).catch(() => undefined);
    return client;
  }

  close(): void {
    this.#abort.abort();
  }

  get last(): string {
    return this.events.at(-1)?.id ?? '';
  }

  async #read(body: ReadableStream<Uint8Array>): Promise<void> {
    let text = '';
    for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      const whole = text.split('\n\n');
      text = whole.pop() ?? '';
      whole.filter((part) => !part.startsWith(':')).forEach((part) => this.#take(part));
    }
  }

  #take(part: string): void {
    const fields = Object.fromEntries(
      part.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)])
    );
    const { event = '', id = '', data = '' } = fields;
    const told: Told = { event, id, data: JSON.parse(data) as Told['data'] };
    this.events.push(told);
    const { from = 0, to = 0, frames = [] } = told.data;
    const second = (time: number): number => (time - start) / 1000;
    [...this.values.keys()]
      .filter((at) => at >= second(from) && at < second(to))
      .forEach((at) => this.values.delete(at));
    for (const { data: found } of frames) {
      (found.values[0] as number[]).forEach((time, index) => this.values.set(second(time), found.values[1]?.[index]));
    }
  }
}

const until = (client: Client, expected: Record<number, unknown>) =>
  expect.poll(() => Object.fromEntries(client.values), { timeout: 10_000, interval: 20 }).toEqual(expected);

describe('the event stream', () => {
  it('tells what comes, and what came since the client asked for', async () => {
    await report({ 0: 5, 1: 6 });
    const client = await Client.open(QUERY, { from: String(start) });
    await until(client, { 0: 5, 1: 6 });
    await report({ 2: 7 });
    await until(client, { 0: 5, 1: 6, 2: 7 });
    await report({ 2: 1, 3: 2 }, 'e2');
    await report({ 3: 8 });
    await until(client, { 0: 5, 1: 6, 2: 7, 3: 8 });
    expect(client.events.every(({ event }) => event === 'frames')).toBe(true);
  });

  it('tells again a bucket that a late report changed', async () => {
    const client = await Client.open(QUERY, { from: String(start) });
    await report({ 0: 5, 2: 7 });
    await until(client, { 0: 5, 2: 7 });
    await report({ 1: 3 });
    await until(client, { 0: 5, 1: 3, 2: 7 });
  });

  it('goes on where the client was, and says so where it cannot', async () => {
    const client = await Client.open(QUERY, { from: String(start) });
    await report({ 0: 5 });
    await until(client, { 0: 5 });
    client.close();
    await report({ 1: 6 });
    await report({ 2: 7 });
    const back = await Client.open(QUERY, {}, { 'last-event-id': client.last });
    await until(back, { 1: 6, 2: 7 });

    await service.stop();
    service = await run();
    const lost = await Client.open(QUERY, {}, { 'last-event-id': back.last });
    await expect.poll(() => lost.events.map(({ event }) => event)).toContain('reset');
  });

  it(
    'holds up nobody for a client that does not read, and tells it all later in few events',
    { timeout: 60_000 },
    async () => {
      // Events of more than half a megabyte each: the buffers on the way do not hold them all.
      const seconds = Object.fromEntries(Array.from({ length: 9000 }, (_, second) => [second, second]));
      start -= 9000 * 1000;
      for (const slot of [0, 1, 2, 3]) {
        await report(seconds, 'e1', slot);
      }
      const asked = new URLSearchParams({ query: JSON.stringify(QUERY), intervalMs: '1000' }).toString();
      const socket = connect(Number(new URL(service.url).port), '127.0.0.1');
      await once(socket, 'connect');
      socket.write(`GET /api/v1/stream?${asked} HTTP/1.1\r\nhost: x\r\n\r\n`);
      await once(socket, 'readable');
      const reader = await Client.open({ ...QUERY, slots: [0] });
      const rounds = 25;
      for (let round = 0; round < rounds; round++) {
        await report({ 0: 20_000 + round, [9000 + round]: round });
        await expect.poll(() => reader.values.get(9000 + round), { timeout: 10_000, interval: 10 }).toBe(round);
      }
      let text = '';
      socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      const newest = `${(start + (9000 + rounds - 1) * 1000).toString()}]`;
      await expect.poll(() => text.includes(newest), { timeout: 20_000 }).toBe(true);
      const events = text.split('event: frames').length - 1;
      expect(events).toBeGreaterThan(0);
      expect(events).toBeLessThan(rounds);
      socket.destroy();
    }
  );

  it('tells of silence, which nothing is stored of', async () => {
    const client = await Client.open({ kind: 'status', workflow: 'prices', models: ['lstm'] });
    await report({ 59: 1 });
    await expect.poll(() => client.events.length, { timeout: 10_000 }).toBeGreaterThan(1);
  });

  it('says when to query anew about what cannot be told in parts: alerts, graphs and tables', async () => {
    // From now on the engine is known to run the model.
    const known = await Client.open(QUERY, { from: String(start) });
    await report({ 0: 5 });
    await until(known, { 0: 5 });
    const alerts = await Client.open({ kind: 'alerts', workflow: 'prices', models: ['lstm'] });
    const others = await Client.open({ kind: 'alerts', models: ['other'] });
    const graph = await Client.open({ kind: 'topology', workflow: 'prices' });
    const table = await Client.open({ kind: 'status', format: 'table', models: ['lstm'] });
    const kindsOf = ({ events }: Client) => [...new Set(events.map(({ event }) => event))];
    await report({ 1: 6 });
    await expect.poll(() => kindsOf(graph), { timeout: 10_000 }).toEqual(['reset']);
    expect([alerts, table].map(kindsOf)).toEqual([[], []]);
    await report({ 2: 500 });
    await expect.poll(() => kindsOf(alerts), { timeout: 10_000 }).toEqual(['reset']);
    await state('ERROR', 3);
    await expect.poll(() => kindsOf(table), { timeout: 10_000 }).toEqual(['reset']);
    expect(kindsOf(others)).toEqual([]);

    alerts.close();
    const seen = await Client.open({ kind: 'alerts', models: ['lstm'] }, {}, { 'last-event-id': alerts.last });
    const lost = await Client.open({ kind: 'alerts', models: ['lstm'] }, {}, { 'last-event-id': 'elsewhere:1' });
    await expect.poll(() => kindsOf(lost), { timeout: 10_000 }).toEqual(['reset']);
    expect(kindsOf(seen)).toEqual([]);
  });

  it.each([
    [{ kind: 'metric', metric: 'rsp' }, 'metric: expected the name of a metric, found "rsp"; did you mean rps?'],
    [{ kind: 'messages' }, 'query: expected one of the kinds metric (with the format timeseries), status'],
    [{ kind: 'profile' }, 'query: expected one of the kinds metric (with the format timeseries), status'],
    [{ kind: 'metric', metric: 'rps', format: 'latest' }, 'query: expected one of the kinds metric (with the format'],
    [{ kind: 'metric', metric: 'rps', topN: 3 }, 'topN: expected none in a stream, found 3'],
    [{ kind: 'metric', metric: 'rps', fill: 'zero' }, 'fill: expected none in a stream, found "zero"'],
  ])('refuses a query that cannot be followed: %j', async (query, message) => {
    const response = await fetch(`${service.url}/api/v1/stream?query=${encodeURIComponent(JSON.stringify(query))}`);
    expect(response.status).toBe(400);
    expect(((await response.json()) as { error: { message: string } }).error.message).toContain(message);
  });
});
