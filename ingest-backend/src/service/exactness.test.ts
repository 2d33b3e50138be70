import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Point } from '../archive/index.js';
import type { Counting } from '../derive/index.js';
import { referencePoints, type Rules } from './derive-reference.js';
import { Group, type Happening } from './derive-group.js';
import { ENGINES, GRACE, Run, show, storedPoints, type Message } from './derive-run.js';
import { PlainStore } from './plain-store.js';

/** The nightly form tries more. */
const RUNS = Number(process.env['EXACTNESS_RUNS'] ?? 1000);
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

/** @param rest its times in seconds */
function report({
  time,
  arrival,
  ...rest
}: Partial<Message> & Pick<Message, 'time' | 'arrival' | 'delta' | 'count'>): Message {
  return { engine: 'e1', slot: 0, partition: 0, time: time * 1e6, arrival: arrival * 1e6, ...rest };
}

const DELTAS = {
  'bursts that end with a delta_time': fc.constantFrom(0, 0, 1, 0.5, 3),
  'reports without a delta_time': fc.constant(undefined),
};

type Action = { read: number; count: number } | { idle: number } | 'commit' | 'crash';

const actions = (partitions: number): fc.Arbitrary<Action[]> =>
  fc.array(
    fc.oneof(
      { weight: 8, arbitrary: fc.record({ read: fc.nat(partitions - 1), count: fc.integer({ min: 1, max: 8 }) }) },
      { weight: 3, arbitrary: fc.record({ idle: fc.nat(partitions - 1) }) },
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

function expectReference(points: Point[], log: readonly Message[], rules: Omit<Rules, 'grace'>): void {
  const inOrder = log.toSorted((a, b) => a.arrival - b.arrival || a.partition - b.partition);
  expect(show(storedPoints({ points }))).toEqual(show(referencePoints(inOrder, { grace: GRACE, ...rules })));
}

async function checkRun(all: Message[], steps: Action[], counting: Counting, partitions: number): Promise<void> {
  const logs = Array.from({ length: partitions }, (_, number) => all.filter(({ partition }) => partition === number));
  const store = new PlainStore();
  let run = (await Run.start(store, logs, counting)).takeAll();
  for (const step of steps) {
    if (step === 'commit') {
      await run.commit();
    } else if (step === 'crash') {
      run = (await Run.start(store, logs, counting)).takeAll();
    } else if ('idle' in step) {
      run.idle(step.idle);
    } else {
      run.read(step.read, step.count);
    }
  }
  await run.finish();
  expectReference(store.points, all, { counting, alone: partitions === 1 });
}

describe('the points stored after any run', () => {
  it.each(CASES)(
    'are those of the reference: $counting counts, $what, $partitions partition(s)',
    async ({ counting, deltas, partitions }) => {
      const property = fc.asyncProperty(messages(partitions, deltas), actions(partitions), (all, steps) =>
        checkRun(all, steps, counting, partitions)
      );
      await fc.assert(property, { numRuns: RUNS });
    },
    TIMEOUT
  );

  it('know a report without a span from one of the same moment and count that has one, also after a crash', async () => {
    const all = [0.5, 0].map((delta) => report({ time: 0, arrival: 0, delta, count: 21 }));
    await checkRun(all, [{ read: 0, count: 1 }, 'commit', 'crash'], 'delta', 1);
  });
});

/**
 * What happens to two backends, each with a store of its own, that share a topic whose key is the engine: in rounds, since
 * most of what can go wrong takes that something was read, taken in order and stored between one change and the next.
 */
const happenings = fc
  .array(
    fc.record({
      reads: fc.array(fc.record({ read: fc.nat(1), count: fc.integer({ min: 1, max: 8 }) }), { maxLength: 3 }),
      idle: fc.subarray([{ idle: 0 }, { idle: 1 }]),
      stored: fc.subarray([{ commit: 0 }, { commit: 1 }]),
      then: fc.oneof(fc.record({ move: fc.nat(1) }), fc.record({ crash: fc.nat(1) })),
    }),
    { maxLength: 8 }
  )
  .map((rounds) => rounds.flatMap(({ reads, idle, stored, then }) => [...reads, ...idle, ...stored, then]));

async function checkGroup(all: Message[], steps: Happening[], counting: Counting): Promise<void> {
  const keyed = all.map((message) => ({ ...message, partition: ENGINES.indexOf(message.engine) }));
  const logs = ENGINES.map((engine) => keyed.filter((message) => message.engine === engine));
  const group = await Group.start(logs, counting);
  for (const step of steps) {
    await group.take(step);
  }
  expectReference(await group.finish(), keyed, { counting, alone: false });
}

describe('the points in the stores of a group', () => {
  it.each(CASES.filter(({ partitions }) => partitions > 1))(
    'are together those of the reference: $counting counts, $what',
    async ({ counting, deltas }) => {
      const property = fc.asyncProperty(messages(1, deltas), happenings, (all, steps) =>
        checkGroup(all, steps, counting)
      );
      await fc.assert(property, { numRuns: RUNS });
    },
    TIMEOUT
  );

  it('leave late what was late before a store took over, also once it starts again', async () => {
    const all = [
      report({ time: 1, arrival: 1, delta: 0, count: 5 }),
      report({ time: 2, arrival: 2, delta: 1, count: 5 }),
      report({ time: 10, arrival: 10, delta: 1, count: 1, slot: 1 }),
      report({ time: 20, arrival: 20, delta: 0, count: 7 }),
      // Of the burst that is closed.
      report({ time: 1.5, arrival: 21, delta: 0, count: 9 }),
      report({ time: 22, arrival: 22, delta: 1, count: 1 }),
    ];
    const [first, second] = [
      { read: 0, count: 3 },
      { read: 0, count: 4 },
    ];
    const others = [{ idle: 1 }, { move: 0 }];
    await checkGroup(all, [first, { commit: 0 }, ...others, second, { commit: 1 }, { crash: 1 }], 'delta');
  });
});
