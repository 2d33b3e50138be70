import { dataFrameFromJSON, type DataFrame, type DataFrameJSON } from '@grafana/data';
import fc from 'fast-check';
import { NOTHING, samplesOf, series, type Sample, sampleFrames } from '../testing/frames';
import { dropBefore, inOrderOf, mergeFrames } from './merge';

const MODELS = ['a', 'b', 'c'];
const END = 30;

const held = (refId: string, ...frames: DataFrameJSON[]): DataFrame[] =>
  frames.map((json) => ({ ...dataFrameFromJSON(json), refId }));

/** All that is known of each model: a value for some of the times. */
type World = Record<string, Map<number, number>>;
const world = fc.record(
  Object.fromEntries(
    MODELS.map((model) => [
      model,
      fc
        .uniqueArray(fc.tuple(fc.nat(END - 1), fc.nat(99)), { selector: ([time]) => time })
        .map((entries) => new Map(entries.sort(([x], [y]) => x - y))),
    ])
  )
) as fc.Arbitrary<World>;
const within = (samples: Map<number, number>, from: number, to: number): Sample[] =>
  [...samples].filter(([time]) => time >= from && time < to);
/** What the ingest backend answers about a time: a frame for each series that has a value then. */
const answer = (known: World, from: number, to: number): DataFrameJSON[] => {
  const frames = Object.entries(known)
    .map(([model, samples]) => ({ model, samples: within(samples, from, to) }))
    .filter(({ samples }) => samples.length > 0)
    .map(({ model, samples }) => series(model, samples));
  return frames.length > 0 ? frames : [NOTHING];
};
const range = fc.tuple(fc.nat(END), fc.nat(END)).map(([x, y]) => [Math.min(x, y), Math.max(x, y) + 1] as const);

test('after any events the panel holds what the last to tell of each time told', () => {
  fc.assert(
    fc.property(world, fc.array(fc.tuple(world, range), { maxLength: 6 }), (first, events) => {
      let frames = held('A', ...answer(first, 0, END));
      const other = held('B', series('a', [[3, 3]]));
      frames = [...frames, ...other];
      const known: World = Object.fromEntries(MODELS.map((model) => [model, new Map(first[model])]));
      for (const [next, [from, to]] of events) {
        const order = frames.map(({ name }) => name).filter((name) => name !== 'rps');
        frames = mergeFrames(frames, 'A', { from, to, frames: answer(next, from, to) });
        for (const model of MODELS) {
          const now = [
            ...within(known[model]!, 0, from),
            ...within(next[model]!, from, to),
            ...within(known[model]!, to, END),
          ];
          known[model] = new Map(now as Array<[number, number]>);
        }
        // Series keep their places; new ones come last.
        expect(
          frames
            .map(({ name }) => name)
            .filter((name) => name !== 'rps')
            .slice(0, order.length)
        ).toEqual(order);
        expect(frames.length).toBeGreaterThan(1);
      }
      expect(frames).toContain(other[0]);
      const shown = new Map(samplesOf(frames.filter(({ refId }) => refId === 'A')));
      for (const model of MODELS) {
        expect(shown.get(model) ?? []).toEqual([...known[model]!]);
      }
      for (const { fields, length } of frames) {
        expect(fields.map(({ values }) => values.length)).toEqual(fields.map(() => length));
      }
    })
  );
});

test('what does not change stays the same object', () => {
  const frames = held(
    'A',
    series('a', [[1, 1]]),
    series('b', [
      [1, 1],
      [5, 5],
    ])
  );
  const merged = mergeFrames(frames, 'A', { from: 5, to: 6, frames: [series('b', [[5, 6]])] });
  expect(merged[0]).toBe(frames[0]);
  expect(samplesOf(merged)).toEqual([
    ['a', [[1, 1]]],
    [
      'b',
      [
        [1, 1],
        [5, 6],
      ],
    ],
  ]);
});

test('series of the same name are told apart by their labels', () => {
  const renamed = (model: string, samples: Sample[]) => {
    const json = series(model, samples);
    return { ...json, schema: { ...json.schema!, name: 'same' } };
  };
  const merged = mergeFrames(held('A', renamed('a', [[1, 1]]), renamed('b', [[1, 2]])), 'A', {
    from: 2,
    to: 3,
    frames: [renamed('b', [[2, 4]]), renamed('a', [[2, 3]])],
  });
  expect(samplesOf(merged)).toEqual([
    [
      'same',
      [
        [1, 1],
        [2, 3],
      ],
    ],
    [
      'same',
      [
        [1, 2],
        [2, 4],
      ],
    ],
  ]);
});

test('a panel without values keeps its columns until a series appears', () => {
  const nothing = mergeFrames([], 'A', { from: 0, to: 9, frames: [NOTHING] });
  expect(samplesOf(nothing)).toEqual([['rps', []]]);
  expect(samplesOf(mergeFrames(nothing, 'A', { from: 0, to: 9, frames: [NOTHING] }))).toEqual([['rps', []]]);
  const appeared = mergeFrames(nothing, 'A', { from: 0, to: 9, frames: [series('a', [[1, 1]])] });
  expect(samplesOf(appeared)).toEqual([['a', [[1, 1]]]]);
  expect(appeared[0]?.fields[1]?.config.unit).toBe('recps');
});

test('what is outside the time that an event is about is left out', () => {
  const merged = mergeFrames(held('A', series('a', [[1, 1]])), 'A', {
    from: 5,
    to: 7,
    frames: [
      series('a', [
        [4, 9],
        [5, 5],
        [7, 9],
      ]),
    ],
  });
  expect(samplesOf(merged)).toEqual([
    [
      'a',
      [
        [1, 1],
        [5, 5],
      ],
    ],
  ]);
});

test('buckets go when all of their time is older than the range', () => {
  const frames = held(
    'A',
    series(
      'a',
      [
        [0, 1],
        [10, 2],
        [20, 3],
      ],
      10
    ),
    series('b', [[0, 1]], 10)
  );
  expect(samplesOf(dropBefore(frames, 15))).toEqual([
    [
      'a',
      [
        [10, 2],
        [20, 3],
      ],
    ],
    ['b', []],
  ]);
  expect(samplesOf(dropBefore(frames, 20))[0]).toEqual(['a', [[20, 3]]]);
  expect(dropBefore(frames, 0)[0]).toBe(frames[0]);
});

test('rows of a table stay: it is told anew as a whole', () => {
  const [table] = sampleFrames('alerts');
  expect(dropBefore([table], Number.MAX_SAFE_INTEGER)).toEqual([table]);
});

test('a state that holds until the next one stays in force at the beginning of the range', () => {
  const frames = held(
    'A',
    series(
      'engine',
      [
        [0, 1],
        [10, 2],
        [20, 3],
      ],
      null
    )
  );
  expect(samplesOf(dropBefore(frames, 15))).toEqual([
    [
      'engine',
      [
        [15, 2],
        [20, 3],
      ],
    ],
  ]);
  expect(samplesOf(dropBefore(frames, 20))).toEqual([['engine', [[20, 3]]]]);
  expect(samplesOf(dropBefore(frames, 99))).toEqual([['engine', [[99, 3]]]]);
});

test('history that is queried anew keeps the order that the panel shows', () => {
  const shown = held('A', series('b', []), series('a', []));
  const answered = held('A', series('a', [[1, 1]]), series('c', []), series('b', []));
  expect(inOrderOf(shown, answered).map(({ name }) => name)).toEqual(['b', 'a', 'c']);
});
