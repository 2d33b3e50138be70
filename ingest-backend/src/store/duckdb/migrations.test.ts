import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ALL, batch, point, question, series } from '../contract-items.js';
import { alertsQuestion, alert } from '../contract-monitored.js';
import { DuckDbStore } from './duckdb-store.js';
import { askOf, runIn } from './file-for-tests.js';
import { SCHEMA_VERSION } from './schema.js';

const START = 1520272365e6;
const HOUR = 3600e6;

describe('a file of an earlier version', () => {
  let folder: string;
  let path: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'pneumograph-store-'));
    path = join(folder, 'test.duckdb');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it.each([1, 2, 3, 4, 5])('of %i has what was in it, tiers, and goes on', async (version) => {
    await runIn(path, [
      ...(MADE_BY[version] as readonly string[]),
      `INSERT INTO meta VALUES (${version})`,
      ...SOME_POINTS,
      ...(version === 1
        ? [`INSERT INTO last_seen VALUES ('e1', ${START})`]
        : [`INSERT INTO heard VALUES (0, 'e1', ${START}, ${START}, ${START}, ${START}, 0)`]),
      ...(version < 3 ? [] : alertsOf(version)),
      ...(version < 5 ? [] : MARKS),
    ]);
    const store = new DuckDbStore({ path, retention: { raw: HOUR } });
    const known = series('lstm', 'e1', 'rps', 0);
    for (let opened = 0; opened < 2; opened++) {
      await store.open();
      expect((await store.positions()).get('kafka/notify/0')).toBe(100);
      expect((await store.lastSeen()).get('e1')).toBe(START);
      expect((await store.mappings()).map(({ model }) => model)).toEqual(['lstm']);
      expect((await store.states(ALL, START, START + 1)).map(({ texts }) => texts)).toEqual([['RUNNING']]);
      expect((await store.series()).map(({ metric }) => metric).sort()).toEqual(['engine.status', 'rps']);
      const asked = question({ from: START - HOUR, to: START + 20 * HOUR, width: HOUR, over: 'sum' });
      expect((await store.aggregate(asked))[0]?.values.reduce((a, b) => a + b)).toBe(4950);
      const alerts = await store.alerts(alertsQuestion({ from: 0, to: 2 * START }));
      expect(alerts.map(({ id, state, endsAt }) => [id, state, endsAt])).toEqual(
        version < 3
          ? []
          : [
              ['b', 'firing', undefined],
              ['a', 'resolved', START + 5],
            ]
      );
      // The second time most points are in tiers alone.
      while (await store.maintain(START + 20 * HOUR));
      expect(await store.resolution(START)).toBeGreaterThan(0);
      await store.close();
    }
    await store.open();
    expect(await store.write(batch([point(known, START + 99 * 600e6, 99, 99)]))).toEqual([]);
    const news = [point(known, START + 20 * HOUR, 1, 100), alert('c', START + 20 * HOUR)];
    expect(await store.write(batch(news))).toEqual(news);
    await store.close();
    expect(await versionOf(path)).toBe(SCHEMA_VERSION);
  });

  it('of 1 has its sightings taken over', async () => {
    await runIn(path, [
      ...VERSION_1,
      'INSERT INTO meta VALUES (1)',
      ...ONE_POINT,
      `INSERT INTO last_seen VALUES ('e1', ${START}), ('e2', ${START + 5})`,
    ]);
    const store = new DuckDbStore({ path });
    for (let n = 0; n < 2; n++) {
      await store.open();
      expect(await store.lastSeen()).toEqual(
        new Map([
          ['e1', START],
          ['e2', START + 5],
        ])
      );
      expect(await store.aggregate(question())).toHaveLength(1);
      await store.close();
    }
    await store.open();
    await store.write(
      batch(
        [],
        [],
        [
          ['e2', START + 1e9],
          ['e3', START],
        ]
      )
    );
    expect([...(await store.presence([], START, Infinity)).values()].map(({ stretches }) => stretches.length)).toEqual([
      1, 2, 1,
    ]);
    await store.close();
  });

  it('of 5 has its minutes sorted, which it sorted by the day', async () => {
    const day = Math.floor(START / (24 * HOUR)) * 24 * HOUR;
    const [later, earlier] = [day + 24 * HOUR - 60e6, day + 23 * HOUR];
    const rollup = (series: number, time: number) =>
      `INSERT INTO rollups_1m VALUES (1, ${series}, ${time}, 1, 1, 1, 1, 1, 0, 0, 0, NULL, 0, NULL, NULL, [0], [1])`;
    await runIn(path, [
      ...(MADE_BY[5] as readonly string[]),
      'INSERT INTO meta VALUES (5)',
      "INSERT INTO series (id, workflow, model, slot, engine, metric) VALUES (0, 'prices', 'lstm', 0, 'e1', 'rps')",
      `INSERT INTO points VALUES (0, ${day + 48 * HOUR}, 1, 1, 0, 0)`,
      ...[rollup(1, later), rollup(0, later), rollup(1, earlier), rollup(0, earlier)],
      `INSERT INTO loose VALUES ('1m', ${day})`,
    ]);
    const store = new DuckDbStore({ path });
    await store.open();
    while (await store.maintain(day + 48 * HOUR));
    await store.close();
    const rows = await askOf(path, 'SELECT series, time::DOUBLE FROM rollups_1m ORDER BY rowid');
    expect(rows).toEqual([0, 1].flatMap((series) => [earlier, later].map((time) => [series, time])));
    expect(await askOf(path, "FROM loose WHERE tier = '1m'")).toEqual([]);
  });

  it('of 2 takes what later versions tell', async () => {
    await runIn(path, [
      ...VERSION_2,
      'INSERT INTO meta VALUES (2)',
      ...ONE_POINT,
      `INSERT INTO heard VALUES (0, 'e1', ${START}, ${START}, ${START}, ${START}, 0)`,
      "INSERT INTO partitions VALUES (0, 'kafka/notify/0', 0)",
    ]);
    const store = new DuckDbStore({ path });
    const known = series('lstm', 'e1', 'rps', 0);
    const told = { ...series('lstm', '', 'drift.psi', 0), monitor: 'drift', feature: 'close' };
    for (const news of [[point(told, START, 0.4, 1), alert('a', START)], []]) {
      await store.open();
      const items = [point(known, START, 1, 0), ...news];
      expect(await store.write(batch(items))).toEqual(news);
      expect(await store.series()).toEqual([known, told]);
      expect(await store.aggregate(question({ monitors: [] }))).toHaveLength(1);
      expect(await store.alerts(alertsQuestion())).toHaveLength(1);
      expect((await store.lastSeen()).get('e1')).toBe(START);
      await store.close();
    }
  });
});

