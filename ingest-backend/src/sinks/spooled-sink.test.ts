import { appendFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toRecord, type ArchiveItem, type Point, type Sink } from '../archive/index.js';
import { SpooledSink, type SpooledSinkOptions } from './index.js';

const series = { workflow: 'w', model: 'm', slot: 0, engine: 'e', metric: 'record.count' };
const partition = { key: 'kafka/notify/0' };
const point = (offset: number): Point => ({
  ...{ kind: 'point', series, time: 1e15 + offset, value: offset, span: 1, partition, offset },
});

/** A sink in memory that can be out of order. */
class Target implements Sink {
  readonly name = 'target';
  readonly offsets: number[] = [];
  away = false;
  write(items: readonly ArchiveItem[]): Promise<void> {
    if (this.away) {
      return Promise.reject(new Error('the target is away'));
    }
    this.offsets.push(...items.map((item) => (item as Point).offset));
    return Promise.resolve();
  }
  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** What a store does for sinks: keeps a position. */
class Kept {
  readonly positions = new Map<string, number>();
  #offset = 0;

  /** A batch of so many items; `stored` says whether the store had it before the process went away. */
  async batch(sink: SpooledSink, count: number, stored = true): Promise<number[]> {
    const items = Array.from({ length: count }, (_, index) => point(this.#offset + index));
    const text = Buffer.from(items.map((item) => JSON.stringify(toRecord(item)) + '\n').join(''));
    const [{ key }, position] = sink.position;
    await sink.prepare(items, text);
    if (stored) {
      this.positions.set(key, position);
      sink.commit();
      this.#offset += count;
    }
    return items.map(({ offset }) => offset);
  }
}

let folder: string;
let dropped: number;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spool-'));
  dropped = 0;
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function open(target: Sink, kept: Kept, options: Partial<SpooledSinkOptions> = {}): Promise<SpooledSink> {
  const events = {
    written: () => undefined,
    failed: () => undefined,
    dropped: (_: string, records: number) => (dropped += records),
  };
  const sink = new SpooledSink(target, { folder, size: 2 ** 20, required: true, ...options }, events);
  await sink.open(kept.positions);
  return sink;
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const PATIENCE = { timeout: 20_000, interval: 20 };

describe('a sink behind a spool', () => {
  it('is told everything once and in order after an outage of any length', async () => {
    const [target, kept] = [new Target(), new Kept()];
    const sink = await open(target, kept, { size: 100 * 2 ** 20 });
    await kept.batch(sink, 10);
    await expect.poll(() => target.offsets, PATIENCE).toEqual(upTo(10));
    target.away = true;
    // More than is kept in memory.
    for (let batch = 0; batch < 30; batch++) {
      await kept.batch(sink, 1000);
    }
    await expect.poll(() => sink.problem, PATIENCE).toContain('the target is away (30000 records wait');
    target.away = false;
    await expect.poll(() => target.offsets.length, PATIENCE).toBe(30_010);
    expect(target.offsets).toEqual(upTo(30_010));
    await expect.poll(() => [sink.problem, sink.records], PATIENCE).toEqual([undefined, 0]);
    await sink.close();
  });

  it('that is required makes the sources wait where its spool is full, and misses nothing', async () => {
    const [target, kept] = [new Target(), new Kept()];
    target.away = true;
    const sink = await open(target, kept, { size: 50_000 });
    let batches = 0;
    for (; !sink.crowded; batches++) {
      await kept.batch(sink, 20);
    }
    const room = sink.room().then(() => 'room');
    expect(await Promise.race([room, new Promise((resolve) => setTimeout(resolve, 50, 'none'))])).toBe('none');
    target.away = false;
    expect(await room).toBe('room');
    await expect.poll(() => target.offsets, PATIENCE).toEqual(upTo(20 * batches));
    expect(dropped).toBe(0);
    await sink.close();
  });

  it('that is not required loses the oldest and counts them, and never more disk than its bound', async () => {
    const [target, kept] = [new Target(), new Kept()];
    target.away = true;
    const sink = await open(target, kept, { size: 50_000, required: false });
    for (let batch = 0; batch < 60; batch++) {
      await kept.batch(sink, 20);
      expect(sink.crowded).toBe(false);
      expect(sink.bytes).toBeLessThan(60_000);
    }
    expect(dropped).toBeGreaterThan(0);
    target.away = false;
    await expect.poll(() => target.offsets.length + dropped, PATIENCE).toBe(1200);
    expect(target.offsets).toEqual(upTo(1200).slice(dropped));
    await sink.close();
  });

  it('goes on after its spool was torn, and after a store that is older than the spool', async () => {
    const [target, kept] = [new Target(), new Kept()];
    target.away = true;
    const first = await open(target, kept);
    await kept.batch(first, 5);
    await first.close();
    const [file = ''] = (await readdir(folder)).filter((name) => name.endsWith('.spool'));
    await appendFile(join(folder, file), '{"number":1,"records":3,"bytes":4000,"crc":1}\n{"kind":"po');
    const older = new Map(kept.positions);
    target.away = false;
    const second = await open(target, kept);
    await kept.batch(second, 5);
    await expect.poll(() => target.offsets, PATIENCE).toEqual(upTo(10));
    await second.close();

    kept.positions.clear();
    older.forEach((position, key) => kept.positions.set(key, position));
    const third = await open(target, kept);
    await kept.batch(third, 2);
    await expect.poll(() => target.offsets, PATIENCE).toEqual(upTo(12));
    await third.close();
  });

  it('is told every stored item once, whenever the process ends and whenever the sink is away', { timeout: 60_000 }, async () => {
    const happening = fc.oneof(
      { weight: 5, arbitrary: fc.record({ kind: fc.constant('batch' as const), count: fc.integer({ min: 0, max: 40 }) }) },
      fc.record({ kind: fc.constant('away' as const), away: fc.boolean() }),
      fc.record({ kind: fc.constant('crash' as const), unstored: fc.integer({ min: 0, max: 40 }) }),
      fc.record({ kind: fc.constant('pause' as const) })
    );
    await fc.assert(
      fc.asyncProperty(fc.array(happening, { maxLength: 25 }), async (happenings) => {
        const place = await mkdtemp(join(folder, 'run-'));
        const [target, kept] = [new Target(), new Kept()];
        let sink = await open(target, kept, { folder: place });
        let stored = 0;
        for (const what of happenings) {
          if (what.kind === 'batch') {
            await kept.batch(sink, what.count);
            stored += what.count;
          } else if (what.kind === 'away') {
            target.away = what.away;
          } else if (what.kind === 'pause') {
            await new Promise((resolve) => setTimeout(resolve, 3));
          } else {
            // Prepared, and then the process is gone before the store has it: the items come again.
            await kept.batch(sink, what.unstored, false);
            const away = target.away;
            target.away = true;
            await sink.close();
            target.away = away;
            sink = await open(target, kept, { folder: place });
          }
        }
        target.away = false;
        await sink.close();
        sink = await open(target, kept, { folder: place });
        await expect.poll(() => target.offsets, PATIENCE).toEqual(upTo(stored));
        await sink.close();
      }),
      { numRuns: 40 }
    );
  });
});
