import { PresenceLog, type ArchiveItem, type Batch, type Partition, type Series } from '@pneumograph/ingest-backend';

export const MODELS = 100;
const SLOTS = [0, 1];
/** Seconds between two reports of an engine: 100 million points are 30 days. */
const PERIOD = 31.104;
const COUNTS = ['record.count', 'record.size', 'record.rejected.by.schema.count', 'record.rejected.by.encoding.count'];
/** Rounds of reports in a batch. */
const ROUNDS = 10;

/** When the stream begins; all sides get the same. */
export const BEGIN = Date.UTC(2026, 0, 1) * 1000;

export const modelOf = (index: number): string => `model-${index}`;
export const engineOf = (index: number): string => `05964876-aa92-4a93-b040-${String(index).padStart(12, '0')}`;

/** One engine's series, in the order of its reports. */
function seriesOf(index: number): Series[] {
  const common = {
    workflow: 'bench',
    model: modelOf(index),
    engine: engineOf(index),
  };
  return [
    ...SLOTS.flatMap((slot) => [...COUNTS, 'rps'].map((metric) => ({ ...common, slot, metric }))),
    ...['cpu.utilization', 'memory'].map((metric) => ({ ...common, slot: undefined, metric })),
  ];
}

/** What is derived of the reports of 100 engines, each running a model of its own: the same points each time. */
export class World {
  readonly series = Array.from({ length: MODELS }, (_, index) => seriesOf(index));
  readonly #partitions = Array.from({ length: 4 }, (_, index): Partition => ({ key: `kafka/notify/${index}` }));
  #round = 0;
  #seed = 1;
  points = 0;

  /** Time of the newest report. */
  get now(): number {
    return BEGIN + this.#round * PERIOD * 1e6;
  }

  /** The next batch, some ten thousand points. */
  next(): Batch {
    const items: ArchiveItem[] = this.#round === 0 ? this.#states() : [];
    const logs = new Map<string, PresenceLog>();
    for (let end = this.#round + ROUNDS; this.#round < end; this.#round++) {
      for (const [index, own] of this.series.entries()) {
        const time = Math.round(BEGIN + this.#round * PERIOD * 1e6 + index * 97_003 + this.#random() * 1e4);
        const span = Math.round((PERIOD + this.#random() * 0.01) * 1000) / 1000;
        const partition = this.#partitions[index % 4] as Partition;
        const log = logs.get(engineOf(index)) ?? new PresenceLog();
        log.hear(time, span);
        logs.set(engineOf(index), log);
        for (const [at, series] of own.entries()) {
          const value = this.#value(series.metric, index, span);
          const offset = (this.#round * MODELS + index) * own.length + at;
          items.push({ kind: 'point', series, time, value, span, partition, offset });
        }
      }
    }
    this.points += items.length;
    const position = this.#round * MODELS * 12;
    const positions = new Map(this.#partitions.map((partition) => [partition, position]));
    const heard = new Map([...logs].map(([engine, log]) => [engine, log.take()]));
    return { items, positions, heard };
  }

  /** Before they report anything, all engines run. */
  #states(): ArchiveItem[] {
    return this.series.map(([own], index) => ({
      kind: 'state',
      series: { ...(own as Series), slot: undefined, metric: 'engine.status' },
      ...{ time: BEGIN, value: 1, text: 'running' },
      ...{ partition: this.#partitions[index % 4] as Partition, offset: index },
    }));
  }

  #value(metric: string, index: number, span: number): number {
    const wave = 1 + 0.5 * Math.sin(this.#round / 500 + index);
    switch (metric) {
      case 'rps':
        return Math.round(2000 * wave * (0.9 + 0.2 * this.#random())) / span;
      case 'cpu.utilization':
        return Math.round(1000 * Math.min(1, 0.4 * wave + 0.2 * this.#random())) / 1000;
      case 'memory':
        return 2_123_345_920 + Math.round(this.#random() * 1e5) * 4096;
      case 'record.count':
      case 'record.size':
        return Math.round((metric === 'record.size' ? 250_000 : 2000) * wave * (0.9 + 0.2 * this.#random()));
      default:
        return this.#random() < 0.02 ? 1 : 0;
    }
  }

  /** A linear congruential generator: the same numbers on every machine. */
  #random(): number {
    this.#seed = (Math.imul(this.#seed, 1664525) + 1013904223) >>> 0;
    return this.#seed / 2 ** 32;
  }
}
