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
import { beginKey, takenKey } from '../sources/index.js';
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

  /** The offset from which on the store has what its process took of a partition; undefined where it has all. */
  begin(partition: string): number | undefined {
    const note = this.recall.notes.get(beginKey(partition));
    return note === undefined ? undefined : Number(note);
  }

  #tap(src: string, { name, metric, slot }: Tap): TapMemory {
    const own = this.recall.series(src, metric, slot);
    const rate = metric === 'record.count' ? this.recall.series(src, 'rps', slot) : undefined;
    const note = this.recall.notes.get(noteKey(src, name));
    return {
      closed: rate?.newest ?? -Infinity,
      newest: own?.newest ?? -Infinity,
      // Whether a report said its `delta_time`, its points do not tell.
      recent: (own?.recent ?? []).flatMap(({ time, value, span, partition, offset }) => {
        const origin = originOf(partition, offset);
        return [span, undefined].map((said) => [time, contentOf(value, said), origin] as const);
      }),
      note: note === undefined ? undefined : (JSON.parse(note) as TapNote),
    };
  }
}
