import { describe, expect, it } from 'vitest';
import type { Mapping } from '../archive/index.js';
import { Fleet, type Member } from './index.js';

function member(src: string, model: string | undefined, rest: Partial<Member> = {}): Member {
  return { src, aliases: [], name: undefined, workflow: 'w', model, asset: undefined, ...rest };
}

/** A fleet, and what it tells of changes. */
function watched(): { fleet: Fleet; told: Mapping[] } {
  const fleet = new Fleet();
  const told: Mapping[] = [];
  fleet.onChange((mapping) => told.push(mapping));
  return { fleet, told };
}

const models = (fleet: Fleet, src: string, times: number[]) => times.map((time) => fleet.resolve(src)?.at(time).model);

describe('fleet', () => {
  it('tells a change once, and remembers from when until when it held, back and forth', () => {
    const { fleet, told } = watched();
    for (const [model, now] of [
      ['a', 10],
      ['a', 20],
      ['b', 30],
      ['a', 40],
    ] as const) {
      fleet.update([member('e1', model), member('e2', 'a')], now);
    }
    expect(told.map(({ engine, model, time }) => [engine, model, time])).toEqual([
      ['e1', 'a', 10],
      ['e2', 'a', 10],
      ['e1', 'b', 30],
      ['e1', 'a', 40],
    ]);
    expect(models(fleet, 'e1', [5, 10, 29, 30, 39, 40, 99])).toEqual(['a', 'a', 'a', 'b', 'b', 'a', 'a']);
    const again = new Fleet();
    again.restore(told);
    expect(models(again, 'e1', [5, 29, 30, 40])).toEqual(['a', 'a', 'b', 'a']);
  });

  it('shows an engine under its own id while it runs no model', () => {
    const { fleet, told } = watched();
    const one = (model: string | undefined) => [member('e1', model, { name: 'engine-1' })];
    fleet.update(one('a'), 10);
    fleet.update(one(undefined), 20);
    fleet.update(one(undefined), 25);
    fleet.update(one('a'), 30);
    expect(models(fleet, 'e1', [15, 20, 29, 30])).toEqual(['a', 'e1', 'e1', 'a']);
    expect(fleet.resolve('e1')?.at(20).workflow).toBe('');
    expect(told).toHaveLength(3);
  });

  it('keeps the assignment of an engine that is gone, as one that starts again is for a while', () => {
    const { fleet, told } = watched();
    fleet.update([member('e1', 'a')], 10);
    fleet.update([], 20);
    fleet.update([member('e1', 'a')], 30);
    expect(told).toHaveLength(1);
    expect(models(fleet, 'e1', [25])).toEqual(['a']);
  });

  it('takes an engine that comes back under a new id for the one that goes by its name', () => {
    const { fleet, told } = watched();
    fleet.update([member('e1', 'a', { name: 'engine-1' })], 10);
    fleet.update([member('e9', 'a', { name: 'engine-1' })], 20);
    expect(fleet.resolve('e9')).toBe(fleet.resolve('e1'));
    expect(told).toHaveLength(1);
    // Where one answer names both, they are two.
    fleet.update([member('e1', 'a', { name: 'engine-1' }), member('e5', 'b', { name: 'engine-5' })], 30);
    expect(fleet.resolve('e5')?.src).toBe('e5');
  });

  describe('with two sources', () => {
    const composer = { rank: 1, complete: true };
    const connect = { rank: 0, complete: true };
    const byComposer = member('container', 'alias', { name: 'engine-1', aliases: ['engine-1'] });
    const byConnect = member('uuid', 'asset', { name: 'engine-1', aliases: ['engine-1'], workflow: '' });

    it('knows an engine of two ids for one, and believes the later one in the configuration, without end', () => {
      const { fleet, told } = watched();
      fleet.update([byConnect], 10, connect);
      fleet.update([byComposer], 20, composer);
      const { version } = fleet;
      for (let now = 30; now < 100; now += 20) {
        fleet.update([byConnect], now, connect);
        fleet.update([byComposer], now + 10, composer);
      }
      expect(told.map(({ engine, model }) => [engine, model])).toEqual([
        ['uuid', 'asset'],
        ['uuid', 'alias'],
      ]);
      expect(fleet.version).toBe(version);
      expect(fleet.resolve('container')).toBe(fleet.resolve('uuid'));
    });

    it('believes none that says an engine runs nothing, while the other names a model', () => {
      const { fleet } = watched();
      fleet.update([member('e1', 'a')], 10, connect);
      fleet.update([member('e1', undefined)], 20, composer);
      expect(models(fleet, 'e1', [25])).toEqual(['a']);
      fleet.update([member('e1', undefined)], 30, connect);
      expect(models(fleet, 'e1', [35])).toEqual(['e1']);
    });

    it('leaves an engine to the other source once the one no longer names it', () => {
      const { fleet } = watched();
      fleet.update([byConnect], 10, connect);
      fleet.update([byComposer], 20, composer);
      fleet.update([], 30, { ...composer, complete: false });
      expect(models(fleet, 'uuid', [35])).toEqual(['alias']);
      fleet.update([], 40, composer);
      expect(models(fleet, 'uuid', [45])).toEqual(['asset']);
    });

    it('waits after a restart for the source whose word it was', () => {
      const { fleet, told } = watched();
      const stored = { kind: 'mapping', asset: undefined, engineName: 'engine-1' } as const;
      fleet.restore([{ ...stored, time: 5, engine: 'uuid', workflow: 'w', model: 'alias' }]);
      fleet.expect(0);
      fleet.expect(1);
      fleet.update([byConnect, member('new', 'b')], 10, connect);
      expect(told.map(({ engine }) => engine)).toEqual(['new']);
      fleet.update([], 20, composer);
      expect(models(fleet, 'uuid', [15, 20])).toEqual(['alias', 'asset']);
    });

    it('leaves a name that two engines go by with the one of the later source', () => {
      const { fleet } = watched();
      const shared = { aliases: ['host'] };
      fleet.update([member('a', 'm', shared)], 10, connect);
      fleet.update([member('b', 'm', shared)], 20, composer);
      const { version } = fleet;
      fleet.update([member('a', 'm', shared)], 30, connect);
      expect(fleet.resolve('host')?.src).toBe('b');
      expect(fleet.version).toBe(version);
    });
  });
});
