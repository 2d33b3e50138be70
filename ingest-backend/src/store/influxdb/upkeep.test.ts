import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SELF_WORKFLOW } from '@pneumograph/contract';
import fc from 'fast-check';
import type { ArchiveItem } from '../../archive/index.js';
import {
  ALL,
  batch,
  inOrder,
  mapping,
  P0,
  P1,
  point,
  question,
  SECOND,
  series,
  START,
  state,
  type StorePlace,
} from '../contract-items.js';
import { alert, alertsQuestion, profile, profilesQuestion } from '../contract-monitored.js';
import { DuckDbStore } from '../duckdb/index.js';
import type { Store, StoredPart } from '../store.js';
import { applyBuckets, stateBucket } from './buckets.js';
import { Connection } from './connection.js';
import { InfluxDbStore } from './influxdb-store.js';
import { HAS_INFLUXDB, makePlace, SERVER } from './place-for-tests.js';

vi.setConfig({ testTimeout: 120_000 });

const HOUR = 3600 * SECOND;
const rps = series('lstm', 'e1', 'rps', 0);
const status = series('lstm', 'e1', 'engine.status');
const other = series('gru', 'e2', 'rps', 0);
const told = { ...series('lstm', '', 'drift.psi', 0), monitor: 'drift', feature: 'close' };

const ITEMS: ArchiveItem[] = [
  mapping(START, 'e1', 'lstm'),
  ...Array.from({ length: 50 }, (_, n) => point(rps, START + Math.floor(n / 2) * SECOND, n, n, n % 3)),
  point(other, START + SECOND, 7, 3, 2, P1),
  state(status, START, 1, 'running 100 %\n', 60),
  state(status, START, 2, 'error', 61),
  point(told, START, 0.4, 62, 60),
  profile({ ...told, metric: 'profile' }, START, '{"a":"b\\\\"}', 63),
  alert('a', START),
  alert('a', START, START + SECOND),
  alert('b', START, undefined, { model: 'gru' }),
];

async function fill(store: Store): Promise<void> {
  await store.write({
    ...batch(ITEMS, [
      [P0, 40],
      [P1, 4],
    ]),
    settled: new Map([['e1', START]]),
    notes: new Map([['note', 'what was']]),
    lastSeen: new Map([['e1', START]]),
  });
}

/** Answers to questions of every kind. */
async function answers(store: Store): Promise<unknown> {
  const recalled = await store.recall();
  return {
    series: inOrder(await store.series()),
    points: (await store.points({ ...ALL, metrics: [], from: 0, to: 2 * START, limit: 1000 })).map(
      ({ series, partition, ...rest }) => ({ ...rest, model: series.model, partition: partition.key })
    ),
    rates: await store.aggregate(question({ by: ['model', 'engine'], over: 'avg' })),
    counts: await store.aggregate(question({ by: ['model'], over: 'count' })),
    states: await store.states(ALL, START + 1, START + 2),
    alerts: await store.alerts(alertsQuestion()),
    profiles: await store.profiles(profilesQuestion()),
    mappings: await store.mappings(),
    positions: await store.positions(),
    seen: await store.lastSeen(),
    presence: await store.presence([], -Infinity, Infinity),
    settled: recalled.settled,
    notes: recalled.notes,
    recent: recalled.series('e1', 'rps', 0)?.recent.map(({ offset }) => offset),
  };
}

