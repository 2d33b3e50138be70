import { readFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AlertChange, Partition, Point, ProfilePoint, Series } from '../../../archive/index.js';
import { parseDefinition, type Definition } from '../../definition.js';
import { MonitorHost } from '../../host.js';

const SECOND = 1e6;
const START = 1_520_272_365 * SECOND;
const P0: Partition = { key: 'kafka/notify/0' };

interface Asked {
  readonly url: string;
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const asked: Asked[] = [];
/** The status of each answer; no answer for 0. */
let answers: number[] = [];
let server: Server;
let url: string;

beforeEach(async () => {
  asked.length = 0;
  answers = [];
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      asked.push({ url: request.url ?? '', method: request.method ?? '', headers: request.headers, body });
      const status = answers.shift() ?? 200;
      if (status !== 0) {
        response.writeHead(status).end();
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
const hosts: MonitorHost[] = [];
afterEach(async () => {
  await Promise.all(hosts.splice(0).map((host) => host.close()));
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const series = (metric: string, engine: string): Series => ({
  workflow: 'prices',
  model: 'lstm',
  slot: undefined,
  engine,
  metric,
});

/** A report of the CPU of engine e1, unless said otherwise. */
function report(at: number, value: number, metric = 'cpu.utilization', engine = 'e1'): Point {
  const offset = at * 10 + Number(engine.slice(1));
  return {
    kind: 'point',
    series: series(metric, engine),
    time: START + at * SECOND,
    value,
    span: 0,
    partition: P0,
    offset,
  };
}

const range = (from: number, to: number, value: number): Point[] =>
  Array.from({ length: to - from }, (_, index) => report(from + index, value));

class Run {
  readonly said: AlertChange[] = [];
  readonly lines: Array<Record<string, unknown>> = [];
  readonly host: MonitorHost;
  #now = 0;

  constructor(params: string, notes: ReadonlyMap<string, string> = new Map()) {
    const text = `name: m\nkind: resources\nattach: [{ model: lstm }]\nparams: ${params}`;
    this.host = new MonitorHost({
      definitions: [parseDefinition(text, 'monitors/m.yaml')],
      streams: [],
      notes,
      emit: (item: Point | AlertChange | ProfilePoint) => {
        if (item.kind === 'alert') {
          this.said.push(item);
        }
      },
      log: pino({}, { write: (line: string) => this.lines.push(JSON.parse(line) as Record<string, unknown>) }),
      clock: () => (this.#now += 6000),
    });
    hosts.push(this.host);
  }

  take(...points: Point[]): this {
    this.host.watch(points);
    return this;
  }

  tick(at: number): this {
    this.host.tick(START + at * SECOND);
    return this;
  }

  notes(): Map<string, string> {
    this.host.flush();
    this.host.oldestNeeded();
    return this.host.takeNotes();
  }

  told(name?: string): string[] {
    return this.said
      .filter((alert) => name === undefined || alert.name === name)
      .map((alert) => `${alert.state} ${(alert.time - START) / SECOND}: ${alert.text}`);
  }

  /** Ticks until something of that name was told. */
  async until(name: string, at: number): Promise<AlertChange> {
    await expect.poll(() => this.tick(at).said.some((alert) => alert.name === name)).toBe(true);
    return this.said.find((alert) => alert.name === name) as AlertChange;
  }
}

const scaling = (more = ''): string =>
  `{ cpu: { above: 80, below: 20, hysteresis: 5 }, sustained: 10s, action: { scale: '${url}/engine', max: 3, cooldown: 30s, backoff: 1ms ${more} } }`;

describe('the alarm of resources', () => {
  it('fires when CPU was high for long enough, and resolves when it is well below the bound', () => {
    const run = new Run('{ cpu: { above: 80, hysteresis: 5 }, sustained: 10s }');
    run.take(...range(0, 12, 90), report(12, 78), report(13, 74));
    expect(run.told()).toEqual([
      'firing 10: CPU utilization of 1 engine is 90 %, above 80 %.',
      'resolved 13: CPU utilization of 1 engine is 90 %, above 80 %.',
    ]);
  });

  it('does not take a gap between reports, or a single peak, for a bound passed for long', () => {
    const run = new Run('{ cpu: { above: 80 }, sustained: 10s }');
    run.take(report(0, 90), report(100, 90), report(105, 90), report(106, 10), report(107, 90), report(116, 90));
    expect(run.told()).toEqual([]);
  });

  it.each([
    ['mean', []],
    ['max', ['firing 10: CPU utilization of 2 engines (max) is 95 %, above 80 %.']],
  ])('takes the %s of the engines that reported lately', (over, expected) => {
    const run = new Run(`{ cpu: { above: 80, over: ${over} }, sustained: 10s }`);
    for (let at = 0; at <= 10; at++) {
      run.take(report(at, 95), report(at, 5, 'cpu.utilization', 'e2'));
    }
    expect(run.told().slice(0, 1)).toEqual(expected);
  });

  it('forgets an engine that reports no more', () => {
    const run = new Run('{ cpu: { above: 80 }, sustained: 10s, within: 5s }');
    run.take(report(0, 5, 'cpu.utilization', 'e2'), ...range(0, 20, 95));
    expect(run.told()).toEqual(['firing 16: CPU utilization of 1 engine is 95 %, above 80 %.']);
  });

  it('passes over what it has taken already, and what is late', () => {
    const run = new Run('{ cpu: { above: 80 }, sustained: 10s }');
    run.take(...range(0, 12, 90), report(5, 10), report(11, 10));
    expect(run.told()).toEqual(['firing 10: CPU utilization of 1 engine is 90 %, above 80 %.']);
  });

  it('knows memory in bytes and as a share of a limit', () => {
    const points = [0, 1, 2].map((at) => report(at, 3.5 * 2 ** 30, 'memory'));
    expect(new Run('{ memory: { above: 3G }, sustained: 1s }').take(...points).told()).toEqual([
      'firing 1: Memory of 1 engine is 3758096384 bytes, above 3221225472 bytes.',
    ]);
    expect(new Run('{ memory: { above: 0.8, limit: 4G }, sustained: 1s }').take(...points).told()).toEqual([
      'firing 1: Memory of 1 engine is 87.5 % of 4294967296 bytes, above 80 % of 4294967296 bytes.',
    ]);
  });

  it('passes over values that are none', () => {
    const run = new Run('{ cpu: { above: 80 }, sustained: 1s }');
    run.take(report(0, NaN), report(1, Infinity), report(2, -5), report(3, 5));
    expect(run.told()).toEqual([]);
    expect(run.host.list()[0]?.state).toBe('active');
  });
});

describe('the action of resources', () => {
  it('sends nothing in a dry run, and tells what it would send', async () => {
    const run = new Run(scaling()).take(...range(0, 12, 90)).tick(12);
    await run.host.close();
    expect(asked).toEqual([]);
    expect(run.told('Would scale')).toEqual([
      'firing 10: Would scale lstm from 1 to 2 instances (CPU utilization of 1 engine is 90 %, above 80 %): dry run.',
    ]);
    const [alert] = run.said.filter(({ name }) => name === 'Would scale');
    expect(JSON.parse(alert?.evidence ?? '')).toMatchObject({
      request: `POST ${url}/engine/1/job/scale?n=2`,
      live: false,
    });
    expect(run.lines).toContainEqual(
      expect.objectContaining({ monitor: 'm', request: `POST ${url}/engine/1/job/scale?n=2`, msg: alert?.text })
    );
  });

  it('sends once when live, with a key and a token that no alert shows, waits, and stops at the most instances', async () => {
    const run = new Run(scaling(', live: true, token: s3cret, headers: { x-team: prices }')).take(...range(0, 12, 90));
    const alert = await run.until('Scaled', 12);
    expect(asked.map(({ method, url: path }) => `${method} ${path}`)).toEqual(['POST /engine/1/job/scale?n=2']);
    expect(asked[0]?.headers).toMatchObject({ authorization: 'Bearer s3cret', 'x-team': 'prices' });
    expect(asked[0]?.headers['idempotency-key']).toBe(
      (JSON.parse(alert.evidence ?? '') as { cause: { id: string } }).cause.id
    );
    expect(JSON.stringify([run.said, run.lines])).not.toContain('s3cret');
    run.take(...range(12, 39, 90)).tick(39);
    expect(run.told('Cannot scale further')).toEqual([]);
    run.take(...range(39, 42, 90));
    await expect.poll(() => run.tick(42).told('Scaled').length).toBe(2);
    run.take(...range(42, 100, 90)).tick(100);
    expect(asked.map(({ url: path }) => path)).toEqual(['/engine/1/job/scale?n=2', '/engine/1/job/scale?n=3']);
    expect(run.told('Cannot scale further')).toHaveLength(1);
  });

  it('scales in when all is idle for long enough, and not below the least', async () => {
    const run = new Run(scaling(', live: true, start: 2')).take(...range(0, 12, 5));
    await run.until('Scaled', 12);
    run.take(...range(12, 100, 5)).tick(100);
    await run.host.close();
    expect(asked.map(({ url: path }) => path)).toEqual(['/engine/1/job/scale?n=1']);
  });

  it('scales the busiest engine where the address names one', async () => {
    const run = new Run(scaling(', live: true').replace('/engine', '/{engine}'));
    for (let at = 0; at <= 10; at++) {
      run.take(report(at, 85), report(at, 95, 'cpu.utilization', 'e2'));
    }
    await run.until('Scaled', 11);
    expect(asked.map(({ url: path }) => path)).toEqual(['/e2/1/job/scale?n=2']);
  });

  it('posts the cause to a webhook', async () => {
    const run = new Run(scaling(', live: true').replace('scale:', 'webhook:')).take(...range(0, 12, 90));
    await run.until('Scaled', 12);
    expect(asked[0]?.url).toBe('/engine');
    expect(JSON.parse(asked[0]?.body ?? '')).toMatchObject({
      model: 'lstm',
      direction: 'out',
      from: 1,
      to: 2,
      value: 90,
    });
  });

  it('does not act on what is long past', async () => {
    const run = new Run(scaling(', live: true')).take(...range(0, 12, 90)).tick(3600);
    await run.host.close();
    expect(asked).toEqual([]);
    expect(run.told('Not scaled')[0]).toContain('its cause is 3590 s old');
  });

  it('tries again with the same key where a server fails, and gives up where it refuses', async () => {
    answers = [503, 429, 200];
    const run = new Run(scaling(', live: true')).take(...range(0, 12, 90));
    await run.until('Scaled', 12);
    expect(new Set(asked.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
    expect(asked).toHaveLength(3);
    answers = [403];
    run.take(...range(12, 42, 90));
    const { text } = await run.until('Scaling failed', 42);
    expect(text).toContain('from 2 to 3 instances');
    expect(text).toContain('expected a status of success, found 403 (1 attempt)');
    expect(asked).toHaveLength(4);
  });

  it('tells that a webhook hangs, and goes on', async () => {
    answers = [0, 0];
    const run = new Run(scaling(', live: true, timeout: 50ms, retries: 1')).take(...range(0, 12, 90));
    const { text } = await run.until('Scaling failed', 12);
    expect(text).toMatch(/timeout.*\(2 attempts\)/);
    run.take(...range(12, 42, 90));
    await run.until('Scaled', 42);
    expect(asked.map(({ url: path }) => path)).toEqual(Array(3).fill('/engine/1/job/scale?n=2'));
    expect(run.host.list()[0]?.state).toBe('active');
  });

  it('is not done again after a restart that knows of it', async () => {
    const run = new Run(scaling(', live: true')).take(...range(0, 12, 90));
    await run.until('Scaled', 12);
    const again = new Run(scaling(', live: true'), run.notes())
      .take(...range(0, 12, 90), ...range(12, 20, 90))
      .tick(20);
    await again.host.close();
    expect(asked).toHaveLength(1);
    expect(again.told('Scaled')).toEqual([]);
  });

  // Points that were stored before a crash come no more.
  it.each([5, 12])(
    'has the same key where a crash made the snapshot forget it, and points go on at %d s',
    async (from) => {
      const run = new Run(scaling(', live: true')).take(...range(0, 5, 90));
      const notes = run.notes();
      await run.take(...range(5, 12, 90)).until('Scaled', 12);
      await new Run(scaling(', live: true'), notes).take(...range(from, 14, 90)).until('Scaled', 14);
      expect(asked).toHaveLength(2);
      expect(asked[0]?.headers['idempotency-key']).toBe(asked[1]?.headers['idempotency-key']);
    }
  );

  it('that was under way at a stop is told as unknown, and not sent again', async () => {
    answers = [0];
    const run = new Run(scaling(', live: true')).take(...range(0, 12, 90)).tick(12);
    await expect.poll(() => asked.length).toBe(1);
    const notes = run.notes();
    await run.host.close();
    const again = new Run(scaling(', live: true'), notes)
      .tick(13)
      .take(...range(12, 20, 90))
      .tick(20);
    await again.host.close();
    expect(again.told('Scaling unknown')).toHaveLength(1);
    expect(asked).toHaveLength(1);
  });
});

it('goes on from a snapshot as if it had not stopped', () => {
  const load = fc.array(fc.tuple(fc.integer({ min: 0, max: 100 }), fc.constantFrom('e1', 'e2')), { maxLength: 80 });
  fc.assert(
    fc.property(load, fc.nat(80), (values, cut) => {
      const points = values.map(([value, engine], at) => report(at, value, 'cpu.utilization', engine));
      const params =
        '{ cpu: { above: 60, below: 30 }, sustained: 3s, within: 5s, action: { scale: "http://e", max: 2, cooldown: 5s } }';
      const whole = new Run(params).take(...points).told();
      const first = new Run(params).take(...points.slice(0, cut));
      const second = new Run(params, first.notes()).take(...points.slice(cut));
      expect([...first.told(), ...second.told()]).toEqual(whole);
    }),
    { numRuns: 60 }
  );
});

it('resolves what was done after a while, though points alone come', () => {
  const run = new Run(scaling()).take(...range(0, 11, 90), ...range(11, 320, 50));
  expect(run.told('Would scale').map((text) => text.slice(0, 12))).toEqual(['firing 10: W', 'resolved 310']);
});

it('takes the example of its README', () => {
  const readme = readFileSync(new URL('README.md', import.meta.url), 'utf8');
  const [, example = ''] = /```yaml\n([^]*?)```/.exec(readme) ?? [];
  const { kind, params } = parseDefinition(example, 'resources.yaml');
  expect(kind.actions?.(params)).toEqual([
    'dry run: would POST https://fastscore.example/api/1/service/{engine}/1/job/scale?n={n}, n from 1 to 4',
  ]);
});

it('says for people what it would do', () => {
  const definition = (live: boolean): Definition =>
    parseDefinition(
      `name: m\nkind: resources\nattach: [{}]\nparams: { cpu: { above: 80 }, action: { scale: "http://e/", max: 3, live: ${live}, token: s3cret } }`,
      'm.yaml'
    );
  const told = [false, true].map((live) => {
    const { kind, params } = definition(live);
    return kind.actions?.(params);
  });
  expect(told).toEqual([
    ['dry run: would POST http://e/1/job/scale?n={n}, n from 1 to 3'],
    ['live: POST http://e/1/job/scale?n={n}, n from 1 to 3'],
  ]);
});

it('refuses an engine whose name would lead to another path', async () => {
  const run = new Run(scaling(', live: true, retries: 0').replace('/engine', '/x/{engine}'));
  run.take(...range(0, 12, 90).map((point) => ({ ...point, series: { ...point.series, engine: '..' } })));
  expect((await run.until('Scaling failed', 12)).text).toContain('part of an address, found ..');
  expect(asked).toEqual([]);
});

describe('parameters of resources', () => {
  it.each([
    ['{ }', 'expected at least one of cpu and memory'],
    ['{ cpu: { above: 10, below: 20 } }', 'params.cpu.below: expected less than `above`'],
    ['{ memory: { above: 2G, below: 3G } }', 'params.memory.below: expected less than `above`'],
    ['{ memory: { above: 2, limit: 4G } }', 'or a share from 0 to 1 of `limit`, found 2'],
    ['{ memory: { above: much } }', 'params.memory.above: expected a size such as 512K'],
    ['{ memory: { above: 0.8 } }', 'params.memory.above: expected a size such as 512K'],
    ['{ memory: { limit: 4G } }', 'params.memory.above: expected a size such as 512K'],
    ['{ cpu: { above: 10 }, action: { max: 2 } }', 'expected either `scale` or `webhook`'],
    [
      '{ cpu: { above: 10 }, action: { scale: "http://e", min: 3, max: 2 } }',
      'params.action.max: expected at least `min`',
    ],
    ['{ cpu: { above: 10 }, action: { scale: "ftp://e", max: 2 } }', 'expected a URL that begins with http'],
    ['{ cpu: { above: 10 }, action: { scale: "http://u:p@e", max: 2 } }', 'without name and password'],
  ])('%s are refused', (params, problem) => {
    expect(() => new Run(params)).toThrow(problem);
  });
});
