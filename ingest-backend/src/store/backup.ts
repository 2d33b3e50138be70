import { createHash } from 'node:crypto';
import type { ArchiveItem, Partition, Series } from '../archive/index.js';
import type { Rollup, StoredPart } from './store.js';

const FORMAT = 'pneumograph-backup';
const VERSION = 1;

/** How much a backup holds. */
export interface BackupCounts {
  readonly points: number;
  readonly states: number;
  readonly alerts: number;
  readonly profiles: number;
  readonly mappings: number;
  readonly rollups: number;
  /** Absent where there are none, as in what older versions wrote. */
  readonly messages?: number;
}

type Counts = { -readonly [Key in keyof BackupCounts]: number };

const KINDS = {
  ...({ point: 'points', state: 'states', alert: 'alerts', profile: 'profiles' } as const),
  ...({ mapping: 'mappings', message: 'messages' } as const),
};

/**
 * A store as lines of JSON: a head with format, version and the store's id; parts, which name each series and partition
 * once and speak of them by number; and an end with counts and the SHA-256 of all lines before it.
 */
export async function* writeBackup(
  parts: AsyncIterable<StoredPart>,
  { store, by }: { store: string; by: string }
): AsyncGenerator<string> {
  const hash = createHash('sha256');
  const counts: Counts = { points: 0, states: 0, alerts: 0, profiles: 0, mappings: 0, rollups: 0 };
  const line = (content: object): string => {
    const text = `${JSON.stringify(content)}\n`;
    hash.update(text);
    return text;
  };
  yield line({ format: FORMAT, version: VERSION, store, by, time: new Date().toISOString() });
  const series = new Numbers<Series>();
  const partitions = new Numbers<Partition>();
  for await (const { items, rollups, counted, positions, settled, notes, heard } of parts) {
    count(counts, items, rollups);
    const numbered = (item: object): object => ({
      ...item,
      ...('series' in item ? { series: series.of(item.series as Series) } : {}),
      ...('partition' in item ? { partition: partitions.of(item.partition as Partition) } : {}),
    });
    const part = {
      items: items.map(numbered),
      rollups: rollups.map(numbered),
      counted: counted.map(numbered),
      positions: [...positions].map(([partition, offset]) => [partitions.of(partition), offset]),
      settled: [...(settled ?? [])],
      notes: [...(notes ?? [])],
      heard: [...(heard ?? [])],
    };
    const used = Object.entries(part).filter(([, list]) => list.length > 0);
    yield line({ series: series.take(), partitions: partitions.take(), ...Object.fromEntries(used) });
  }
  yield `${JSON.stringify({ end: counts, sha256: hash.digest('hex') })}\n`;
}

/** Gives numbers to objects that are one each, in the order in which they come. */
class Numbers<T extends object> {
  readonly #numbers = new Map<T, number>();
  #fresh: T[] = [];

  of(object: T): number {
    const known = this.#numbers.get(object);
    if (known !== undefined) {
      return known;
    }
    this.#fresh.push(object);
    const number = this.#numbers.size;
    this.#numbers.set(object, number);
    return number;
  }

  /** Those that are new since the last call. */
  take(): T[] {
    const fresh = this.#fresh;
    this.#fresh = [];
    return fresh;
  }
}

function count(counts: Counts, items: readonly ArchiveItem[], rollups: readonly Rollup[]): void {
  for (const { kind } of items) {
    const name = KINDS[kind];
    counts[name] = (counts[name] ?? 0) + 1;
  }
  counts.rollups += rollups.length;
}

interface BackupLine {
  readonly series: Series[];
  readonly partitions: Partition[];
  readonly items?: ReadonlyArray<Record<string, unknown>>;
  readonly rollups?: ReadonlyArray<Record<string, unknown>>;
  readonly counted?: ReadonlyArray<Record<string, unknown>>;
  readonly positions?: ReadonlyArray<[number, number]>;
  readonly settled?: ReadonlyArray<[string, number]>;
  readonly notes?: ReadonlyArray<[string, string]>;
  readonly heard?: NonNullable<StoredPart['heard']> extends ReadonlyMap<infer K, infer V>
    ? ReadonlyArray<[K, V]>
    : never;
}

