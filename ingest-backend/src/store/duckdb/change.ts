import { BIGINT, LIST, UINTEGER, VARCHAR, listValue, type DuckDBConnection } from '@duckdb/node-api';
import { SELF_WORKFLOW, type Micros } from '@pneumograph/contract';
import type { AlertChange, ArchiveItem, Batch, Mapping } from '../../archive/index.js';
import { wellFormed } from '../names.js';
import { appendAlerts, keyOfAlert, type StagedAlert } from './alerts.js';
import { appendPoints, appendRows, appendSeries, appendStates, Staged, wholeMicros } from './append.js';
import type { Adoption, SeriesRow } from './dictionary.js';
import { replaceNotes, writeSettled } from './engine-tables.js';
import type { Memory, PartitionRow } from './memory.js';
import { HeardChange, writeHeard } from './presence.js';
import { appendProfiles, type StagedProfile } from './profiles.js';
import { ROLLUP_TIERS } from '../tiers/index.js';
import { tableOf, Touched, writeTouched, type TierState } from './tiers/index.js';

/** Everything of a batch that is not in the file yet. */
export interface Change {
  /** What is new, in the batch's order. */
  readonly news: ArchiveItem[];
  readonly staged: Staged;
  readonly alerts: StagedAlert[];
  readonly profiles: StagedProfile[];
  readonly series: SeriesRow[];
  readonly partitions: PartitionRow[];
  readonly positions: Map<PartitionRow, number>;
  readonly mappings: Mapping[];
  readonly adoptions: Adoption[];
  readonly touched: Touched;
  readonly heard: HeardChange;
  readonly settledFirst: Map<string, Micros>;
  readonly settledAgain: Map<string, Micros>;
  readonly notes: Map<string, string>;
}

/** Of each partition the lowest offset in a batch, where it is below the position. */
export function lowestBelow(memory: Memory, { items }: Batch): Map<PartitionRow, number> {
  const lowest = new Map<PartitionRow, number>();
  for (const item of items) {
    // Alerts are known by their ids.
    if (item.kind === 'mapping' || item.kind === 'alert') {
      continue;
    }
    const row = memory.partitions.get(item.partition.key);
    if (row?.position !== undefined && item.offset < row.position) {
      lowest.set(row, Math.min(item.offset, lowest.get(row) ?? Infinity));
    }
  }
  return lowest;
}

/**
 * A batch without what was read before and is there no more, but in rollups: its messages lie before the position, so all
 * of them were written, and its time before the points that are kept.
 */
export function withoutLongPast({ tiers, partitions }: Memory, batch: Batch): Batch {
  const items = batch.items.filter((item) => {
    if (item.kind === 'mapping' || item.kind === 'alert' || item.time >= tiers.horizons.raw) {
      return true;
    }
    const position = partitions.get(wellFormed(item.partition.key))?.position;
    return position === undefined || item.offset >= position;
  });
  return items.length === batch.items.length ? batch : { ...batch, items };
}

/**
 * Finds out what is new. Names and points are taken into memory at once, which a failure undoes by loading anew.
 * @param told changes of alerts that are in the file; takes those of the batch
 * @param fresh whether the file is empty and nothing comes twice
 */
export function stage(memory: Memory, batch: Batch, told: Set<string>, fresh = false): Change {
  const change: Change = {
    news: [],
    staged: new Staged(),
    alerts: [],
    profiles: [],
    series: [],
    partitions: [],
    positions: new Map(),
    mappings: [],
    adoptions: [],
    touched: new Touched(memory.tiers),
    heard: new HeardChange(memory.heard, batch),
    settledFirst: new Map(),
    settledAgain: new Map(),
    notes: new Map(),
  };
  for (const item of batch.items) {
    if (item.kind === 'mapping') {
      const mapping = cleanMapping(item);
      const adoption = memory.adopt(mapping);
      if (adoption !== undefined) {
        change.adoptions.push(adoption);
      }
      if (memory.addMapping(mapping)) {
        change.mappings.push(mapping);
        change.news.push(item);
      }
      continue;
    }
    const partition = memory.partition(item.partition, change.partitions);
    if (item.kind === 'alert') {
      if (isNews(item, told)) {
        change.alerts.push({ alert: item, partition: partition.id });
        change.news.push(item);
      }
      continue;
    }
    const series = memory.dictionary.resolve(item.series, change.series);
    const time = wholeMicros(item.time);
    if (fresh || partition.seen.add(item.offset, series.id, time)) {
      if (item.kind === 'profile' || item.kind === 'message') {
        change.profiles.push({ profile: item, series: series.id, partition: partition.id });
      } else {
        change.staged.push(item, series.id, partition.id);
        change.touched.add(time, item.kind === 'point' ? item.span : 0, item.series.workflow === SELF_WORKFLOW);
      }
      change.news.push(item);
    }
  }
  for (const [partition, position] of batch.positions) {
    const row = memory.partition(partition, change.partitions);
    if (row.position !== position) {
      change.positions.set(row, position);
    }
  }
  moveOn(memory.settled, batch.settled ?? [], change.settledFirst, change.settledAgain);
  for (const [key, content] of batch.notes ?? []) {
    change.notes.set(wellFormed(key), wellFormed(content));
  }
  return change;
}

