import { describe, expect, it } from 'vitest';
import type { Partition } from '../../archive/index.js';
import { batch, point, P0, P1, question, series, START } from '../contract-items.js';
import { HAS_INFLUXDB, makePlace } from './place-for-tests.js';

const rps = series('lstm', 'e1', 'rps', 0);
const other = series('other', 'e2', 'rps', 0);
/** Keys that ask for the same number, see `Memory`. */
const TWINS: readonly [Partition, Partition] = [{ key: 'kafka/notify/8' }, { key: 'kafka/notify/826' }];

describe.skipIf(!HAS_INFLUXDB)('two writers of one InfluxDB (INFLUX_URL)', () => {
  it('take over from each other: what one has stored is known to the other', async () => {
    const place = await makePlace();
    const [one, two] = [await place.open(), await place.open()];
    // Several of one moment, which are set apart.
    const items = Array.from({ length: 30 }, (_, offset) => point(rps, START + Math.floor(offset / 5), offset, offset));
    await two.write(batch([point(other, START, 1, 0, 1, P1)], [[P1, 1]]));
    expect(await one.write(batch(items, [[P0, 10]]))).toEqual(items);

    two.expectOthers?.();
    expect((await two.positions()).get(P0.key)).toBe(10);
    const next = point(rps, START + 5, 5, 30);
    expect(await two.write(batch([...items.slice(10), next], [[P0, 31]]))).toEqual([next]);
    const [found] = await one.aggregate(question({ over: 'count', width: 3600e6 }));
    expect(found?.values).toEqual([31]);
    await Promise.all([one.close(), two.close()]);
    await place.dispose();
  });

  it('tell partitions apart that ask for one number, whoever met them first', async () => {
    const place = await makePlace();
    const [one, two] = [await place.open(), await place.open()];
    const [first, second] = TWINS;
    await two.write(batch([point(other, START, 1, 0, 1, P1)]));
    await one.write(batch([point(rps, START, 1, 7, 1, first)], [[first, 8]]));
    const twin = point(rps, START + 1, 2, 7, 1, second);
    expect(await two.write(batch([twin], [[second, 8]]))).toEqual([twin]);
    const points = await two.points({ ...question(), metrics: ['rps'], models: ['lstm'], limit: 10 });
    expect(points.map(({ partition: { key }, value }) => `${key} ${value}`).sort()).toEqual(
      [`${first.key} 1`, `${second.key} 2`].sort()
    );
    await Promise.all([one.close(), two.close()]);
    await place.dispose();
  });
});