describe.skipIf(!HAS_INFLUXDB)('InfluxDbStore beside writing and answering (INFLUX_URL)', () => {
  let place: Awaited<ReturnType<typeof makePlace>>;
  let store: Store;
  const others: StorePlace[] = [];
  beforeEach(async () => {
    place = await makePlace();
    store = await place.open();
  });
  afterEach(async () => {
    await store.close();
    await Promise.all([place, ...others.splice(0)].map((each) => each.dispose()));
  });

  it('gives a DuckDB store all that it holds, and takes it back from there', async () => {
    await fill(store);
    const expected = await answers(store);
    const embedded = new DuckDbStore({ path: ':memory:' });
    await embedded.open();
    await embedded.restore(store.dump());
    expect(await answers(embedded)).toEqual(expected);
    const second = await makePlace('dotted');
    others.push(second);
    const taken = await second.open();
    await taken.restore(embedded.dump());
    expect(await answers(taken)).toEqual(expected);
    // A reader that goes on from the position sends what is there already.
    expect(await taken.write(batch(ITEMS))).toEqual([]);
    await expect(taken.restore(embedded.dump())).rejects.toMatchObject({ code: 'not-empty' });
    await embedded.close();
    await taken.close();
  });

  it('takes nothing that is there joined alone, and says so', async () => {
    async function* parts(): AsyncGenerator<StoredPart> {
      yield { ...batch([]), rollups: [{} as StoredPart['rollups'][number]], counted: [] };
    }
    await expect(store.restore(parts())).rejects.toThrow('joins what it has the points of');
  });

  it('deletes what is told of one model, and writes what comes of it later', async () => {
    await fill(store);
    expect(await store.deleteModel('prices', 'lstm')).toEqual({
      ...{ series: 4, points: 53, rollups: 0, profiles: 1, alerts: 1 },
    });
    expect(await store.series()).toEqual([other]);
    expect((await store.alerts(alertsQuestion())).map(({ id }) => id)).toEqual(['b']);
    expect((await store.positions()).get(P0.key)).toBe(40);
    expect(await store.mappings()).toHaveLength(1);
    expect((await store.recall()).series('e1', 'rps', 0)).toBeUndefined();
    const again = ITEMS.filter((item) => item.kind === 'point' && item.series === rps);
    expect(await store.write(batch(again))).toEqual(again);
    expect(await store.deleteModel('prices', 'nobody')).toMatchObject({ series: 0, points: 0 });
  });

  it('deletes by names of any characters what has these names, and nothing else', async () => {
    const name = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 8 }),
      fc.constantFrom(
        '" OR model="lstm',
        'lstm" AND engine="e1',
        "'",
        '\\',
        '',
        '-',
        '%2D',
        'a=b',
        '_measurement',
        '\n'
      )
    );
    await fill(store);
    const before = await answers(store);
    await fc.assert(
      fc.asyncProperty(name, async (model) => {
        await store.write(batch([point({ ...rps, model }, START, 1, 99)]));
        expect(await store.deleteModel('prices', model)).toMatchObject({ series: 1, points: 1 });
        expect(await answers(store)).toEqual(before);
      }),
      { numRuns: 15 }
    );
  });

  it('deletes what is older than points are kept, by whole hours, against the newest of them and not the clock', async () => {
    const short = new InfluxDbStore({ ...place.options, retention: { raw: 3 * HOUR } });
    await short.open();
    const hours = Array.from({ length: 10 }, (_, n) => point(rps, START + n * HOUR, n, n));
    await short.write(batch(hours));
    const own = series('host:8420', 'host:8420', 'self.accepted.rate', undefined, SELF_WORKFLOW);
    await short.write(batch([point(own, Date.now() * 1000, 1, 0)]));
    while (await short.maintain(Date.now() * 1000));
    const asked = question({ from: 0, to: START + 100 * HOUR, width: HOUR, over: 'last' });
    expect((await short.aggregate(asked))[0]?.values).toEqual([6, 7, 8, 9]);
    const left = await short.points({ ...ALL, metrics: ['rps'], from: 0, to: 2 * START, limit: 100 });
    expect(left.map(({ value }) => value)).toEqual([6, 7, 8, 9]);
    await short.close();
  });

  it('tells what is new before it writes any of it, and writes nothing where that fails', async () => {
    const items = [point(rps, START, 1, 0), point(rps, START + 1, 1, 1)];
    await expect(store.write(batch(items), () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await store.series()).toEqual([]);
    const news: ArchiveItem[] = [];
    const seen: number[] = [];
    await store.write(batch(items), async (fresh) => {
      news.push(...fresh);
      seen.push((await store.series()).length);
    });
    expect(news).toEqual(items);
    expect(seen).toEqual([0]);
  });

  it('keeps points of one microsecond apart, however their offsets lie', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(
          fc.oneof(
            fc.nat({ max: 3 }).map((n) => n * 500),
            fc.nat({ max: 5000 }),
            fc.integer({ min: 2 ** 40, max: 2 ** 40 + 1000 })
          ),
          { maxLength: 40, minLength: 2 }
        ),
        fc.nat({ max: 5 }),
        async (offsets, size) => {
          const own = await makePlace();
          const tested = await own.open();
          const items = offsets.map((offset) => point(rps, START, offset, offset));
          for (let at = 0; at < items.length; at += size + 1) {
            await tested.write(batch(items.slice(at, at + size + 1)));
          }
          const value = async (over: 'count' | 'last') => (await tested.aggregate(question({ over })))[0]?.values[0];
          expect(await value('count')).toBe(offsets.length);
          expect(await value('last')).toBe(Math.max(...offsets));
          expect(await tested.write(batch(items))).toEqual([]);
          await tested.close();
          await own.dispose();
        }
      ),
      { numRuns: 12 }
    );
  });

  it('says in words what is wrong with server, token, organisation and buckets', async () => {
    const openError = (changes: Partial<typeof place.options>) =>
      new InfluxDbStore({ ...place.options, ...changes }).open().catch((error: unknown) => error);
    expect(await openError({ url: 'http://127.0.0.1:9' })).toMatchObject({
      ...{ code: 'no-access', message: expect.stringContaining('cannot be reached') },
    });
    expect(await openError({ token: 'wrong' })).toMatchObject({
      ...{ code: 'no-access', message: expect.stringContaining('token') },
    });
    expect(await openError({ bucket: 'nowhere' })).toMatchObject({
      ...{ code: 'not-a-store', message: expect.stringContaining('check --apply') },
    });
    expect(await openError({ org: 'nobody' })).toBeInstanceOf(Error);
    const connection = new Connection({ ...SERVER, bucket: place.options.bucket });
    const kept = await connection.bucket(stateBucket(place.options.bucket));
    const expire = { retentionRules: [{ type: 'expire', everySeconds: 30 * 86_400 }] };
    await connection.call('PATCH', `/api/v2/buckets/${kept?.id}`, expire);
    expect(await openError({})).toMatchObject({ message: expect.stringContaining('expires') });
    expect(await applyBuckets(connection, place.options.bucket)).toHaveLength(1);
    expect(await openError({})).toBeUndefined();
  });
});
