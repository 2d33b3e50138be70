import { BIGINT, DOUBLE, INTEGER, LIST, UINTEGER, listValue, type DuckDBConnection } from '@duckdb/node-api';
import { TIER_WIDTH, type Rollup, type StoredPart, type Tier } from '../store.js';
import { appendRows, appendSeries, appendStates, Staged } from './append.js';
import { apply, remember, stage } from './change.js';
import type { SeriesRow } from './dictionary.js';
import type { Memory } from './memory.js';
import { metricHash, tableOf } from './tiers/index.js';
import { whole } from './whole.js';

/** Whether nothing was ever written to a file. */
export async function isVirgin(connection: DuckDBConnection): Promise<boolean> {
  const tables = ['series', 'partitions', 'mappings', 'heard', 'settled', 'notes', 'alerts'];
  const counts = tables.map((table) => `(SELECT count(*) FROM ${table})`).join(' + ');
  return (await connection.runAndReadAll(`SELECT (${counts})::DOUBLE`)).getRows()[0]?.[0] === 0;
}

/** Takes a part into a file that holds nothing but the parts before it, within a transaction. */
export async function restorePart(writer: DuckDBConnection, memory: Memory, part: StoredPart): Promise<void> {
  await restoreRollups(writer, memory, part.rollups);
  const { raw } = memory.tiers.horizons;
  // The points that these states are as well are part of rollups.
  const old = part.items.filter((item) => item.kind === 'state' && item.time < raw);
  const change = stage(memory, { ...part, items: part.items.filter((item) => !old.includes(item)) }, new Set(), true);
  const states = new Staged();
  for (const item of old) {
    if (item.kind === 'state') {
      const series = memory.dictionary.resolve(item.series, change.series);
      states.push(item, series.id, memory.partition(item.partition, change.partitions).id);
    }
  }
  await appendStates(writer, states);
  await apply(writer, change, memory.tiers);
  remember(memory, change);
}

const TYPES = [
  ...[UINTEGER, UINTEGER, BIGINT, UINTEGER, DOUBLE, DOUBLE, DOUBLE, DOUBLE, UINTEGER, DOUBLE, DOUBLE, DOUBLE],
  ...[UINTEGER, UINTEGER, UINTEGER, LIST(INTEGER), LIST(UINTEGER)],
];

async function restoreRollups(writer: DuckDBConnection, memory: Memory, rollups: readonly Rollup[]): Promise<void> {
  const created: SeriesRow[] = [];
  for (const tier of new Set(rollups.map((rollup) => rollup.tier))) {
    const own = rollups.filter((rollup) => rollup.tier === tier);
    const rows = own.map((rollup) => {
      const { series, time, count, sum, min, max, last, lastTime, span, weighted, share, covered } = rollup;
      const row = memory.dictionary.resolve(series, created);
      return [
        ...[metricHash(row.metric), row.id, BigInt(time), count, sum ?? null, min ?? null, max ?? null, last ?? null],
        ...[lastTime === undefined ? null : lastTime - time, span, weighted ?? null, share ?? null, covered],
        ...[rollup.begins ?? null, rollup.ends ?? null, listValue([...rollup.cells]), listValue([...rollup.counts])],
      ];
    });
    await appendRows(writer, tableOf(tier), TYPES, rows);
    const [first, last] = own.reduce(
      ([a, b], { time }) => [Math.min(a, time), Math.max(b, time + TIER_WIDTH[tier])],
      [Infinity, -Infinity]
    );
    // Rollups come from the time before raw points are kept; where there are none by the minute, those by the hour speak.
    await setHorizon(writer, memory, 'raw', Math.max(memory.tiers.horizons.raw, Math.ceil(last / HOUR) * HOUR));
    if (tier === '1m') {
      const since = memory.tiers.horizons['1m'];
      const finest = Math.ceil(first / HOUR) * HOUR;
      await setHorizon(writer, memory, '1m', since === -Infinity ? finest : Math.min(since, finest));
    }
  }
  await appendSeries(writer, created);
}

const HOUR = TIER_WIDTH['1h'];

async function setHorizon(writer: DuckDBConnection, { tiers }: Memory, tier: Tier, since: number): Promise<void> {
  await writer.run('DELETE FROM horizons WHERE tier = $tier', { tier });
  await writer.run('INSERT INTO horizons VALUES ($tier, $since)', { tier, since: whole(since) });
  tiers.horizons = { ...tiers.horizons, [tier]: since };
}
