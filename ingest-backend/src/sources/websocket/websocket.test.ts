import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { formatTimestamp, type QueryResponse } from '@pneumograph/contract';
import { parseConfiguration } from '../../config/index.js';
import { Service } from '../../service/index.js';
import { WebClient } from '../../web/index.js';
import { Connection } from './connection.js';
import { PneumoServer, type Message, type PneumoOptions } from './pneumo-server.js';

const CLI = fileURLToPath(new URL('../../../bin/pneumograph.js', import.meta.url));
const START = Date.UTC(2018, 2, 5, 17, 52, 45) * 1000;
const LOG = pino({ level: 'silent' });

let folder: string;
const stops: Array<() => Promise<void> | void> = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'websocket-'));
});
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) {
    await stop();
  }
  rmSync(folder, { recursive: true, force: true });
});

async function pneumo(options: PneumoOptions = {}): Promise<PneumoServer> {
  const server = await PneumoServer.start(options);
  stops.push(() => server.stop());
  return server;
}

function configuration(source: Record<string, unknown>): string {
  return JSON.stringify({
    listen: { port: 0 },
    sources: [{ kind: 'websocket', ...source }],
    store: { kind: 'duckdb', path: join(folder, 'store.duckdb') },
    fleet: [{ kind: 'static', engines: [{ src: 'e1', model: 'lstm' }] }],
  });
}

async function start(source: Record<string, unknown>): Promise<Service> {
  const service = await Service.start(parseConfiguration(configuration(source), 'test'), { version: '9', log: LOG });
  stops.push(() => service.stop());
  return service;
}

/** Each report has a bucket of its own, so that one taken twice shows as twice its value. */
function report(index: number, rest: Partial<Message> = {}): Message {
  const message = {
    type: 'sensor-report',
    timestamp: formatTimestamp(START + index * 1e6),
    src: 'e1',
    tap: 'manifold.0.records.size',
    ...{ id: 1, delta_time: 1, data: index + 1 },
    ...rest,
  };
  return message;
}

async function values(url: string): Promise<number[]> {
  const range = { from: START / 1000, to: START / 1000 + 3_600_000, intervalMs: 1000, maxDataPoints: 10_000 };
  const response = await fetch(`${url}/api/v1/query`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ...range, queries: [{ refId: 'A', kind: 'metric', metric: 'record.size' }] }),
  });
  const frame = ((await response.json()) as QueryResponse).results['A']?.frames?.[0];
  return (frame?.data.values[1] ?? []) as number[];
}

/** Waits until so many values are there; returns them. */
async function stored(url: string, count: number): Promise<number[]> {
  let found: number[] = [];
  do {
    await new Promise((resolve) => setTimeout(resolve, 50));
    found = await values(url);
  } while (found.length < count);
  return found;
}