/** The statements by which version 1 made its tables. */
const VERSION_1 = [
  'CREATE TABLE meta (schema_version INTEGER NOT NULL)',
  `CREATE TABLE series (id UINTEGER NOT NULL, workflow VARCHAR NOT NULL, model VARCHAR NOT NULL, slot UINTEGER,
     engine VARCHAR NOT NULL, metric VARCHAR NOT NULL)`,
  `CREATE TABLE points (series UINTEGER NOT NULL, time BIGINT NOT NULL, value DOUBLE NOT NULL, span DOUBLE NOT NULL,
     partition UINTEGER NOT NULL, "offset" BIGINT NOT NULL)`,
  `CREATE TABLE states (series UINTEGER NOT NULL, time BIGINT NOT NULL, code INTEGER NOT NULL, text VARCHAR NOT NULL,
     partition UINTEGER NOT NULL, "offset" BIGINT NOT NULL)`,
  'CREATE TABLE partitions (id UINTEGER NOT NULL, key VARCHAR NOT NULL, position BIGINT)',
  `CREATE TABLE mappings (time BIGINT NOT NULL, engine VARCHAR NOT NULL, engine_name VARCHAR, workflow VARCHAR NOT NULL,
     model VARCHAR NOT NULL, asset VARCHAR)`,
  'CREATE TABLE last_seen (engine VARCHAR NOT NULL, time BIGINT NOT NULL)',
];

/** What version 2 had instead of `last_seen`. */
const ADDED_IN_2 = [
  `CREATE TABLE heard (id UINTEGER NOT NULL, engine VARCHAR NOT NULL, born BIGINT NOT NULL, begins BIGINT NOT NULL,
     first BIGINT NOT NULL, ends BIGINT NOT NULL, rest BIGINT NOT NULL)`,
  `CREATE TABLE presence (engine UINTEGER NOT NULL, begins BIGINT NOT NULL, first BIGINT NOT NULL, ends BIGINT NOT NULL,
     rest BIGINT NOT NULL)`,
  'CREATE TABLE settled (engine VARCHAR NOT NULL, time BIGINT NOT NULL)',
  'CREATE TABLE notes (key VARCHAR NOT NULL, content VARCHAR NOT NULL)',
];

/** And version 3 beside it, where series told of monitors too. */
const ADDED_IN_3 = [
  'ALTER TABLE series ADD COLUMN monitor VARCHAR',
  'ALTER TABLE series ADD COLUMN feature VARCHAR',
  `CREATE TABLE alerts (id VARCHAR NOT NULL, state VARCHAR NOT NULL, time BIGINT NOT NULL, starts_at BIGINT NOT NULL,
     severity VARCHAR NOT NULL, monitor VARCHAR NOT NULL, workflow VARCHAR NOT NULL, model VARCHAR NOT NULL,
     slot UINTEGER, engine VARCHAR NOT NULL, feature VARCHAR, name VARCHAR NOT NULL, text VARCHAR NOT NULL,
     value DOUBLE, evidence VARCHAR, partition UINTEGER NOT NULL, "offset" BIGINT NOT NULL)`,
  `CREATE TABLE profiles (series UINTEGER NOT NULL, time BIGINT NOT NULL, span DOUBLE NOT NULL, content VARCHAR NOT NULL,
     partition UINTEGER NOT NULL, "offset" BIGINT NOT NULL)`,
];

