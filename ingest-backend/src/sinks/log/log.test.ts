import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Point } from '../../archive/index.js';
import { fullFiles, LogSink, type LogSinkOptions } from './index.js';

const series = { workflow: 'w', model: 'm', slot: 0, engine: 'e', metric: 'record.count' };
const partition = { key: 'kafka/notify/0' };
const point = (offset: number): Point => ({
  ...{ kind: 'point', series, time: 1e15 + offset, value: offset, span: 1, partition, offset },
});

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'log-'));
  path = join(folder, 'archive.ndjson');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const create = (options: Partial<LogSinkOptions> = {}): LogSink =>
  new LogSink({ path, size: 1e6, keep: 1000, gzip: true, fsync: 'none', ...options });

/** Values of all records, those of full files first. */
async function values(file = path): Promise<number[]> {
  const full = await fullFiles(file);
  const texts = await Promise.all(
    full.map(async (one) => (one.packed ? gunzipSync(await readFile(one.path)) : await readFile(one.path)).toString())
  );
  const text = texts.join('') + (await readFile(file, 'utf8'));
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => (JSON.parse(line) as { value: number }).value);
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

it('begins a new file when one is full, packs the full ones and keeps so many', async () => {
  const log = create({ size: 1000, keep: 3 });
  for (const offset of upTo(40)) {
    await log.write([point(offset)]);
  }
  await log.close();
  // What became full last is packed when there is more to write.
  const next = create({ size: 1e6, keep: 3 });
  await next.write([point(40)]);
  await next.close();
  const full = await fullFiles(path);
  expect(full.map(({ number, packed }) => [number, packed])).toEqual([
    [3, true],
    [2, true],
    [1, true],
  ]);
  const kept = await values();
  expect(kept).toEqual(upTo(41).slice(-kept.length));
});

it('begins a new file when the time of one is over, also after a restart', async () => {
  const now = Date.now();
  const hour = 3_600_000;
  const log = create({ every: hour, gzip: false, clock: () => now });
  await log.write([point(0)]);
  await log.write([point(1)]);
  await log.close();
  const later = create({ every: hour, gzip: false, clock: () => now + hour });
  await later.open(log.mark());
  await later.write([point(2)]);
  await later.write([point(3)]);
  await later.close();
  expect(await fullFiles(path)).toHaveLength(1);
  expect(await values()).toEqual(upTo(4));
});

it('takes back what was written since the last mark, wherever the process ended', async () => {
  const writes = fc.array(fc.record({ count: fc.integer({ min: 1, max: 9 }), crash: fc.boolean() }), { maxLength: 30 });
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(writes, async (all) => {
      const file = join(folder, `${runs++}.ndjson`);
      const options = { path: file, size: 1500, gzip: true };
      let log = create(options);
      await log.open(undefined);
      let mark = log.mark();
      let offset = 0;
      for (const { count, crash } of all) {
        const items = upTo(count).map((index) => point(offset + index));
        await log.write(items);
        if (crash) {
          // The write was done, and nobody knows: it is done again.
          await log.close();
          log = create(options);
          await log.open(mark);
          await log.write(items);
        }
        mark = log.mark();
        offset += count;
      }
      await log.close();
      expect(await values(file)).toEqual(upTo(offset));
    }),
    { numRuns: 60 }
  );
});

it('leaves a file alone that is not the one of its mark', async () => {
  const log = create();
  await log.write([point(0)]);
  const mark = log.mark();
  await log.close();
  await rm(path);
  const other = create();
  await other.write([point(7)]);
  await other.close();
  const next = create();
  await next.open(mark);
  await next.write([point(8)]);
  await next.close();
  expect(await values()).toEqual([7, 8]);
});