async function reasons(service: Service): Promise<string> {
  return (await fetch(`${service.url}/health/ready`)).text();
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

describe('websocket source', () => {
  it('takes what was buffered, what comes, and after a cut what came meanwhile: each once', async () => {
    const server = await pneumo();
    server.publish(report(0), report(1));
    const service = await start({ url: server.url });
    await server.openedTimes(1);
    server.publish(report(2));
    expect(await stored(service.url, 3)).toEqual(upTo(3));
    server.cut();
    server.publish(report(3), report(4));
    await server.openedTimes(2);
    server.publish(report(5));
    expect(await stored(service.url, 6)).toEqual(upTo(6));
    expect(await reasons(service)).toContain('"ready"');
    const metrics = await (await fetch(`${service.url}/metrics`)).text();
    expect(metrics).toMatch(/pneumograph_messages_accepted_total\{source="websocket [^"]+"\} 6/);
  });

  it('knows after a restart what it had heard', async () => {
    const server = await pneumo();
    const first = await start({ url: server.url });
    await server.openedTimes(1);
    server.publish(report(0), report(1));
    expect(await stored(first.url, 2)).toEqual(upTo(2));
    await first.stop();
    server.publish(report(2));
    const second = await start({ url: server.url });
    expect(await stored(second.url, 3)).toEqual(upTo(3));
  });

  it('reads frames of any shape; a bad one is rejected alone', async () => {
    const server = await pneumo();
    server.historyStatus = 404;
    const service = await start({ url: server.url });
    await server.openedTimes(1);
    await until(async () => (await reasons(service)).includes('"ready"'));
    server.send(JSON.stringify([report(0), report(1)]));
    server.send(`${JSON.stringify(report(2))}\n{"torn": \n${JSON.stringify(report(3))}\n`);
    server.send('7');
    server.send(JSON.stringify({ type: 'log', src: 'e1', timestamp: 'x', level: 128, text: 'hello' }));
    server.send(JSON.stringify(report(4)));
    expect(await stored(service.url, 5)).toEqual(upTo(5));
    const metrics = await (await fetch(`${service.url}/metrics`)).text();
    for (const label of ['reason="malformed-json"', 'reason="not-an-object"', 'type="log"']) {
      expect(metrics).toMatch(new RegExp(`_total\\{source="websocket [^"]+",${label}\\} 1`));
    }
  });

  it('asks for one engine and one type of message alone', async () => {
    const server = await pneumo();
    server.publish(report(7, { src: 'other' }));
    const service = await start({ url: server.url, src: 'e1', type: 'sensor-report' });
    await server.openedTimes(1);
    expect(server.opened[0]).toMatch(/\?src=e1&type=sensor-report$/);
    server.publish(report(8, { src: 'other' }), report(0));
    expect(await stored(service.url, 1)).toEqual([1]);
  });

  it('logs in with a form, and again when its session ended', async () => {
    let session = 'one';
    const server = await pneumo({
      admits: ({ headers }) => headers.cookie === `sid=${session}` && headers['x-site'] === 'a',
      other: (request, response) => {
        let body = '';
        request.on('data', (chunk) => (body += String(chunk)));
        request.on('end', () =>
          response
            .writeHead(body === 'username=ann&password=s%26cret' ? 302 : 403, {
              'set-cookie': `sid=${session}; Path=/`,
            })
            .end()
        );
      },
    });
    const login = { url: `http://127.0.0.1:${server.port}/login`, username: 'ann', password: 's&cret' };
    const service = await start({ url: server.url, headers: { 'x-site': 'a' }, login });
    await server.openedTimes(1);
    session = 'two';
    server.publish(report(0));
    server.cut();
    await server.openedTimes(2);
    expect(await stored(service.url, 1)).toEqual([1]);
  });

  it('says what it tried and what came back', async () => {
    const server = await pneumo({ admits: () => false });
    const service = await start({ url: server.url, token: 'wrong' });
    await until(async () => (await reasons(service)).includes(`${server.url}: answered 401: who asks`));
  });

  it('finds out a connection that is cut without a word', async () => {
    const server = await pneumo({ pongs: false });
    const web = new WebClient({});
    stops.push(() => web.close());
    const connection = await Connection.open(server.url, web, 50, new AbortController().signal);
    expect(await connection.take()).toEqual([]);
    expect(connection.ended).toBe('no answer to a ping within 50 ms');
  });

  it('believes a certificate that nobody signed only where it is told to', async () => {
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
    const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '30'];
    execFileSync('openssl', ['req', ...kind, '-keyout', key, '-out', cert, ...names], { stdio: 'ignore' });
    const server = await pneumo({ tls: { key: readFileSync(key), cert: readFileSync(cert) } });
    server.publish(report(0));
    const careful = await start({ url: server.url });
    await until(async () => /self-signed certificate/.test(await reasons(careful)));
    await careful.stop();
    for (const told of [{ ca: cert }, { insecure: true }]) {
      const service = await start({ url: server.url, ...told });
      expect(await stored(service.url, 1)).toEqual([1]);
      await service.stop();
    }
  });

  it('loses nothing and doubles nothing of what it heard when it is killed', async () => {
    const server = await pneumo({ buffered: 10 });
    const file = join(folder, 'p.yaml');
    let backend: ChildProcess | undefined;
    stops.push(() => void backend?.kill('SIGKILL'));
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    writeFileSync(file, configuration({ url: server.url }).replace('"port":0', `"port":${port}`));
    const launch = async (): Promise<void> => {
      backend = spawn(process.execPath, [CLI, 'start', '--config', file], { stdio: 'ignore' });
      await until(async () => (await fetch(`${url}/health/ready`).catch(() => undefined))?.ok === true);
    };
    let sent = 0;
    for (let kills = 0; kills < 3; kills++) {
      await launch();
      const replayed = (await accepted(url)) - sent;
      for (const end = sent + 100; sent < end;) {
        // The history holds ten: what the backend does not keep by itself is lost.
        for (const next = sent + 10; sent < next; sent++) {
          server.publish(report(sent));
        }
        await until(async () => (await accepted(url)) - replayed >= sent);
      }
      const exit = once(backend as unknown as ChildProcess, 'exit');
      backend?.kill('SIGKILL');
      await exit;
    }
    await launch();
    expect(await stored(url, sent)).toEqual(upTo(sent));
  }, 120_000);
});

/** How many messages the process has taken, with those that it read again. */
async function accepted(url: string): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  return Number(/pneumograph_messages_accepted_total\{source="websocket [^"]+"\} (\d+)/.exec(metrics)?.[1] ?? 0);
}

async function freePort(): Promise<number> {
  const server = await PneumoServer.start();
  const { port } = server;
  await server.stop();
  return port;
}
