import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { batch, P0, point, question, series, START } from '../contract-items.js';
import { DuckDbStore } from './duckdb-store.js';

const BATCH = 500;
const BATCHES = 12;
const rps = series('lstm', 'e1', 'rps', 0);

describe('a file that is torn', () => {
  let folder: string;
  let path: string;
  /** What lies on the disk while the store is open, and once it is closed. */
  let whole: Buffer;
  let begun: Buffer;
  let log: Buffer;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'pneumograph-torn-'));
    path = join(folder, 'torn.duckdb');
    const store = new DuckDbStore({ path: join(folder, 'whole.duckdb') });
    await store.open();
    await store.close();
    await store.open();
    for (let n = 0; n < BATCHES; n++) {
      const points = Array.from({ length: BATCH }, (_, i) => point(rps, START + i, i * 0.37, n * BATCH + i));
      await store.write(batch(points, [[P0, (n + 1) * BATCH]]));
    }
    copyFileSync(join(folder, 'whole.duckdb'), path);
    begun = readFileSync(path);
    log = readFileSync(join(folder, 'whole.duckdb.wal'));
    await store.close();
    whole = readFileSync(join(folder, 'whole.duckdb'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Puts files in place and opens them. @returns how many points there are, and the position; or the error */
  async function found(file: Buffer, wal?: Buffer): Promise<{ count: number; position: number } | Error> {
    rmSync(`${path}.wal`, { force: true });
    writeFileSync(path, file);
    if (wal !== undefined) {
      writeFileSync(`${path}.wal`, wal);
    }
    const store = new DuckDbStore({ path });
    try {
      await store.open();
      const [answer] = await store.aggregate(question({ over: 'count', width: 3600e6 }));
      return { count: answer?.values[0] ?? 0, position: (await store.positions()).get(P0.key) ?? 0 };
    } catch (error) {
      return error as Error;
    } finally {
      await store.close().catch(() => undefined);
    }
  }

  it('is whole where nothing is missing', async () => {
    const all = { count: BATCH * BATCHES, position: BATCH * BATCHES };
    expect(await found(whole)).toEqual(all);
    expect(await found(begun, log)).toEqual(all);
  });

  it('in its log has the batches that are whole, with their positions, wherever it ends', async () => {
    const counts = new Set<number>();
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: log.length }), async (length) => {
        const told = await found(begun, log.subarray(0, length));
        expect(told).not.toBeInstanceOf(Error);
        const { count, position } = told as { count: number; position: number };
        expect(count).toBe(position);
        expect(count % BATCH).toBe(0);
        counts.add(count);
      }),
      { numRuns: 40 }
    );
    expect(counts.size).toBeGreaterThan(3);
  });

  it('is said to be damaged, and what to do, wherever it ends', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 16, max: whole.length - 1 }), async (length) => {
        expect(await found(whole.subarray(0, length))).toMatchObject({
          code: 'damaged',
          message: expect.stringContaining(`${path}: the file is damaged`) as string,
        });
      }),
      { numRuns: 30 }
    );
    expect(((await found(whole.subarray(0, 5000))) as Error).message).toContain('pneumograph restore');
  });

  it('or garbled is said to be damaged where what is asked for is hit, else answers as ever', async () => {
    let hits = 0;
    const garbled = fc.record({
      at: fc.integer({ min: 4096, max: whole.length - 64 }),
      by: fc.integer({ min: 1, max: 255 }),
    });
    await fc.assert(
      fc.asyncProperty(garbled, async ({ at, by }) => {
        const bytes = Buffer.from(whole);
        for (let index = at; index < at + 64; index++) {
          bytes[index] = (bytes[index] as number) ^ by;
        }
        const told = await found(bytes);
        if (told instanceof Error) {
          hits++;
          expect(told).toMatchObject({ code: 'damaged' });
        } else {
          expect(told).toEqual({ count: BATCH * BATCHES, position: BATCH * BATCHES });
        }
      }),
      { numRuns: 40 }
    );
    expect(hits).toBeGreaterThan(0);
  });
});
