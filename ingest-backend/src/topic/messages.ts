import type { Message } from 'kafkajs';
import {
  modelOf,
  toRecord,
  workflowOf,
  type ArchiveItem,
  type Batch,
  type Presence,
  type RecordReader,
} from '../archive/index.js';
import { partitionOf } from './topic.js';

/** What stands on the topic beside the records of the archive stream, for Pneumograph's own processes. */
export type Notice =
  /** When engines were heard of. */
  | { readonly kind: 'presence'; readonly heard: ReadonlyArray<readonly [engine: string, stretches: readonly Times[]]> }
  /** Somebody silences alerts, or ends that: told to the monitors of all partitions. */
  | { readonly kind: 'silence'; readonly silence: unknown }
  | { readonly kind: 'expire'; readonly id: string; readonly at: number };

/** A stretch of presence: from, first, to, rest. */
type Times = readonly [number, number, number, number];

const NOTICES: ReadonlySet<unknown> = new Set(['presence', 'silence', 'expire']);
/** Engines of a message: some tens of kilobytes. */
const ENGINES = 1000;

/** The message of a batch with the partition that it belongs to. */
export type Placed = Message & { readonly partition: number };

/** Knows the partition of each name, which it works out once. */
export class Places {
  readonly #known = new Map<string, number>();

  constructor(readonly count: number) {}

  of(name: string): number {
    let partition = this.#known.get(name);
    if (partition === undefined) {
      partition = partitionOf(name, this.count);
      this.#known.set(name, partition);
    }
    return partition;
  }
}

/**
 * The messages of items, each keyed by its model, in the partition of its workflow. Mappings are in that of the workflow
 * '', where the points of engines are that nobody knows: the first mapping of an engine takes along those before it.
 */
export function messagesOf(items: readonly ArchiveItem[], places: Places): Placed[] {
  return items.map((item) => ({
    partition: places.of(item.kind === 'mapping' ? '' : workflowOf(item)),
    key: modelOf(item),
    value: JSON.stringify(toRecord(item)),
  }));
}

/** The messages of what was heard of engines: those of one engine are in one partition, so that one process joins them. */
export function presenceMessages(heard: NonNullable<Batch['heard']>, places: Places): Placed[] {
  const byPartition = new Map<number, Array<readonly [string, Times[]]>>();
  for (const [engine, stretches] of heard) {
    const partition = places.of(engine);
    const own = byPartition.get(partition) ?? [];
    byPartition.set(partition, own);
    own.push([engine, stretches.map(({ from, first, to, rest }): Times => [from, first, to, rest])]);
  }
  return [...byPartition].flatMap(([partition, engines]) =>
    Array.from({ length: Math.ceil(engines.length / ENGINES) }, (_, part) => ({
      ...{ partition, key: 'presence' },
      value: JSON.stringify({ kind: 'presence', heard: engines.slice(part * ENGINES, (part + 1) * ENGINES) }),
    }))
  );
}

/** Reads a message of the topic. @throws Error that says what is wrong */
export function readMessage(text: string, reader: RecordReader): ArchiveItem | Notice {
  const value = JSON.parse(text) as { kind?: unknown } | null;
  return NOTICES.has(value?.kind) ? (value as Notice) : reader.readChecked(text);
}

export function isNotice(found: ArchiveItem | Notice): found is Notice {
  return NOTICES.has(found.kind);
}

export function presencesOf({ heard }: Notice & { kind: 'presence' }): Array<[string, Presence[]]> {
  return heard.map(([engine, stretches]) => [
    engine,
    stretches.map(([from, first, to, rest]) => ({ from, first, to, rest })),
  ]);
}
