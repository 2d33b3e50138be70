import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { referencePoints } from './derive-reference.js';
import { Group } from './derive-group.js';
import { ENGINES, GRACE, Run, show, storedPoints, type Message } from './derive-run.js';
import { PlainStore } from './plain-store.js';

/** The nightly form tries more. */
const RUNS = Number(process.env['EXACTNESS_RUNS'] ?? 300);
const TIMEOUT = 60_000 + RUNS * 100;
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
        let run = (await Run.start(store, logs, counting)).takeAll();
        for (const step of steps) {
          if (step === 'commit') {
            await run.commit();
          } else if (step === 'crash') {
            run = (await Run.start(store, logs, counting)).takeAll();
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

/** What happens to two backends, each with a store of its own, that share a topic whose key is the engine. */
const happenings = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: fc.record({ read: fc.nat(1), count: fc.integer({ min: 1, max: 8 }) }) },
    { weight: 3, arbitrary: fc.record({ commit: fc.nat(1) }) },
    { weight: 2, arbitrary: fc.record({ move: fc.nat(1) }) },
    { weight: 1, arbitrary: fc.record({ crash: fc.nat(1) }) }
  ),
  { maxLength: 30 }
);

describe('the points in the stores of a group', () => {
  it.each(CASES.filter(({ partitions }) => partitions > 1))(
    'are together those of the reference: $counting counts, $what',
    async ({ counting, deltas }) => {
      const property = fc.asyncProperty(messages(1, deltas), happenings, async (all, steps) => {
        const keyed = all.map((message) => ({ ...message, partition: ENGINES.indexOf(message.engine) }));
        const logs = ENGINES.map((engine) => keyed.filter((message) => message.engine === engine));
        const group = await Group.start(logs, counting);
        for (const step of steps) {
          await group.take(step);
        }
        const points = await group.finish();
        const log = keyed.toSorted((a, b) => a.arrival - b.arrival || a.partition - b.partition);
        expect(show(storedPoints({ points }))).toEqual(
          show(referencePoints(log, { grace: GRACE, counting, alone: false }))
        );
      });
      await fc.assert(property, { numRuns: RUNS });
    },
    TIMEOUT
  );
});
