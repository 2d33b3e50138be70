import { ENGINE_STATES, stateName } from '@pneumograph/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PresenceLog, UNBROKEN, type ArchiveItem, type Series } from '../archive/index.js';
import { DuckDbStore } from '../store/index.js';
import type { Directory, DirectoryAssignment } from './directory.js';
import { engineHistories } from './engine-states.js';
import { Inventory } from './inventory.js';
import { deadlineOf, memoryOf } from './silence.js';

const SECOND = 1e6;
const START = 1520272360 * SECOND;
const EVERYTHING = { workflow: undefined, models: [], slots: [], engines: [] };
const MODELS = ['a', 'b', 'stray'];

/** A message of the engine `e1`; times in seconds since START. */
interface Sent {
  readonly at: number;
  readonly delta: number;
  /** Undefined for a report. */
  readonly state: number | undefined;
}

interface Case {
  readonly batches: readonly Sent[][];
  readonly moves: ReadonlyArray<{ readonly at: number; readonly model: string }>;
  readonly from: number;
  readonly to: number;
  readonly now: number;
  readonly silentAfter: number;
}

/**
 * What state an engine is in at one moment, as plainly as the documentation says it: looked up among all messages for
 * each moment anew. Null where the engine does not run the model.
 */
function referenceAt(sample: Case, model: string, deadline: number, time: number): [number | null, string] {
  const sent = sample.batches.flat().map(({ at, ...rest }) => ({ ...rest, time: START + at * SECOND }));
  const moves = sample.moves.map(({ at, model: to }) => ({ model: to, time: START + at * SECOND }));
  const move = moves.findLast(({ time: since }) => since <= time) ?? moves[0];
  if ((move?.model ?? 'stray') !== model) {
    return [null, 'mapping'];
  }
  const order = ['init', 'running', 'pigging', 'paused', 'finishing', 'finished', 'error'];
  const told = (until: number) =>
    sent
      .filter((each) => each.state !== undefined && each.time <= until)
      .sort(
        (a, b) =>
          a.time - b.time ||
          order.indexOf(stateName(a.state as number) as string) - order.indexOf(stateName(b.state as number) as string)
      )
      .at(-1);
  const state = told(time);
  if (state === undefined) {
    return [ENGINE_STATES.unknown, 'no state message'];
  }
  // For each message the end of what it speaks for, and the beginning of what is spoken for next.
  const spoken = sent
    .map(({ time: to, delta }) => ({ from: to - delta * SECOND, to }))
    .filter(({ from }) => from < START + sample.to * SECOND);
  const gaps = spoken
    .map(({ to }) => to)
    .filter((to) => !spoken.some((other) => other.from <= to + UNBROKEN && other.to > to))
    .map((to) => ({ after: to, before: Math.min(...spoken.map(({ from }) => from).filter((from) => from > to)) }));
  const end = START + Math.min(sample.now, sample.to) * SECOND;
  const silences = gaps
    .map(({ after, before }) => ({ from: after + deadline, to: before }))
    .sort((x, y) => x.from - y.from)
    .filter(({ from, to }) => from < to && (to < Infinity || from < end))
    .filter(({ from }) => told(from)?.state !== ENGINE_STATES.finished);
  if (silences.some(({ from, to }) => from <= time && time < to)) {
    return [ENGINE_STATES.unknown, 'silence'];
  }
  const code = state.state as number;
  const heardAgain = silences.findLast(({ to }) => to <= time)?.to ?? -Infinity;
  // The first model counts as the engine's from the beginning, and another asset of it is no other model.
  const given = moves.findLast(
    (each, index) => index > 0 && each.time <= time && each.model !== moves[index - 1]?.model
  );
  const mapped = given?.time ?? -Infinity;
  if (state.time >= heardAgain && state.time >= mapped) {
    return [code, 'state message'];
  }
  return [code, heardAgain >= mapped ? 'report' : 'mapping'];
}

