import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { ENGINE_STATES } from '@pneumograph/contract';
import type { AlertChange, ArchiveItem, Partition } from '../archive/index.js';
import { MonitorHost, parseDefinition, type Kind } from '../monitors/index.js';
import { Desk, receiver } from './testing.js';

const START = 1_520_280_000 * 1e6;
const P0: Partition = { key: 'kafka/notify/0' };

/** A threshold on a metric that cannot tell while values are below 0. */
const FRAGILE: Kind = {
  ...{ name: 'fragile', params: z.unknown(), instance: 'each', metrics: () => ['memory'] },
  create: ({ speech }) => ({
    point: ({ series, time, value, partition, offset }) => {
      if (value < 0) {
        throw new Error('the query failed');
      }
      const origin = { partition, offset };
      speech.condition(value > 10, { key: 'k', time, origin, about: series, name: 'High', text: `is ${value}` });
    },
    snapshot: () => undefined,
  }),
};

/** A monitor and someone who is told of its alerts, from what engines report to what a receiver gets. */
class Site {
  readonly steps: AlertChange[] = [];
  readonly desk = new Desk([receiver({ groupWait: '0s', groupInterval: '0s', repeatInterval: '4h' })]);
  readonly host: MonitorHost;
  #offset = 0;

  constructor(definition: string, kind?: Kind) {
    const parsed = parseDefinition(`name: m\nkind: threshold\nattach: [{ model: lstm }]\n${definition}`, 'm.yaml');
    this.host = new MonitorHost({
      definitions: [{ ...parsed, kind: kind ?? parsed.kind }],
      streams: [],
      notes: new Map(),
      emit: (item) => {
        if (item.kind === 'alert') {
          this.steps.push(item);
          this.desk.store(item);
        }
      },
      log: pino({ level: 'silent' }),
    });
  }

  memory(second: number, value: number, engine = 'e1'): this {
    const series = { workflow: 'prices', model: 'lstm', slot: undefined, engine, metric: 'memory' };
    return this.#see({ kind: 'point', series, time: START + second * 1e6, value, span: 0, ...this.#origin() });
  }

  state(second: number, name: keyof typeof ENGINE_STATES, engine = 'e1'): this {
    const series = { workflow: 'prices', model: 'lstm', slot: undefined, engine, metric: 'engine.status' };
    const said = { value: ENGINE_STATES[name], text: name };
    return this.#see({ kind: 'state', series, time: START + second * 1e6, ...said, ...this.#origin() });
  }

  /** What the receiver was told since it was last asked. */
  async told(): Promise<string[]> {
    await this.desk.pass(5);
    return this.desk.take().map((line) => line.split(' ')[1] ?? '');
  }

  #see(item: ArchiveItem): this {
    this.host.watch([item]);
    return this;
  }

  #origin(): { partition: Partition; offset: number } {
    return { partition: P0, offset: this.#offset++ };
  }
}

const ABOVE = 'params: { metric: memory, above: 10 }';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('a complaint of users elsewhere that does not come up here:', () => {
  it('resolved is sent because a series vanished', async () => {
    const site = new Site(`noDataAfter: 60s\n${ABOVE}`).memory(0, 11);
    expect(await site.told()).toEqual(['firing']);
    // Another engine goes on for hours, and nothing comes of this one any more.
    site.memory(3600, 1, 'e2').memory(7200, 1, 'e2');
    expect(await site.told()).toEqual([]);
    expect(site.steps.filter(({ engine }) => engine === 'e1').map(({ state }) => state)).toEqual(['firing', 'no-data']);
    site.memory(7300, 5);
    expect(await site.told()).toEqual(['resolved']);
  });

  it('alerts flap because a query failed', async () => {
    const site = new Site(ABOVE, FRAGILE).memory(0, 11);
    expect(await site.told()).toEqual(['firing']);
    for (let second = 1; second <= 600; second += 10) {
      vi.setSystemTime(Date.now() + 10_000);
      site.memory(second, -1).memory(second + 1, 11);
    }
    expect(await site.told()).toEqual([]);
    vi.setSystemTime(Date.now() + 600_000);
    site.memory(700, 5);
    expect(site.steps.filter(({ name }) => name === 'High').at(-1)?.state).toBe('resolved');
    expect(await site.told()).toEqual(['resolved']);
  });

  it('alerts repeat after "no data"', async () => {
    const site = new Site(`noDataAfter: 60s\n${ABOVE}`);
    for (let round = 0; round < 20; round++) {
      site.memory(round * 1000, 11).memory(round * 1000 + 500, 1, 'e2');
    }
    const own = site.steps.filter(({ engine }) => engine === 'e1');
    expect(new Set(own.map(({ id }) => id)).size).toBe(1);
    expect(own.filter(({ state }) => state === 'no-data')).toHaveLength(20);
    expect(await site.told()).toEqual(['firing']);
  });

  it('a finished engine is reported dead by a late heartbeat', async () => {
    const site = new Site('params: { metric: memory, absent: 20s, above: 10 }');
    site
      .state(0, 'running')
      .memory(1, 5)
      .host.tick(START + 2e6);
    site.state(10, 'finished').memory(9, 5).memory(11, 99).state(8, 'running').memory(12, 5);
    site.host.tick(START + 3600e6);
    site.memory(13, 5).host.tick(START + 7200e6);
    expect([site.steps, await site.told()]).toEqual([[], []]);
  });

  it('no notice comes that an alert is over, after a silence', async () => {
    const site = new Site(ABOVE).memory(0, 11);
    expect(await site.told()).toEqual(['firing']);
    const { now, center } = site.desk;
    const matchers = [{ label: 'model', value: 'lstm' }];
    center.silence({ matchers, startsAt: now, endsAt: now + 600_000, author: 'ann', comment: 'new engine' });
    // It is over while it is silenced; and what comes and goes meanwhile is nobody's business.
    site.memory(10, 5);
    expect(await site.told()).toEqual(['resolved']);
    site.memory(20, 12).memory(30, 5);
    expect(await site.told()).toEqual([]);
    // What lasts beyond the silence is told when it ends, and so is its end.
    site.memory(40, 13);
    expect(await site.told()).toEqual([]);
    site.desk.now += 700_000;
    expect(await site.told()).toEqual(['firing']);
    site.memory(50, 5);
    expect(await site.told()).toEqual(['resolved']);
  });
});
