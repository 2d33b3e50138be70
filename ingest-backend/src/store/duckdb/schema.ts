import { randomUUID } from 'node:crypto';
import type { DuckDBConnection } from '@duckdb/node-api';
import { StoreError } from '../errors.js';
import { LOOK_AHEAD } from '../store.js';
import { ROLLUP_TIERS } from '../tiers/index.js';
import { CHUNK, rollupTableSql } from './tiers/index.js';

/** Grows with each change that an older version could not read, or that is made once of what is there. */
export const SCHEMA_VERSION = 6;

/** When engines were heard of: the stretch of each that may still grow, and those that are over. */
const PRESENCE = [
  `CREATE TABLE heard (id UINTEGER NOT NULL, engine VARCHAR NOT NULL, born BIGINT NOT NULL, begins BIGINT NOT NULL,
     first BIGINT NOT NULL, ends BIGINT NOT NULL, rest BIGINT NOT NULL)`,
  `CREATE TABLE presence (engine UINTEGER NOT NULL, begins BIGINT NOT NULL, first BIGINT NOT NULL, ends BIGINT NOT NULL,
     rest BIGINT NOT NULL)`,
];

/** What derivation wants back after a restart. */
const RECALL = [
  'CREATE TABLE settled (engine VARCHAR NOT NULL, time BIGINT NOT NULL)',
  'CREATE TABLE notes (key VARCHAR NOT NULL, content VARCHAR NOT NULL)',
];

/** What tells a step of an alert, beside its id, and what goes with it. */
const STEPS = ['number UINTEGER', 'labels VARCHAR', 'link VARCHAR', 'reason VARCHAR'];

/** What monitors tell beside points. A row of `alerts` is a step of one. */
const MONITORED = [
  `CREATE TABLE alerts (id VARCHAR NOT NULL, state VARCHAR NOT NULL, time BIGINT NOT NULL, starts_at BIGINT NOT NULL,
     severity VARCHAR NOT NULL, monitor VARCHAR NOT NULL, workflow VARCHAR NOT NULL, model VARCHAR NOT NULL,
     slot UINTEGER, engine VARCHAR NOT NULL, feature VARCHAR, name VARCHAR NOT NULL, text VARCHAR NOT NULL,
     value DOUBLE, evidence VARCHAR, partition UINTEGER NOT NULL, "offset" BIGINT NOT NULL)`,
  `CREATE TABLE profiles (series UINTEGER NOT NULL, time BIGINT NOT NULL, span DOUBLE NOT NULL, content VARCHAR NOT NULL,
     partition UINTEGER NOT NULL, "offset" BIGINT NOT NULL)`,
];

const ALTER_STEPS = STEPS.map((column) => `ALTER TABLE alerts ADD COLUMN ${column}`);
/**
 * Points joined by time, see `rollupTableSql`; chunks whose rollups are still to be made; since when each tier is there;
 * stretches of rollups that are to be sorted; and of points that are there no more those that may be read again.
 */
const ROLLUPS = [
  ...ROLLUP_TIERS.map(rollupTableSql),
  'CREATE TABLE dirty (tier VARCHAR NOT NULL, chunk BIGINT NOT NULL)',
  'CREATE TABLE horizons (tier VARCHAR NOT NULL, since BIGINT NOT NULL)',
  'CREATE TABLE loose (tier VARCHAR NOT NULL, begins BIGINT NOT NULL)',
  `CREATE TABLE counted (series UINTEGER NOT NULL, time BIGINT NOT NULL, partition UINTEGER NOT NULL,
     "offset" BIGINT NOT NULL)`,
];

/** Rollups are still to be made of all points that are there. */
const MARK_ALL = ROLLUP_TIERS.map(
  (tier) => `INSERT INTO dirty
    SELECT DISTINCT '${tier}', unnest(range(
      floor((time - least(span * 1e6, ${LOOK_AHEAD})) / ${CHUNK[tier]})::BIGINT,
      floor(time / ${CHUNK[tier]})::BIGINT + 1)) * ${CHUNK[tier]}
    FROM points`
);

