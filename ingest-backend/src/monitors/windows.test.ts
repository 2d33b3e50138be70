import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Windows, type Window, type WindowsState } from './windows.js';

const P = { key: 'stream/p' };
type Told = Array<[start: number, end: number, offset: number, content: number[]]>;

function windows(told: Told): Windows<number[]> {
  return new Windows<number[]>(
    10,
    () => [],
    ({ start, end, origin, content }: Window<number[]>) => told.push([start, end, origin.offset, content])
  );
}

it('tell what lay in each, once all of its time has passed', () => {
  const told: Told = [];
  const all = windows(told);
  for (const [offset, time] of [3, 9, 10, 45].entries()) {
    all.at(time, { partition: P, offset }).push(time);
  }
  expect(told).toEqual([
    [0, 10, 0, [3, 9]],
    [10, 20, 2, [10]],
  ]);
  all.reached(49);
  expect(told).toHaveLength(2);
  all.reached(50);
  expect(told[2]).toEqual([40, 50, 3, [45]]);
});

it('tell every record once and no stretch twice, whatever clocks and restarts do', () => {
  const times = fc.array(fc.integer({ min: 0, max: 200 }), { maxLength: 40 });
  fc.assert(
    fc.property(times, fc.nat(40), (all, cut) => {
      const told: Told = [];
      let run = windows(told);
      for (const [offset, time] of all.entries()) {
        if (offset === cut) {
          const state = JSON.parse(JSON.stringify(run.snapshot((content) => content))) as WindowsState;
          run = windows(told);
          run.restore(state, (content) => content as number[]);
        }
        run.at(time, { partition: P, offset }).push(time);
      }
      run.reached(1000);
      expect(told.flatMap(([, , , content]) => content)).toEqual(all);
      const starts = told.map(([start]) => start);
      expect(starts).toEqual([...new Set(starts)].sort((a, b) => a - b));
    })
  );
});
