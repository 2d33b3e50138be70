import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { batch, mapping, P0, P1, point, question, SECOND, series, START } from '../../contract-items.js';
import type { Store } from '../../store.js';
import { applyBuckets } from '../buckets.js';
import { HAS_INFLUXDB, makePlace } from '../place-for-tests.js';
import { tierBucket } from './buckets.js';
import { Lease } from './lease.js';

vi.setConfig({ testTimeout: 60_000 });

const HOUR = 3600 * SECOND;
const NOON = Math.floor(START / HOUR) * HOUR;
const rps = series('lstm', 'e1', 'rps', 0);

/** A point a minute, of ten hours before noon. */
const minutes = Array.from({ length: 600 }, (_, n) => point(rps, NOON - 10 * HOUR + n * 60 * SECOND, n, n));
const counts = question({ from: NOON - 12 * HOUR, to: NOON + HOUR, width: HOUR, over: 'count' });

describe.skipIf(!HAS_INFLUXDB)('the tiers of InfluxDbStore (INFLUX_URL)', () => {
  let place: Awaited<ReturnType<typeof makePlace>>;
  let store: Store;
  beforeEach(async () => {
    place = await makePlace();
    store = await place.open();
  });
  afterEach(async () => {
    await store.close();
    await place.dispose();
  });

  let now = NOON + 2 * HOUR;
  /** Each time as if minutes had passed: what is to be done is looked for once a minute. */
  async function maintain(of: Store): Promise<void> {
    now += 120 * SECOND;
    while (await of.maintain(now));
  }
  const valuesOf = async (of: Store, changes: object = {}) =>
    (await of.aggregate({ ...counts, ...changes })).map(({ model, values }) => [model, ...values]);
  const hourly = (...last: number[]) => ['lstm', ...Array.from({ length: 10 - last.length }, () => 60), ...last];
  /** Takes the points away, and leaves what was made of them. */
  const removePoints = () => place.connection.remove(place.options.bucket, '');

  it('answer where the points are gone: long ranges are asked of them alone', async () => {
    await store.write(batch([...minutes, point(rps, NOON + 2 * HOUR, 1, 600)]));
    await maintain(store);
    const expected = await Promise.all(
      (['avg', 'sum', 'min', 'max', 'last', 'count'] as const).map((over) =>
        valuesOf(store, { over, width: 600 * SECOND })
      )
    );
    await removePoints();
    const found = await Promise.all(
      (['avg', 'sum', 'min', 'max', 'last', 'count'] as const).map((over) =>
        valuesOf(store, { over, width: 600 * SECOND })
      )
    );
    expect(found).toEqual(expected);
    expect(found[0]?.[0]).toHaveLength(61);
    // Quantiles are of points, and so are buckets of seconds.
    expect(await valuesOf(store, { over: 'p50' })).toEqual([]);
    expect(await valuesOf(store, { width: 30 * SECOND })).toEqual([]);
  });

  it('give way to points where some came late, written by whichever process, until they are made anew', async () => {
    await store.write(batch([...minutes, point(rps, NOON + 2 * HOUR, 1, 600)]));
    await maintain(store);
    const other = await place.open();
    await other.write(batch([point(rps, NOON - HOUR + 1, 5, 7, 1, P1)]));
    for (const each of [store, other]) {
      expect(await valuesOf(each)).toEqual([hourly(61)]);
    }
    await maintain(store);
    await removePoints();
    for (const each of [store, other]) {
      expect(await valuesOf(each)).toEqual([hourly(61)]);
    }
    await other.close();
  });

  it('are made of points again that a process left behind which died before its batch was complete', async () => {
    await store.write(batch([...minutes, point(rps, NOON + 2 * HOUR, 1, 600)], [[P0, 601]]));
    await maintain(store);
    // What it comes to where a process is killed once it has written its points.
    const late = batch([point(rps, NOON - HOUR + 1, 7, 7, 1, P1)]);
    const killed = await place.open();
    await killed.write(late);
    await place.connection.remove(`${place.options.bucket}_state`, '_measurement="touch"', NOON - HOUR, NOON - 1000);
    await killed.close();
    expect(await valuesOf(store)).toEqual([hourly()]);
    // It is read again, and found.
    expect(await store.write(late)).toEqual([]);
    expect(await valuesOf(store)).toEqual([hourly(61)]);
    await maintain(store);
    await removePoints();
    expect(await valuesOf(store)).toEqual([hourly(61)]);
  });

  it('are made of what was stored when there were none', async () => {
    await store.write(batch([...minutes, point(rps, NOON + 2 * HOUR, 1, 600)]));
    await place.connection.remove(`${place.options.bucket}_state`, '_measurement="touch"');
    expect(await valuesOf(store)).toEqual([hourly()]);
    await maintain(store);
    await removePoints();
    expect(await valuesOf(store)).toEqual([hourly()]);
  });

  it('follow an engine to its model, and are deleted with it', async () => {
    const own = series('e1', 'e1', 'rps', 0, '');
    await store.write(batch(minutes.map((each) => ({ ...each, series: own }))));
    await store.write(batch([point(series('gru', 'e2', 'rps', 0), NOON + 2 * HOUR, 1, 600)]));
    await maintain(store);
    await store.write(batch([mapping(NOON, 'e1', 'lstm')]));
    await maintain(store);
    const all = { workflow: undefined, by: ['model'] };
    expect(await valuesOf(store, all)).toEqual([hourly()]);
    await removePoints();
    expect(await valuesOf(store, all)).toEqual([hourly()]);
    expect(await store.deleteModel('prices', 'lstm')).toMatchObject({ rollups: 600 + 10 });
    expect(await valuesOf(store, all)).toEqual([]);
  });

  it('are made by one process at a time, and by another once that one is gone', async () => {
    const at = {
      connection: place.connection,
      data: '',
      state: `${place.options.bucket}_state`,
      layout: 'tags',
    } as const;
    const [one, two] = [new Lease(at), new Lease(at)];
    let [inside, most] = [0, 0];
    const work = async () => {
      most = Math.max(most, ++inside);
      await new Promise((resolve) => setTimeout(resolve, 100));
      inside--;
      return true;
    };
    await Promise.all([one, two, one, two].map((lease) => lease.hold(work)));
    expect(most).toBe(1);
    await one.hold(async () => expect(await two.tryHold(work)).toBeUndefined());
    expect(await two.tryHold(work)).toBe(true);
    // One that was killed gives nothing back.
    await place.connection.write(at.state, ['lease content="gone.7" 0']);
    expect(await two.tryHold(work)).toBeUndefined();
    const clock = vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 100_000);
    expect(await two.tryHold(work)).toBe(true);
    clock.mockRestore();
  });

  it('need their buckets', async () => {
    const minute = await place.connection.bucket(tierBucket(place.options.bucket, '1m'));
    await place.connection.call('DELETE', `/api/v2/buckets/${minute?.id}`);
    await expect(place.open()).rejects.toThrow('check --apply');
    expect(await applyBuckets(place.connection, place.options.bucket)).toHaveLength(1);
  });
});