/**
 * The parts of a backup, read from its lines.
 * @param ended takes what it holds, once all of it was read and found whole
 * @throws Error with the line, where it is none, of a newer version, cut off or changed
 */
export async function* readBackup(
  lines: AsyncIterable<string>,
  ended: (counts: BackupCounts) => void
): AsyncGenerator<StoredPart> {
  const hash = createHash('sha256');
  const counts: Counts = { points: 0, states: 0, alerts: 0, profiles: 0, mappings: 0, rollups: 0 };
  const series: Series[] = [];
  const partitions: Partition[] = [];
  let number = 0;
  let whole = false;
  for await (const text of lines) {
    number++;
    if (whole) {
      throw new Error(`line ${number}: expected nothing after the end of the backup, found more`);
    }
    const content = parse(text, number);
    if (number === 1) {
      checkHead(content);
    } else if ('end' in content) {
      checkEnd(content, counts, hash.digest('hex'), number);
      whole = true;
      continue;
    } else {
      yield partOf(content as unknown as BackupLine, number, { series, partitions, counts });
    }
    hash.update(`${text}\n`);
  }
  if (!whole) {
    throw new Error(
      `line ${number}: expected the end of the backup, found the end of the file: it was cut off. Make the backup again.`
    );
  }
  ended(counts);
}

function parse(text: string, number: number): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    throw new Error(`line ${number}: expected a line of a backup, found ${JSON.stringify(text.slice(0, 40))}`);
  }
}

function checkHead({ format, version }: Record<string, unknown>): void {
  if (format !== FORMAT) {
    throw new Error('line 1: expected a file that `pneumograph backup` wrote, found something else');
  }
  if (version !== VERSION) {
    throw new Error(
      `line 1: expected a backup of version ${VERSION}, found ${String(version)}. A newer Pneumograph wrote it: use that one.`
    );
  }
}

function checkEnd(content: Record<string, unknown>, counts: Counts, sha256: string, number: number): void {
  if (content['sha256'] !== sha256 || JSON.stringify(content['end']) !== JSON.stringify(counts)) {
    throw new Error(
      `line ${number}: expected the checksum and counts of what is before it, found others: it was changed`
    );
  }
}

interface Known {
  readonly series: Series[];
  readonly partitions: Partition[];
  readonly counts: Counts;
}

function partOf(line: BackupLine, number: number, { series, partitions, counts }: Known): StoredPart {
  // JSON has no undefined, which optional names are without.
  series.push(...line.series.map((each) => ({ ...each, slot: each.slot })));
  partitions.push(...line.partitions);
  const named = <T>(list: readonly T[], index: unknown, what: string): T => {
    const found = list[index as number];
    if (found === undefined) {
      throw new Error(`line ${number}: expected the number of a ${what}, found ${JSON.stringify(index)}`);
    }
    return found;
  };
  const whole = (item: Record<string, unknown>): unknown => ({
    ...item,
    ...('value' in item && item['value'] === null ? { value: NaN } : {}),
    ...('series' in item ? { series: named(series, item['series'], 'series') } : {}),
    ...('partition' in item ? { partition: named(partitions, item['partition'], 'partition') } : {}),
  });
  const items = (line.items ?? []).map(whole) as ArchiveItem[];
  const rollups = (line.rollups ?? []).map(whole) as Rollup[];
  count(counts, items, rollups);
  return {
    items,
    rollups,
    counted: (line.counted ?? []).map(whole) as StoredPart['counted'],
    positions: new Map(
      (line.positions ?? []).map(([index, offset]) => [named(partitions, index, 'partition'), offset])
    ),
    settled: new Map(line.settled),
    notes: new Map(line.notes),
    heard: new Map(line.heard),
  };
}