/** What makes a store of version n one of version n + 1. */
const MIGRATIONS: Readonly<Record<number, readonly string[]>> = {
  1: [
    ...PRESENCE,
    ...RECALL,
    `INSERT INTO heard SELECT row_number() OVER (ORDER BY engine) - 1, engine, time, time, time, time, 0
     FROM (SELECT engine, max(time) AS time FROM last_seen GROUP BY engine)`,
    'DROP TABLE last_seen',
  ],
  2: ['ALTER TABLE series ADD COLUMN monitor VARCHAR', 'ALTER TABLE series ADD COLUMN feature VARCHAR', ...MONITORED],
  3: [...ALTER_STEPS, `UPDATE alerts SET number = if(state = 'firing', 1, 2)`],
  4: [...ROLLUPS, ...MARK_ALL],
  // Minutes were sorted by the day, and are by the quarter of one.
  5: [
    `INSERT INTO loose SELECT tier, begins + part * 6 * 3600000000 FROM loose, range(1, 4) parts(part) WHERE tier = '1m'`,
  ],
};

/**
 * Times are microseconds since the epoch. No keys and no indexes: uniqueness is held by the dictionary and the seen
 * points in memory, and rows lie in the order of time anyway, which the min-max index of each row group makes use of.
 */
const TABLES = [
  'CREATE TABLE meta (schema_version INTEGER NOT NULL)',
  `INSERT INTO meta VALUES (${SCHEMA_VERSION})`,
  `CREATE TABLE series (id UINTEGER NOT NULL, workflow VARCHAR NOT NULL, model VARCHAR NOT NULL, slot UINTEGER,
     engine VARCHAR NOT NULL, metric VARCHAR NOT NULL, monitor VARCHAR, feature VARCHAR)`,
  `CREATE TABLE points (series UINTEGER NOT NULL, time BIGINT NOT NULL, value DOUBLE NOT NULL, span DOUBLE NOT NULL,
     partition UINTEGER NOT NULL, "offset" BIGINT NOT NULL)`,
  `CREATE TABLE states (series UINTEGER NOT NULL, time BIGINT NOT NULL, code INTEGER NOT NULL, text VARCHAR NOT NULL,
     partition UINTEGER NOT NULL, "offset" BIGINT NOT NULL)`,
  'CREATE TABLE partitions (id UINTEGER NOT NULL, key VARCHAR NOT NULL, position BIGINT)',
  `CREATE TABLE mappings (time BIGINT NOT NULL, engine VARCHAR NOT NULL, engine_name VARCHAR, workflow VARCHAR NOT NULL,
     model VARCHAR NOT NULL, asset VARCHAR)`,
  ...PRESENCE,
  ...RECALL,
  ...MONITORED,
  ...ROLLUPS,
  ...ALTER_STEPS,
];

/** Creates the tables in a new file; brings those of an older version up to date; refuses what it cannot read. */
export async function prepareSchema(connection: DuckDBConnection, path: string): Promise<void> {
  const tables = await connection.runAndReadAll('SELECT table_name FROM duckdb_tables()');
  const names = tables.getColumns()[0] ?? [];
  if (names.length === 0) {
    return runAll(connection, TABLES);
  }
  if (!names.includes('meta') || !names.includes('points')) {
    throw new StoreError(
      'not-a-store',
      `${path}: expected a Pneumograph store, found a DuckDB file with other tables (${names.slice(0, 5).join(', ')}). ` +
        'Choose another path in store.path.'
    );
  }
  const found = (await connection.runAndReadAll('SELECT schema_version FROM meta')).getColumns()[0]?.[0];
  if (typeof found !== 'number' || found > SCHEMA_VERSION) {
    throw new StoreError(
      'newer-version',
      `${path}: expected a store of version ${SCHEMA_VERSION} or older, found version ${String(found)}. ` +
        'A newer Pneumograph wrote it: start that one, or choose another path in store.path.'
    );
  }
  for (let version = found; version < SCHEMA_VERSION; version++) {
    await runAll(connection, [...(MIGRATIONS[version] ?? []), `UPDATE meta SET schema_version = ${version + 1}`]);
  }
}

async function runAll(connection: DuckDBConnection, statements: readonly string[]): Promise<void> {
  await connection.run('BEGIN');
  for (const statement of statements) {
    await connection.run(statement);
  }
  await connection.run('COMMIT');
}

/** What tells this file from others. Not part of the version: older versions do without it. */
export async function readIdentity(connection: DuckDBConnection): Promise<string> {
  await connection.run('CREATE TABLE IF NOT EXISTS identity (id VARCHAR NOT NULL)');
  await connection.run('INSERT INTO identity SELECT $id WHERE NOT EXISTS (SELECT 1 FROM identity)', {
    id: randomUUID(),
  });
  return (await connection.runAndReadAll('SELECT id FROM identity')).getColumns()[0]?.[0] as string;
}