/** In version 4 alerts had steps. */
const ADDED_IN_4 = ['number UINTEGER', 'labels VARCHAR', 'link VARCHAR', 'reason VARCHAR'].map(
  (column) => `ALTER TABLE alerts ADD COLUMN ${column}`
);

/** And version 5 had points joined by time. */
const ADDED_IN_5 = [
  ...['1h', '1m'].map(
    (tier) => `CREATE TABLE rollups_${tier} (metric UINTEGER NOT NULL, series UINTEGER NOT NULL, time BIGINT NOT NULL,
     count UINTEGER NOT NULL, sum DOUBLE, min DOUBLE, max DOUBLE, last DOUBLE, last_at UINTEGER, span DOUBLE NOT NULL,
     weighted DOUBLE, share DOUBLE, covered UINTEGER NOT NULL, begins UINTEGER, ends UINTEGER,
     cells INTEGER[] NOT NULL, counts UINTEGER[] NOT NULL)`
  ),
  'CREATE TABLE dirty (tier VARCHAR NOT NULL, chunk BIGINT NOT NULL)',
  'CREATE TABLE horizons (tier VARCHAR NOT NULL, since BIGINT NOT NULL)',
  'CREATE TABLE loose (tier VARCHAR NOT NULL, begins BIGINT NOT NULL)',
  `CREATE TABLE counted (series UINTEGER NOT NULL, time BIGINT NOT NULL, partition UINTEGER NOT NULL,
     "offset" BIGINT NOT NULL)`,
];

const VERSION_2 = [...VERSION_1.filter((statement) => !statement.includes('last_seen')), ...ADDED_IN_2];
const MADE_BY: Readonly<Record<number, readonly string[]>> = {
  1: VERSION_1,
  2: VERSION_2,
  3: [...VERSION_2, ...ADDED_IN_3],
  4: [...VERSION_2, ...ADDED_IN_3, ...ADDED_IN_4],
  5: [...VERSION_2, ...ADDED_IN_3, ...ADDED_IN_4, ...ADDED_IN_5],
};

/** A hundred points, one every ten minutes, and a state. */
const SOME_POINTS = [
  'INSERT INTO series (id, workflow, model, slot, engine, metric) VALUES ' +
    "(0, 'prices', 'lstm', 0, 'e1', 'rps'), (1, 'prices', 'lstm', NULL, 'e1', 'engine.status')",
  `INSERT INTO points SELECT 0, ${START} + n * 600000000, n, 1, 0, n FROM range(100) t(n)`,
  `INSERT INTO points VALUES (1, ${START}, 1, 0, 0, 0)`,
  `INSERT INTO states VALUES (1, ${START}, 1, 'RUNNING', 0, 0)`,
  "INSERT INTO partitions VALUES (0, 'kafka/notify/0', 100)",
  `INSERT INTO mappings VALUES (${START}, 'e1', NULL, 'prices', 'lstm', NULL)`,
];

/** That rollups are to be made of the points. */
const MARKS = ['1m', '1h'].map((tier) => {
  const chunk = tier === '1m' ? 600e6 : HOUR;
  return `INSERT INTO dirty SELECT DISTINCT '${tier}', (time - 1000000 * part) // ${chunk} * ${chunk}
    FROM points, range(2) parts(part)`;
});

/** One that is over, one that is not. */
function alertsOf(version: number): string[] {
  return [
    ['a', 'firing', 0, 1],
    ['a', 'resolved', 5, 2],
    ['b', 'firing', 6, 1],
  ].map(
    ([id, state, after, number]) =>
      `INSERT INTO alerts (id, state, time, starts_at, severity, monitor, workflow, model, slot, engine, name, text,
         partition, "offset"${version < 4 ? '' : ', number'})
       VALUES ('${id}', '${state}', ${START + Number(after)}, ${START + (id === 'a' ? 0 : 6)}, 'warning', 'drift', 'prices',
         'lstm', 0, 'e1', 'Drift', 'it drifts', 0, 0${version < 4 ? '' : `, ${number}`})`
  );
}

const ONE_POINT = [
  "INSERT INTO series VALUES (0, 'prices', 'lstm', 0, 'e1', 'rps')",
  `INSERT INTO points VALUES (0, ${START}, 1, 1, 0, 0)`,
];

async function versionOf(path: string): Promise<unknown> {
  return (await askOf(path, 'SELECT schema_version FROM meta'))[0]?.[0];
}
