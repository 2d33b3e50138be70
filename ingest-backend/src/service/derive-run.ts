import { pino } from 'pino';
import { formatTimestamp } from '@pneumograph/contract';
import type { ArchiveItem, Partition } from '../archive/index.js';
import { Deriver, type Counting } from '../derive/index.js';
import { Fleet } from '../fleet/index.js';
import { SelfMetrics } from '../selfmetrics/index.js';
import { Intake } from '../sources/index.js';
import type { LoggedReport, ReferencePoint } from './derive-reference.js';
import { RecalledMemory } from './memory.js';
import type { PlainStore } from './plain-store.js';

const START = Date.UTC(2018, 2, 5, 17, 52, 45) * 1000;
export const GRACE = 5e6;
/** One of each for all runs: they take hold of the process. */
const METRICS = new SelfMetrics();
const SILENT = pino({ level: 'silent' });
export const ENGINES = ['e1', 'e2'];

export interface Message extends LoggedReport {
  readonly partition: number;
}

/** A backend's derivation on a store, from its start to its crash: for tests of many runs. */
export class Run {
  readonly intake: Intake;
  readonly #owned = new Set<number>();
  #items: ArchiveItem[] = [];

  private constructor(
    private readonly store: PlainStore,
    private readonly logs: ReadonlyArray<readonly Message[]>,
    deriver: (emit: (item: ArchiveItem) => void) => Deriver,
    private readonly memory: RecalledMemory,
    positions: ReadonlyMap<string, number>
  ) {
    const derive = deriver((item) => item.kind !== 'mapping' && this.intake.owns(item) && this.#items.push(item));
    this.intake = new Intake(derive, positions, METRICS, SILENT);
    this.intake.attach({
      touch: () => undefined,
      room: () => Promise.resolve(),
      crowded: false,
      discard: (engines) => {
        this.#items = this.#items.filter((item) => !('series' in item) || !engines.has(item.series.engine));
      },
    });
  }

  /** Reads all partitions from their stored positions on. */
  takeAll(): this {
    this.logs.forEach((_, number) => {
      this.intake.assign(this.#partition(number), this.logs.length > 1 ? 'notify' : undefined);
      this.#owned.add(number);
    });
    return this;
  }

  /** Reads a partition from an offset on, see `Intake.startAt`. */
  take(number: number, offset: number, from: number): void {
    this.intake.startAt(this.#partition(number), offset, from, 'notify');
    this.#owned.add(number);
  }

  /** Where the store's own messages of a partition began, see `Known`. */
  begin(number: number): number | undefined {
    return this.memory.begin(this.#partition(number).key);
  }

  /** Leaves a partition to others. */
  leave(number: number): void {
    this.intake.release(this.#partition(number));
    this.#owned.delete(number);
  }

  /** Where a partition would be read on. */
  next(number: number): number | undefined {
    return this.#owned.has(number) ? this.intake.resumeAt(this.#partition(number)) : undefined;
  }

  static async start(store: PlainStore, logs: ReadonlyArray<readonly Message[]>, counting: Counting): Promise<Run> {
    const options = { grace: GRACE, counting, taps: {}, holdUnknown: 0 };
    const memory = new RecalledMemory(await store.recall());
    return new Run(
      store,
      logs,
      (emit) => new Deriver(options, knownFleet(), emit, memory),
      memory,
      await store.positions()
    );
  }

  /** Reads the next few messages of a partition. */
  read(number: number, count: number): void {
    const partition = this.#partition(number);
    const from = this.intake.resumeAt(partition) ?? 0;
    const log = this.logs[number] ?? [];
    for (const [index, message] of log.slice(from, from + count).entries()) {
      this.intake.takeRaw('kafka', partition, from + index, text(message), (START + message.arrival) / 1000);
    }
    const next = Math.min(log.length, from + count);
    this.intake.readTo('kafka', partition, next, log.length - next);
  }

  /** Says that a partition has no news until its next message comes, as the brokers do. */
  idle(number: number): void {
    const partition = this.#partition(number);
    const next = this.logs[number]?.[this.intake.resumeAt(partition) ?? 0];
    this.intake.completeTo(partition, next === undefined ? Infinity : (START + next.arrival) / 1000 - 1);
    this.intake.advance(Date.now());
  }

  /** Stores what there is. @returns the positions stored, by the number of their partition */
  async commit(): Promise<Map<number, number>> {
    const items = this.#items;
    this.#items = [];
    const positions = this.intake.positions();
    const [settled, notes] = [this.intake.takeSettled(), this.intake.takeNotes()];
    await this.store.write({ items, positions, settled, notes });
    return new Map([...positions].map(([{ key }, position]) => [Number(key.split('/').at(-1)), position]));
  }

  /** Reads all that is left, and waits until nothing waits any more. */
  async finish(): Promise<void> {
    for (const number of this.#owned) {
      this.read(number, this.logs[number]?.length ?? 0);
    }
    this.#owned.forEach((number) => this.intake.completeTo(this.#partition(number), Infinity));
    this.intake.advance(Date.now());
    await this.commit();
  }

  #partition(number: number): Partition {
    return this.intake.partition(`kafka/notify/${number}`);
  }
}

function text({ engine, slot, time, delta, count }: Message): string {
  return JSON.stringify({
    type: 'sensor-report',
    timestamp: formatTimestamp(START + time),
    src: engine,
    tap: `manifold.${slot}.records.count`,
    id: 7,
    delta_time: delta,
    data: count,
  });
}

function knownFleet(): Fleet {
  const fleet = new Fleet();
  const member = { aliases: [], name: undefined, workflow: 'w', model: 'm', asset: undefined };
  fleet.update(
    ENGINES.map((src) => ({ ...member, src })),
    0
  );
  return fleet;
}

/** What a store holds, in the form of the reference. */
export function storedPoints(store: Pick<PlainStore, 'points'>): ReferencePoint[] {
  return store.points.map(({ series: { engine, slot, metric }, time, value, span }) => ({
    engine,
    slot: slot as number,
    metric: metric as ReferencePoint['metric'],
    time: time - START,
    value,
    span,
  }));
}

/** Points in a form and an order that can be compared. */
export function show(points: readonly ReferencePoint[]): string[] {
  return points
    .map(({ engine, slot, metric, time, value, span }) =>
      [engine, slot, metric, time, value.toFixed(9), span.toFixed(9)].join(' ')
    )
    .sort();
}