async function check(sample: Case): Promise<void> {
  const store = new DuckDbStore({ path: ':memory:' });
  await store.open();
  try {
    const assignments = sample.moves.map(({ at, model }): DirectoryAssignment => {
      return { from: START + at * SECOND, workflow: '', model };
    });
    const directory: Directory = {
      silentAfter: sample.silentAfter * SECOND,
      assignments: () => assignments,
      workflows: () => {
        const models = assignments
          .slice(-1)
          .map(({ model }) => ({ name: model, slots: [], engines: [{ src: 'e1', name: 'one' }] }));
        return [{ name: '', models, links: [] }];
      },
    };
    let offset = 0;
    for (const sent of sample.batches) {
      const log = new PresenceLog();
      const items = sent.map(({ at, delta, state }): ArchiveItem => {
        const time = START + at * SECOND;
        log.hear(time, delta);
        const model = (assignments.findLast(({ from }) => from <= time) ?? assignments[0])?.model ?? 'stray';
        const series: Series = { workflow: '', model, slot: undefined, engine: 'e1', metric: 'memory' };
        const origin = { time, partition: { key: 'p' }, offset: offset++ };
        return state === undefined
          ? { kind: 'point', series, value: 1, span: delta, ...origin }
          : { kind: 'state', series: { ...series, metric: 'engine.status' }, value: state, text: 'Raw', ...origin };
      });
      await store.write({ items, positions: new Map(), lastSeen: new Map(), heard: new Map([['e1', log.take()]]) });
    }
    const [from, to, now] = [sample.from, sample.to, sample.now].map((at) => START + at * SECOND) as [
      number,
      number,
      number,
    ];
    const inventory = await Inventory.take(store, directory);
    const histories = await engineHistories({ store, directory, inventory, now }, EVERYTHING, from, to);
    const heard = await store.presence([], from - memoryOf(directory.silentAfter), to);
    const deadline = deadlineOf(heard.get('e1')?.stretches ?? [], directory.silentAfter);

    const events = [from, to, ...histories.flatMap(({ entries }) => entries.map(({ time }) => time))];
    sample.batches.flat().forEach(({ at, delta }) => events.push(START + at * SECOND, START + (at - delta) * SECOND));
    sample.moves.forEach(({ at }) => events.push(START + at * SECOND));
    const moments = [...new Set(events)]
      .flatMap((time) => [time - 1, time, time + 1, time + deadline - 1, time + deadline])
      .filter((time) => time >= from && time < to);
    for (const model of MODELS) {
      const entries = histories.find((history) => history.model === model)?.entries ?? [];
      const times = entries.map(({ time }) => time);
      expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
      const found = moments.map((time) => {
        const entry = entries.findLast((each) => each.time <= time);
        return [time - START, entry?.code ?? null, entry?.cause ?? 'mapping'];
      });
      const expected = moments.map((time) => [time - START, ...referenceAt(sample, model, deadline, time)]);
      expect([model, ...found]).toEqual([model, ...expected]);
      expect(entries.every(({ code, text }) => text === ((code ?? -1) === -1 ? '' : 'Raw'))).toBe(true);
    }
  } finally {
    await store.close();
  }
}

const codes = Object.values(ENGINE_STATES).filter((code) => code !== ENGINE_STATES.unknown);

function cases(): fc.Arbitrary<Case> {
  const at = fc.oneof(
    fc.integer({ min: -500, max: 1500 }),
    fc.integer({ min: -10, max: 30 }).map((n) => n * 50)
  );
  const report = fc.record({ at, delta: fc.constantFrom(0, 0, 2, 50, 300), state: fc.constant(undefined) });
  const state = fc.record({ at, delta: fc.constant(0), state: fc.constantFrom(...codes) });
  return fc
    .record({
      reports: fc.array(report, { minLength: 1, maxLength: 30 }),
      states: fc.array(state, { maxLength: 12 }),
      // A state before the range: what an engine was in before it first told one is not shown.
      first: fc.option(
        fc.record({ at: fc.constantFrom(-5000, -600), delta: fc.constant(0), state: fc.constantFrom(...codes) })
      ),
      keys: fc.array(fc.nat(), { minLength: 43, maxLength: 43 }),
      size: fc.integer({ min: 1, max: 12 }),
      moves: fc.array(fc.record({ at, model: fc.constantFrom('a', 'b') }), { maxLength: 4 }),
      from: fc.constantFrom(0, 100),
      length: fc.constantFrom(1, 700, 1000),
      later: fc.constantFrom(-200, 0, 5000),
      silentAfter: fc.constantFrom(10, 30, 120),
    })
    .map(({ reports, states, first, keys, size, moves, from, length, later, silentAfter }) => {
      const sent: Sent[] = [...reports, ...(first === null ? [] : [first, ...states])];
      const shuffled = sent
        .map((each, index) => ({ each, key: keys[index] as number }))
        .sort((a, b) => a.key - b.key)
        .map(({ each }) => each);
      const to = from + length;
      // Nothing comes from the future.
      const now = Math.max(to + later, ...sent.map((each) => each.at));
      const batches = Array.from({ length: Math.ceil(sent.length / size) }, (_, n) =>
        shuffled.slice(n * size, (n + 1) * size)
      );
      const sorted = [...new Map(moves.map((move) => [move.at, move])).values()].sort((a, b) => a.at - b.at);
      return { batches, moves: sorted, from, to, now, silentAfter };
    })
    .filter(({ moves }) => moves.length > 0);
}

describe('engineHistories', () => {
  it('tells the state and its cause at every moment, for any messages in any order', async () => {
    await fc.assert(fc.asyncProperty(cases(), check), { numRuns: 60 });
  });
});