function isNews(alert: AlertChange, told: Set<string>): boolean {
  const key = keyOfAlert(alert);
  const news = !told.has(key);
  told.add(key);
  return news;
}

/** Sorts out which times are new and which have moved on. */
function moveOn(
  known: ReadonlyMap<string, Micros>,
  told: Iterable<readonly [string, Micros]>,
  first: Map<string, Micros>,
  again: Map<string, Micros>
): void {
  for (const [name, time] of told) {
    const engine = wellFormed(name);
    const before = known.get(engine);
    if (Number.isFinite(time) && (before === undefined || time > before)) {
      (before === undefined ? first : again).set(engine, wholeMicros(time));
    }
  }
}

/** Writes what is new, within a transaction. */
export async function apply(writer: DuckDBConnection, change: Change, tiers: TierState): Promise<void> {
  await appendSeries(writer, change.series);
  await appendPoints(writer, change.staged);
  await appendStates(writer, change.staged);
  await appendAlerts(writer, change.alerts);
  await appendProfiles(writer, change.profiles);
  for (const adoption of change.adoptions) {
    await adoptSeries(writer, adoption);
  }
  await appendRows(
    writer,
    'mappings',
    [BIGINT, VARCHAR, VARCHAR, VARCHAR, VARCHAR, VARCHAR],
    change.mappings.map(({ time, engine, engineName, workflow, model, asset }) => [
      BigInt(time),
      engine,
      engineName ?? null,
      workflow,
      model,
      asset ?? null,
    ])
  );
  const partitions = change.partitions.map(({ id, key }) => [id, key, null]);
  await appendRows(writer, 'partitions', [UINTEGER, VARCHAR, BIGINT], partitions);
  if (change.positions.size > 0) {
    await writer.run(
      `UPDATE partitions SET position = news.position
       FROM (SELECT unnest($ids) AS id, unnest($positions) AS position) news WHERE partitions.id = news.id`,
      {
        ids: listValue([...change.positions.keys()].map(({ id }) => id)),
        positions: listValue([...change.positions.values()].map(BigInt)),
      },
      { ids: LIST(UINTEGER), positions: LIST(BIGINT) }
    );
  }
  await writeTouched(writer, change.touched, tiers);
  await writeHeard(writer, change.heard);
  await writeSettled(writer, change.settledFirst, change.settledAgain);
  await replaceNotes(writer, change.notes);
}

export function isEmpty({ news, positions, heard, settledFirst, settledAgain, notes }: Change): boolean {
  const sizes = [positions, heard, settledFirst, settledAgain, notes].map(({ size }) => size);
  return news.length === 0 && sizes.every((size) => size === 0);
}

/** Gives the series of an engine that nobody knew their names under the model. */
async function adoptSeries(writer: DuckDBConnection, { renamed, joined }: Adoption): Promise<void> {
  for (const { id, workflow, model, engine } of renamed) {
    await writer.run('UPDATE series SET workflow = $workflow, model = $model, engine = $engine WHERE id = $id', {
      id,
      workflow,
      model,
      engine,
    });
  }
  for (const [from, to] of joined) {
    // Several rollups of one series and bucket join when they are asked for.
    for (const table of ['points', 'states', 'profiles', 'counted', ...ROLLUP_TIERS.map(tableOf)]) {
      await writer.run(`UPDATE ${table} SET series = $to WHERE series = $from`, { from, to });
    }
    await writer.run('DELETE FROM series WHERE id = $from', { from });
  }
}

/** What only a commit makes true. */
export function remember(memory: Memory, change: Change): void {
  for (const [partition, position] of change.positions) {
    partition.position = position;
    partition.seen.forgetBefore(position);
  }
  memory.tiers.remember(change.touched);
  change.heard.remember(memory.heard);
  for (const [engine, time] of [...change.settledFirst, ...change.settledAgain]) {
    memory.settled.set(engine, time);
  }
  change.notes.forEach((content, key) => (content === '' ? memory.notes.delete(key) : memory.notes.set(key, content)));
}

function cleanMapping(mapping: Mapping): Mapping {
  const { time, engine, engineName, workflow, model, asset } = mapping;
  return {
    kind: 'mapping',
    time: wholeMicros(time),
    engine: wellFormed(engine),
    engineName: engineName === undefined ? undefined : wellFormed(engineName),
    workflow: wellFormed(workflow),
    model: wellFormed(model),
    asset: asset === undefined ? undefined : wellFormed(asset),
  };
}
