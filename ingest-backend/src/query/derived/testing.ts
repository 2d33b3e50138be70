import type { Frame, QueryResult } from '@pneumograph/contract';
import { expect, it as base } from 'vitest';
import type { ArchiveItem } from '../../archive/index.js';
import { DuckDbStore } from '../../store/index.js';
import type { Directory, DirectoryAssignment, DirectoryLink } from '../directory.js';
import { QueryEngine } from '../engine.js';

export const SECOND = 1e6;
export const START_MS = 1520272360_000;
export const START = START_MS * 1000;

/** What the tests' fleet and workflow files say; tests change it as they like. */
export interface Known {
  links: DirectoryLink[];
  assignments: Record<string, DirectoryAssignment[]>;
  amplification: Map<string, number>;
}

/** A real store in memory with a query engine over it; times are seconds from START, and it is the end of a minute. */
export class World {
  readonly known: Known = { links: [], assignments: {}, amplification: new Map() };
  readonly store = new DuckDbStore({ path: ':memory:' });
  readonly failures: unknown[] = [];
  now = 60;
  #offset = 0;
  readonly #engine: QueryEngine;

  constructor() {
    const directory: Directory = {
      silentAfter: 10 * SECOND,
      assignments: (src) => this.known.assignments[src] ?? [],
      workflows: () => [
        {
          name: 'prices',
          models: this.#models(),
          links: this.known.links,
          amplification: this.known.amplification,
        },
      ],
    };
    this.#engine = new QueryEngine({
      store: this.store,
      directory,
      clock: () => START + this.now * SECOND,
      onFailure: (error) => this.failures.push(error),
    });
  }

  /** Says that an engine belongs to a model from a time on. */
  assign(engine: string, model: string, from = -1000): void {
    (this.known.assignments[engine] ??= []).push({ from: START + from * SECOND, workflow: 'prices', model });
  }

  /** Says that an output feeds an input, both as `model:slot`, with slots of one digit. */
  link(from: string, to: string): void {
    const end = (tap: string) => ({ model: tap.slice(0, -2), slot: Number(tap.slice(-1)) });
    this.known.links.push({ from: end(from), to: end(to) });
  }

  /** Reports of one tap, as `model:slot`: each ends at a time, and speaks for some seconds. */
  async report(
    tap: string,
    reports: ReadonlyArray<readonly [time: number, value: number, span: number]>,
    { engine = tap.slice(0, tap.lastIndexOf(':')), metric = 'record.count' } = {}
  ): Promise<void> {
    const at = tap.lastIndexOf(':');
    const series = { workflow: 'prices', model: tap.slice(0, at), slot: Number(tap.slice(at + 1)), engine, metric };
    const items = reports.map(([time, value, span]): ArchiveItem => ({
      ...{ kind: 'point', series, time: START + Math.round(time * SECOND), value, span },
      partition: { key: 'kafka/notify/0' },
      offset: this.#offset++,
    }));
    await this.store.write({ items, positions: new Map(), lastSeen: new Map() });
  }

  /** A query of the first minute in buckets of ten seconds. */
  async ask(query: object, changes: object = {}): Promise<QueryResult> {
    const queries = [{ refId: 'A', kind: 'metric', ...query }];
    const range = { from: START_MS, to: START_MS + 60_000, maxDataPoints: 1000, intervalMs: 10_000 };
    return (await this.#engine.run({ ...range, queries, ...changes })).results['A']!;
  }

  /** The values of each series by their second, under the series' name. */
  async values(query: object, changes: object = {}): Promise<Record<string, Record<number, number>>> {
    const { error, frames } = await this.ask(query, changes);
    if (error !== undefined) {
      throw new Error(error);
    }
    return Object.fromEntries(frames.filter(hasRows).map((frame) => [frame.schema.name ?? '', rowsOf(frame)]));
  }

  /** The one value of each series over the whole range. */
  async latest(query: object, changes: object = {}): Promise<Record<string, number>> {
    const { frames } = await this.ask({ format: 'latest', ...query }, changes);
    return Object.fromEntries(
      frames.map(({ schema, data }): [string, number] => [schema.name ?? '', rounded(data.values[0]?.[0])])
    );
  }

  #models() {
    const models = new Map<string, string[]>();
    for (const [src, all] of Object.entries(this.known.assignments)) {
      const model = all.at(-1)?.model ?? '';
      models.set(model, [...(models.get(model) ?? []), src]);
    }
    return [...models].map(([name, engines]) => ({
      name,
      slots: [],
      engines: engines.map((src) => ({ src, name: undefined })),
    }));
  }
}

/** A test with a world of its own, in which no query may fail. */
export const it = base.extend<{ world: World }>({
  // Vitest reads from the first parameter which other fixtures this one needs.
  world: async ({}, use) => {
    const world = new World();
    await world.store.open();
    await use(world);
    expect(world.failures).toEqual([]);
    await world.store.close();
  },
});

/** Reports without gaps: one every so many seconds, with the records of that time. */
export function regular(from: number, to: number, every: number, value: number | ((time: number) => number)) {
  const reports: Array<[number, number, number]> = [];
  for (let time = from + every; time <= to; time += every) {
    reports.push([time, typeof value === 'number' ? value : value(time), every]);
  }
  return reports;
}

function hasRows({ data }: Frame): boolean {
  return (data.values[0]?.length ?? 0) > 0;
}

function rowsOf({ data }: Frame): Record<number, number> {
  const [times, values] = data.values as [number[], number[]];
  return Object.fromEntries(times.map((time, row) => [(time - START_MS) / 1000, rounded(values[row])]));
}

/** Sums of parts of records differ in their last digits, whatever adds them up. */
function rounded(value: unknown): number {
  return Math.round((value as number) * 1e9) / 1e9;
}
