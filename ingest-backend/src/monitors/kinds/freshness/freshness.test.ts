import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectSameAfterRestart, START, Trial } from '../trial.js';

const definition = (more = ''): string => `kind: freshness\nparams: { above: 25s${more} }\n`;

describe('freshness', () => {
  it('is the age of the newest record, at each step', () => {
    const trial = new Trial(definition()).values([1, 2, 3]).reached(40).values([4], 45).reached(50);
    expect(trial.points('freshness')).toEqual([
      [10, 8],
      [20, 18],
      [30, 28],
      [40, 38],
      [50, 5],
    ]);
    expect(trial.texts()).toEqual([
      'firing 30: The newest record came 28 s ago, at most 25 s are borne.',
      'resolved 50: The newest record came 28 s ago, at most 25 s are borne.',
    ]);
  });

  it('goes by a time in the record where that is said', () => {
    const iso = (second: number): string => new Date(START / 1000 + second * 1000).toISOString();
    const values = [
      { at: iso(-60) },
      { at: iso(-50) },
      { at: 'soon' },
      { at: (START / 1e6 - 40) * 1000 },
      { at: START / 1e6 - 45 },
    ];
    const trial = new Trial(definition(', time: at')).values(values).reached(10);
    expect(trial.points('freshness')).toEqual([[10, 50]]);
    expect(trial.texts()).toEqual(['firing 10: The newest record speaks of a time 50 s ago, at most 25 s are borne.']);
  });

  it('is told of the last steps alone where a stream stood still for long', () => {
    const trial = new Trial(definition()).values([1]).reached(100_000);
    expect(trial.points('freshness').length).toBeLessThanOrEqual(1001);
    expect(trial.points('freshness').at(-1)).toEqual([100_000, 100_000]);
  });

  it('is the same after a restart', () => {
    const happening = fc.oneof(
      fc.record({ at: fc.nat(200), value: fc.jsonValue() }),
      fc.record({ at: fc.nat(200), reached: fc.constant(true as const) })
    );
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 30 }), fc.nat(30), (happenings, at) => {
        const sorted = happenings.sort((a, b) => a.at - b.at);
        expectSameAfterRestart(definition(), sorted, at);
        expectSameAfterRestart(definition(', time: at'), sorted, at);
      })
    );
  });
});
