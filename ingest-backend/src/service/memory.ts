import type { Partition } from '../archive/index.js';
import {
  contentOf,
  originOf,
  noteKey,
  type EngineMemory,
  type Memory,
  type Tap,
  type TapMemory,
  type TapNote,
} from '../derive/index.js';
import { takenKey } from '../sources/index.js';
import type { Recall } from '../store/index.js';

/** What the store recalls, as derivation asks for it. */
export class RecalledMemory implements Memory {
  constructor(private readonly recall: Recall) {}

  engine(src: string): EngineMemory {
    const states = this.recall.series(src, 'engine.status', undefined)?.recent ?? [];
    return {
      settled: this.recall.settled.get(src) ?? -Infinity,
      tap: (tap) => this.#tap(src, tap),
      states: states.map(({ time, value, partition, offset }) => [
        time,
        contentOf(value, undefined),
        originOf(partition, offset),
      ]),
    };
  }

  takenBefore({ key }: Partition): number {
    return Number(this.recall.notes.get(takenKey(key)) ?? 0);
  }

  #tap(src: string, { name, metric, slot }: Tap): TapMemory {
    const own = this.recall.series(src, metric, slot);
    const rate = metric === 'record.count' ? this.recall.series(src, 'rps', slot) : undefined;
    const note = this.recall.notes.get(noteKey(src, name));
    return {
      closed: rate?.newest ?? -Infinity,
      newest: own?.newest ?? -Infinity,
      // A report that did not say its `delta_time` is known again by its value alone.
      recent: (own?.recent ?? []).flatMap(({ time, value, span, partition, offset }) => {
        const origin = originOf(partition, offset);
        const told = [time, contentOf(value, span), origin] as const;
        return span > 0 ? [told, [time, contentOf(value, undefined), origin] as const] : [told];
      }),
      note: note === undefined ? undefined : (JSON.parse(note) as TapNote),
    };
  }
}
