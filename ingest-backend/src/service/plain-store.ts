import type { ArchiveItem, Batch, Point } from '../archive/index.js';
import { RECALLED, type Recall, type SeriesRecall } from '../store/index.js';

/** What a store does for derivation, in memory and as plainly as its interface says it: for tests of many runs. */
export class PlainStore {
  readonly points: Point[] = [];
  readonly #keys = new Set<string>();
  readonly #positions = new Map<string, number>();
  readonly #settled = new Map<string, number>();
  readonly #notes = new Map<string, string>();

  write(batch: Batch): Promise<readonly ArchiveItem[]> {
    const fresh = batch.items.filter((item): item is Point => item.kind === 'point' && this.#isNew(item));
    this.points.push(...fresh);
    batch.positions.forEach((position, { key }) => this.#positions.set(key, position));
    batch.settled?.forEach((time, engine) => this.#settled.set(engine, time));
    batch.notes?.forEach((note, key) => this.#notes.set(key, note));
    return Promise.resolve(fresh);
  }

  positions(): Promise<ReadonlyMap<string, number>> {
    return Promise.resolve(new Map(this.#positions));
  }

  recall(): Promise<Recall> {
    const points = [...this.points];
    const positions = new Map(this.#positions);
    return Promise.resolve({
      settled: new Map(this.#settled),
      notes: new Map(this.#notes),
      series: (engine, metric, slot): SeriesRecall | undefined => {
        const own = points.filter(({ series: s }) => s.engine === engine && s.metric === metric && s.slot === slot);
        const position = ({ partition }: Point): number => positions.get(partition.key) ?? Infinity;
        const before = own.filter((point) => point.offset < position(point));
        const again = own.filter((point) => point.offset >= position(point));
        const newest = Math.max(...own.map(({ time }) => time));
        return own.length === 0 ? undefined : { newest, recent: [...before.slice(-RECALLED), ...again] };
      },
    });
  }

  #isNew({ series: { engine, metric, slot, model }, partition, offset, time }: Point): boolean {
    const key = JSON.stringify([engine, metric, slot, model, partition.key, offset, time]);
    const fresh = !this.#keys.has(key);
    this.#keys.add(key);
    return fresh;
  }
}
