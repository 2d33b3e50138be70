import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { batch, P0, point, question, SECOND, series } from '../../contract-items.js';
import { referenceAggregate } from '../../reference.js';
import { DuckDbStore } from '../duckdb-store.js';
import { askOf } from '../file-for-tests.js';

const HOUR = 3600 * SECOND;
const DAY = 24 * HOUR;
const PERIOD = 6 * HOUR;
const BEGIN = Math.floor(1.52e15 / DAY) * DAY;
const DAYS = 3;

/** A point every four minutes of two series. */
const points = Array.from({ length: DAYS * 360 }, (_, n) =>
  ['e1', 'e2'].map((engine, own) =>
    point(series('lstm', engine, 'rps', 0), BEGIN + n * 240 * SECOND, n % 17, 2 * n + own, 60)
  )
).flat();
const END = BEGIN + DAYS * DAY;

it('rollups are sorted and joined while all goes on, and answer as before', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pneumograph-packing-'));
  const path = join(folder, 'test.duckdb');
  const store = new DuckDbStore({ path, retention: { raw: 6 * HOUR } });
  try {
    await store.open();
    const maintain = async (): Promise<void> => {
      for (const now of [END, END + 600 * SECOND]) {
        while (await store.maintain(now));
      }
    };
    await store.write(batch(points, [[P0, points.length]]));
    await maintain();
    // Into minutes and hours whose points are gone: there are two rollups of each then.
    const late = Array.from({ length: 40 }, (_, n) =>
      point(series('lstm', 'e1', 'rps', 0), BEGIN + n * HOUR + SECOND, 100, points.length + n, 0)
    );
    await store.write(batch(late, [[P0, points.length + late.length]]));
    const expected = [...points, ...late];
    let busy = true;
    const keeping = maintain().then(() => (busy = false));
    while (busy) {
      const next = point(series('lstm', 'e2', 'rps', 0), END + expected.length * SECOND, 1, expected.length, 1);
      await store.write(batch([next]));
      expected.push(next);
      const asked = question({ from: BEGIN, to: END + DAY, width: HOUR, over: 'sum', by: ['engine'] });
      const [found, right] = [await store.aggregate(asked), referenceAggregate(expected, asked)];
      expect(found.map(({ values }) => values)).toEqual(right.map(({ values }) => values));
    }
    await keeping;
    await maintain();
    await store.close();
    const last = BigInt(END - PERIOD);
    const rows = (
      await askOf(path, `SELECT metric, series, time FROM rollups_1m WHERE time < ${last} AND count > 0 ORDER BY rowid`)
    ).map((row) => row.map(Number));
    expect(new Set(rows.map(String)).size).toBe(rows.length);
    // Those of one period lie in the order of columns.
    for (let begin = BEGIN; begin < END - PERIOD; begin += PERIOD) {
      const own = rows.filter(([, , time = 0]) => begin <= time && time < begin + PERIOD);
      expect(own.length).toBeGreaterThan(150);
      expect(own).toEqual([...own].sort(([a = 0, b = 0, c = 0], [x = 0, y = 0, z = 0]) => a - x || b - y || c - z));
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
