import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Point, Series } from '../archive/index.js';
import { Changes } from './changes.js';

let now: number;
let changes: Changes;
beforeEach(() => {
  now = 1e12;
  changes = new Changes(() => now);
});

const partition = { key: 'p' };
const SERIES: Series[] = ['a', 'b', 'c'].map((model) => ({
  workflow: 'w',
  model,
  slot: 0,
  engine: `e-${model}`,
  metric: 'rps',
}));
const point = (series: Series, time: number): Point => ({
  kind: 'point',
  series,
  time,
  value: 1,
  span: 1,
  partition,
  offset: 0,
});

describe('changes', () => {
  it('hold, of any point since, that its metric changed over a time that includes it', () => {
    const batch = fc.array(fc.tuple(fc.constantFrom(...SERIES), fc.integer({ min: 0, max: 100 })), { minLength: 1 });
    fc.assert(
      fc.property(fc.array(batch, { maxLength: 8 }), fc.nat(8), (batches, from) => {
        changes = new Changes(() => now);
        changes.listen();
        const begin = changes.last;
        batches.forEach((entries) => changes.add(entries.map(([series, time]) => point(series, time))));
        const since = Math.min(from, batches.length);
        const found = changes.since(begin + since) ?? [];
        for (const [series, time] of batches.slice(since).flat()) {
          expect(
            found.some((change) => change.model === series.model && change.from <= time && time <= change.to)
          ).toBe(true);
        }
        expect(found.length).toBeLessThanOrEqual(3 * (batches.length - since));
      })
    );
  });

  it('wake who waits, at once', async () => {
    changes.listen();
    const waiting = changes.after(changes.last, 60_000, new AbortController().signal);
    changes.add([point(SERIES[0] as Series, 1)]);
    await waiting;
    expect(changes.since(changes.last - 1)).toEqual([{ workflow: 'w', model: 'a', metric: 'rps', from: 1, to: 1 }]);
  });

  it('are known again at a place, for a while and in this process alone', () => {
    changes.listen();
    const place = changes.place(changes.last);
    changes.add([point(SERIES[0] as Series, 1)]);
    expect(changes.stepOf(place)).toBe(changes.last - 1);
    expect(new Changes(() => now).stepOf(place)).toBeUndefined();
    expect(changes.stepOf('nonsense')).toBeUndefined();
    expect(changes.stepOf(place.replace(/\d+$/, '99'))).toBeUndefined();
    now += 5 * 60_000;
    changes.listen();
    now += 6 * 60_000;
    changes.add([point(SERIES[0] as Series, 2)]);
    expect(changes.stepOf(place)).toBeUndefined();
    expect(changes.stepOf(changes.place(changes.last))).toBe(changes.last);
  });

  it('that came while nobody listened are not known', () => {
    changes.listen();
    const place = changes.place(changes.last);
    now += 11 * 60_000;
    changes.add([point(SERIES[0] as Series, 1)]);
    changes.listen();
    expect(changes.stepOf(place)).toBeUndefined();
  });
});
