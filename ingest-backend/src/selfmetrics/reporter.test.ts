import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Archiver, NO_OUTLETS, type ArchiveItem, type Batch, type Point, type Progress } from '../archive/index.js';
import { DuckDbStore } from '../store/index.js';
import { SelfMetrics, SelfReporter } from './index.js';

const LOG = pino({ level: 'silent' });
const EVERY = 20;
/** Clocks of two kinds are compared. */
const CLOSE = 0.05;
const NOTHING: Progress = {
  positions: () => new Map(),
  takeHeard: () => new Map(),
  takeSettled: () => new Map(),
  takeNotes: () => new Map(),
};

const pause = (millis: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, millis));

let folder: string;
let store: DuckDbStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reporter-'));
  store = new DuckDbStore({ path: join(folder, 'store.duckdb') });
  await store.open();
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

/** A process that reports of itself, with what the store has taken of it. */
async function run(): Promise<{ metrics: SelfMetrics; points: Point[]; batches: Batch[]; stop: () => Promise<void> }> {
  const metrics = new SelfMetrics();
  const points: Point[] = [];
  const batches: Batch[] = [];
  const positions = await store.positions();
  const reporter = new SelfReporter({ process: 'host:8420', metrics, positions, log: LOG, everyMillis: EVERY });
  const archiver = new Archiver(store, NO_OUTLETS, reporter.progress(NOTHING), {
    stored: (batch, fresh, seconds) => {
      points.push(...fresh.filter((item: ArchiveItem) => item.kind === 'point'));
      batches.push(batch);
      reporter.stored(batch, seconds);
    },
    storeFailed: () => metrics.storeFailures.inc(),
  });
  reporter.start(archiver.add);
  const stop = async (): Promise<void> => {
    await reporter.stop();
    await archiver.close();
  };
  return { metrics, points, batches, stop };
}

const of = (points: readonly Point[], metric: string): Point[] =>
  points.filter(({ series }) => series.metric === metric);
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

describe('what a process tells of itself', () => {
  it('is what totals grew by, over spans that follow each other without gaps', async () => {
    const began = performance.now();
    const { metrics, points, stop } = await run();
    for (let round = 0; round < 5; round++) {
      metrics.late.inc(3);
      metrics.accepted.inc({ source: 'http' }, 10);
      await pause(150);
    }
    await stop();
    const late = of(points, 'self.late.count');
    expect(late.length).toBeGreaterThan(2);
    expect(sum(late.map(({ value }) => value))).toBe(15);
    expect(sum(late.map(({ span }) => span))).toBeCloseTo((performance.now() - began) / 1000, 0);
    for (const [index, { time, span }] of late.entries()) {
      const before = late[index - 1];
      expect(Math.abs((before?.time ?? time - span * 1e6) + span * 1e6 - time) / 1e6).toBeLessThan(CLOSE);
    }
    // A rate times its span is what came in it.
    const rates = of(points, 'self.accepted.rate');
    expect(sum(rates.map(({ value, span }) => value * span))).toBeCloseTo(50, 6);
    expect(rates[0]?.series).toMatchObject({ workflow: 'pneumograph', model: 'http', engine: 'host:8420' });
  });

  it('is, of gauges, how they are at the moment, and nothing of what is not known', async () => {
    const { metrics, points, stop } = await run();
    metrics.observe('bursts_open', 'test', () => 7);
    metrics.observeEach('watermark_age_seconds', 'test', 'log', () => [['kafka notify', 4.5]]);
    await stop();
    expect(of(points, 'self.bursts.open').at(-1)).toMatchObject({ value: 7, span: 0, series: { model: 'derive' } });
    expect(of(points, 'self.watermark.age').at(-1)).toMatchObject({ value: 4.5, series: { model: 'kafka notify' } });
    expect(of(points, 'self.lag.records')).toEqual([]);
  });

  it('is one value for the files that follow each other in one place', async () => {
    const { metrics, points, stop } = await run();
    const files = ['file/logs/a#b.ndjson#a#b.ndjson-0011', 'file/logs/a#b.ndjson#a#b.ndjson-0022'] as const;
    files.forEach((partition, index) => metrics.lag.set({ partition }, index + 1));
    metrics.observeEach('watermark_age_seconds', 'test', 'log', () => files.map((log, index) => [log, index + 1]));
    await stop();
    expect(of(points, 'self.lag.records').at(-1)).toMatchObject({ value: 3 });
    expect(of(points, 'self.watermark.age').at(-1)).toMatchObject({ value: 2 });
    expect(new Set(of(points, 'self.lag.records').map(({ series }) => series.model)).size).toBe(1);
  });

  it('does not pile up while the store is away, and is made good for afterwards', async () => {
    const { metrics, points, batches, stop } = await run();
    metrics.late.inc(1);
    await expect.poll(() => of(points, 'self.late.count').length, { timeout: 10_000 }).toBeGreaterThan(0);
    const before = of(points, 'self.late.count').length;
    await store.close();
    for (let round = 0; round < 20; round++) {
      metrics.late.inc(1);
      await pause(EVERY);
    }
    const [known, away] = [batches.length, of(points, 'self.late.count').length];
    await store.open();
    while (batches.length < known + 2) {
      await pause(EVERY);
    }
    await stop();
    expect(away - before).toBeLessThan(2);
    // What waited was told once; the twenty times in between are in the one that came next.
    const waited = batches[known]?.items.filter(
      (item) => item.kind === 'point' && item.series.metric === 'self.late.count'
    );
    expect(waited?.length).toBeLessThanOrEqual(1);
    const late = of(points, 'self.late.count');
    expect(sum(late.map(({ value }) => value))).toBe(21);
    expect(Math.max(...late.map(({ span }) => span))).toBeGreaterThan((20 * EVERY) / 1000);
    expect(sum(of(points, 'self.store.failure.count').map(({ value }) => value))).toBeGreaterThan(0);
  });

  it('has a place of its own that nothing is read from again, also after a restart', async () => {
    const offsets: number[] = [];
    for (let start = 0; start < 3; start++) {
      const { metrics, points, stop } = await run();
      metrics.late.inc(2);
      await stop();
      offsets.push(...of(points, 'self.late.count').map(({ offset }) => offset));
      const position = (await store.positions()).get('self/host:8420') as number;
      expect(position).toBe((offsets.at(-1) as number) + 1);
      await store.close();
      await store.open();
    }
    expect(offsets).toEqual([...new Set(offsets)].sort((a, b) => a - b));
    const [answer] = await store.aggregate({
      ...{ workflow: 'pneumograph', models: [], slots: [], engines: [], metric: 'self.late.count' },
      ...{ from: 0, to: Date.now() * 2000, width: Date.now() * 2000, over: 'sum', across: 'sum', by: ['engine'] },
    });
    expect(answer?.values).toEqual([6]);
  });
});
