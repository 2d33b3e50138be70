import type { DuckDBConnection } from '@duckdb/node-api';
import type { Micros } from '@pneumograph/contract';
import type { Mapping, Partition } from '../../archive/index.js';
import { wellFormed } from '../names.js';
import { Dictionary, type Adoption } from './dictionary.js';
import { loadHeard, type HeardRow } from './presence.js';
import { SeenPoints } from './seen.js';
import { TierState } from './tiers/index.js';

/** A partition with the number it goes by in the tables. */
export interface PartitionRow {
  readonly id: number;
  readonly key: string;
  /** Undefined until a batch says one. */
  position: number | undefined;
  /** What would come again if the partition were read again from its position. */
  readonly seen: SeenPoints;
}

/** What the writer keeps in memory of what is in the file; loaded when it opens, and again after a failed write. */
export class Memory {
  readonly dictionary = new Dictionary();
  readonly partitions = new Map<string, PartitionRow>();
  readonly #partitionOf = new WeakMap<Partition, PartitionRow>();
  heard = new Map<string, HeardRow>();
  tiers = new TierState();
  readonly settled = new Map<string, Micros>();
  readonly notes = new Map<string, string>();
  readonly mappings: Mapping[] = [];
  readonly #mappingKeys = new Set<string>();
  readonly #mappedEngines = new Set<string>();

  /** @param created takes the row where it is new and still has to be written */
  partition(partition: Partition, created: PartitionRow[]): PartitionRow {
    let row = this.#partitionOf.get(partition);
    if (row === undefined) {
      const key = wellFormed(partition.key);
      row = this.partitions.get(key);
      if (row === undefined) {
        row = { id: this.partitions.size, key, position: undefined, seen: new SeenPoints() };
        this.partitions.set(key, row);
        created.push(row);
      }
      this.#partitionOf.set(partition, row);
    }
    return row;
  }

  /** Takes in a mapping. @returns false where it is known already. */
  addMapping(mapping: Mapping): boolean {
    const { time, engine, engineName, workflow, model, asset } = mapping;
    const key = JSON.stringify([time, engine, engineName ?? null, workflow, model, asset ?? null]);
    if (this.#mappingKeys.has(key)) {
      return false;
    }
    this.#mappingKeys.add(key);
    this.#mappedEngines.add(engine);
    this.mappings.push(mapping);
    return true;
  }

  /** What was stored of an engine before its first mapping becomes the model's. Call it before the mapping is added. */
  adopt({ engine, engineName, workflow, model }: Mapping): Adoption | undefined {
    if (this.#mappedEngines.has(engine)) {
      return undefined;
    }
    const adoption = this.dictionary.adopt([engine, ...(engineName === undefined ? [] : [engineName])], {
      workflow,
      model,
      engine,
    });
    for (const [from, to] of adoption.joined) {
      this.partitions.forEach(({ seen }) => seen.join(from, to));
    }
    return adoption;
  }

  static async load(connection: DuckDBConnection): Promise<Memory> {
    const memory = new Memory();
    const rows = async (sql: string) => (await connection.runAndReadAll(sql)).getRows();

    const series = 'SELECT id, workflow, model, engine, metric, slot, monitor, feature FROM series ORDER BY id';
    for (const row of await rows(series)) {
      const [id, workflow, model, engine, metric] = row as [number, string, string, string, string];
      const [slot, monitor, feature] = row.slice(5) as [number | null, string | null, string | null];
      memory.dictionary.restore({
        ...{ id, workflow, model, engine, metric },
        slot: slot ?? undefined,
        monitor: monitor ?? undefined,
        feature: feature ?? undefined,
      });
    }
    const byId = new Map<number, PartitionRow>();
    for (const row of await rows('SELECT id, key, position::DOUBLE FROM partitions ORDER BY id')) {
      const [id, key, position] = row as [number, string, number | null];
      const partition = { id, key, position: position ?? undefined, seen: new SeenPoints() };
      memory.partitions.set(key, partition);
      byId.set(id, partition);
    }
    memory.heard = await loadHeard(connection);
    for (const row of await rows('SELECT engine, time::DOUBLE FROM settled')) {
      const [engine, time] = row as [string, number];
      memory.settled.set(engine, time);
    }
    for (const row of await rows('SELECT key, content FROM notes')) {
      const [key, content] = row as [string, string];
      memory.notes.set(key, content);
    }
    const mappings = 'SELECT time::DOUBLE, engine, engine_name, workflow, model, asset FROM mappings ORDER BY rowid';
    for (const row of await rows(mappings)) {
      const [time, engine, name, workflow, model, asset] = row as [number, string, string?, string?, string?, string?];
      memory.addMapping({
        kind: 'mapping',
        time,
        engine,
        engineName: name ?? undefined,
        workflow: workflow ?? '',
        model: model ?? '',
        asset: asset ?? undefined,
      });
    }
    memory.tiers = await TierState.load(connection);
    await loadSeen(connection, byId);
    return memory;
  }
}

/** The points and profiles, kept or not, that reading again from the positions would bring again. */
async function loadSeen(connection: DuckDBConnection, partitions: ReadonlyMap<number, PartitionRow>): Promise<void> {
  const reader = await connection.runAndReadAll(`
    SELECT p.partition, p."offset"::DOUBLE, p.series, p.time::DOUBLE
    FROM (
      SELECT partition, "offset", series, time FROM points
      UNION ALL SELECT partition, "offset", series, time FROM counted
      UNION ALL SELECT partition, "offset", series, time FROM profiles) p
    JOIN partitions q ON p.partition = q.id
    WHERE q.position IS NULL OR p."offset" >= q.position`);
  const [ids = [], offsets = [], series = [], times = []] = reader.getColumns() as number[][];
  for (let row = 0; row < ids.length; row++) {
    const seen = partitions.get(ids[row] as number)?.seen;
    seen?.add(offsets[row] as number, series[row] as number, times[row] as number);
  }
}
