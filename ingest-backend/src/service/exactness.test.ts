import fc from 'fast-check';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { formatTimestamp } from '@pneumograph/contract';
import type { ArchiveItem, Partition } from '../archive/index.js';
import { Deriver, type Counting } from '../derive/index.js';
import { Fleet } from '../fleet/index.js';
import { SelfMetrics } from '../selfmetrics/index.js';
import { Intake } from '../sources/index.js';
import { referencePoints, type LoggedReport, type ReferencePoint } from './derive-reference.js';
import { RecalledMemory } from './memory.js';
import { PlainStore } from './plain-store.js';

const START = Date.UTC(2018, 2, 5, 17, 52, 45) * 1000;
const GRACE = 5e6;
/** The nightly form tries more. */
const RUNS = Number(process.env['EXACTNESS_RUNS'] ?? 300);
const TIMEOUT = 60_000 + RUNS * 100;
const ENGINES = ['e1', 'e2'];

interface Message extends LoggedReport {
  readonly partition: number;
}

/** A stream whose reports come late, out of order, twice and in bursts, over several partitions. */
const messages = (partitions: number, deltas: fc.Arbitrary<number | undefined>): fc.Arbitrary<Message[]> =>
  fc
    .array(
      fc.record({
        engine: fc.constantFrom(...ENGINES),
        slot: fc.constantFrom(0, 0, 0, 1),
        // Mostly onwards, now and then a jump of the engine's clock or a report that was under way for long.
        step: fc.oneof({ weight: 8, arbitrary: fc.integer({ min: 0, max: 20 }) }, fc.integer({ min: -60, max: 60 })),
        delta: deltas,
        count: fc.nat(50),
        wait: fc.oneof({ weight: 8, arbitrary: fc.nat(15) }, fc.nat(80)),
        partition: fc.nat(partitions - 1),
        again: fc.oneof({ weight: 9, arbitrary: fc.constant(false) }, fc.constant(true)),
      }),
      { minLength: 1, maxLength: 40 }
    )
    .map((drafts) => {
      let [time, arrival] = [0, 0];
      return drafts.flatMap(({ engine, slot, step, delta, count, wait, partition, again }) => {
        time += step * 1e5;
        arrival += wait * 1e5;
        const message = { engine, slot, delta, count, partition, time, arrival };
        return again ? [message, { ...message, partition: (partition + 1) % partitions }] : [message];
      });
    });

/** A backend's derivation on a store, from its start to its crash. */
class Run {
  readonly intake: Intake;
  #items: ArchiveItem[] = [];

  private constructor(
    private readonly store: PlainStore,
    private readonly logs: ReadonlyArray<readonly Message[]>,
    deriver: (emit: (item: ArchiveItem) => void) => Deriver,
    positions: ReadonlyMap<string, number>
  ) {
    const derive = deriver((item) => this.#items.push(item));
    this.intake = new Intake(derive, positions, new SelfMetrics(), pino({ level: 'silent' }));
    logs.forEach((_, number) => this.intake.assign(this.#partition(number), logs.length > 1 ? 'notify' : undefined));
  }

  static async start(store: PlainStore, logs: ReadonlyArray<readonly Message[]>, counting: Counting): Promise<Run> {
    const options = { grace: GRACE, counting, taps: {}, holdUnknown: 0 };
    const memory = new RecalledMemory(await store.recall());
    return new Run(store, logs, (emit) => new Deriver(options, knownFleet(), emit, memory), await store.positions());
  }

  /** Reads the next few messages of a partition. */
  read(number: number, count: number): void {
    const partition = this.#partition(number);
    const from = this.intake.resumeAt(partition) ?? 0;
    const log = this.logs[number] ?? [];
    for (const [index, message] of log.slice(from, from + count).entries()) {
      this.intake.takeText('kafka', partition, from + index, text(message), (START + message.arrival) / 1000);
    }
    const next = Math.min(log.length, from + count);
    this.intake.readTo('kafka', partition, next, log.length - next);
  }

  async commit(): Promise<void> {
    const items = this.#items;
    this.#items = [];
    await this.store.write({
      items,
      positions: this.intake.positions(),
      settled: this.intake.takeSettled(),
      notes: this.intake.takeNotes(),
    });
  }

  /** Reads all that is left, and waits until nothing waits any more. */
  async finish(): Promise<void> {
    this.logs.forEach((log, number) => this.read(number, log.length));
    this.logs.forEach((_, number) => this.intake.completeTo(this.#partition(number), Infinity));
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

function storedPoints(store: PlainStore): ReferencePoint[] {
  return store.points.map(({ series: { engine, slot, metric }, time, value, span }) => ({
    engine,
    slot: slot as number,
    metric: metric as ReferencePoint['metric'],
    time: time - START,
    value,
    span,
  }));
}

function show(points: readonly ReferencePoint[]): string[] {
  return points
    .map(({ engine, slot, metric, time, value, span }) =>
      [engine, slot, metric, time, value.toFixed(9), span.toFixed(9)].join(' ')
    )
    .sort();
}

const DELTAS = {
  'bursts that end with a delta_time': fc.constantFrom(0, 0, 1, 0.5, 3),
  'reports without a delta_time': fc.constant(undefined),
};

const actions = (partitions: number) =>
  fc.array(
    fc.oneof(
      { weight: 8, arbitrary: fc.record({ read: fc.nat(partitions - 1), count: fc.integer({ min: 1, max: 8 }) }) },
      { weight: 3, arbitrary: fc.constant('commit' as const) },
      { weight: 2, arbitrary: fc.constant('crash' as const) }
    ),
    { maxLength: 25 }
  );

const CASES = (['delta', 'cumulative'] as const).flatMap((counting) =>
  Object.entries(DELTAS).flatMap(([what, deltas]) =>
    [1, 3].map((partitions) => ({ counting, what, deltas, partitions }))
  )
);

describe('the points stored after any run', () => {
  it.each(CASES)(
    'are those of the reference: $counting counts, $what, $partitions partition(s)',
    async ({ counting, deltas, partitions }) => {
      const property = fc.asyncProperty(messages(partitions, deltas), actions(partitions), async (all, steps) => {
        const logs = Array.from({ length: partitions }, (_, number) =>
          all.filter(({ partition }) => partition === number)
        );
        const store = new PlainStore();
        let run = await Run.start(store, logs, counting);
        for (const step of steps) {
          if (step === 'commit') {
            await run.commit();
          } else if (step === 'crash') {
            run = await Run.start(store, logs, counting);
          } else {
            run.read(step.read, step.count);
          }
        }
        await run.finish();
        const log = all.toSorted((a, b) => a.arrival - b.arrival || a.partition - b.partition);
        const rules = { grace: GRACE, counting, alone: partitions === 1 };
        expect(show(storedPoints(store))).toEqual(show(referencePoints(log, rules)));
      });
      await fc.assert(property, { numRuns: RUNS });
    },
    TIMEOUT
  );
});
