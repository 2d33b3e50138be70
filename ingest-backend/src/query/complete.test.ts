import { describe, expect } from 'vitest';
import { it, regular, type World } from './derived/testing.js';

const MEMORY = { metric: 'memory', by: ['model'] };

/** Two engines of one model, of which the second has not reported in the newest bucket. */
async function reports(world: World, last = 50): Promise<void> {
  world.now = 57;
  await world.report('m:0', regular(0, 56, 2, 100), { engine: 'one', metric: 'memory' });
  await world.report('m:0', regular(0, last, 2, 1000), { engine: 'two', metric: 'memory' });
}

describe('a sum over engines', () => {
  it('ends where not all of them have reported', async ({ world }) => {
    await reports(world, 48);
    expect(Object.values(await world.values(MEMORY))).toEqual([{ 0: 1100, 10: 1100, 20: 1100, 30: 1100, 40: 1100 }]);
    await world.report('m:0', [[50, 1000, 2]], { engine: 'two', metric: 'memory' });
    expect(Object.values(await world.values(MEMORY))[0]).toMatchObject({ 40: 1100, 50: 1100 });
  });

  it('does not wait for one that is silent, nor of a time that is over', async ({ world }) => {
    await reports(world, 48);
    world.now = 59;
    expect(Object.values(await world.values(MEMORY))[0]).toEqual({
      0: 1100,
      10: 1100,
      20: 1100,
      30: 1100,
      40: 1100,
      50: 100,
    });
    world.now = 600;
    expect(Object.values(await world.values(MEMORY))[0]).toMatchObject({ 40: 1100, 50: 100 });
  });

  it('is told group by group', async ({ world }) => {
    await reports(world, 48);
    await world.report('n:0', regular(0, 56, 2, 7), { engine: 'three', metric: 'memory' });
    await world.report('n:0', regular(0, 56, 2, 7), { engine: 'four', metric: 'memory' });
    const values = await world.values(MEMORY);
    expect(Object.keys(values).map((name) => values[name]?.[50])).toEqual([undefined, 14]);
  });

  it.for([
    [{ across: 'avg' }, 100],
    [{ across: 'max' }, 100],
    [{ by: ['engine'] }, 100],
    [{ engines: ['one'] }, 100],
    [{ over: 'count' }, 4],
    [{ fill: 'zero' }, 100],
  ])('is told with what there is: %j', async ([query, expected], { world }) => {
    await reports(world, 48);
    const [values] = Object.values(await world.values({ ...MEMORY, ...(query as object) }));
    expect(values?.[50]).toBe(expected);
  });

  it('is carried on by the value before', async ({ world }) => {
    await reports(world, 48);
    const [values] = Object.values(await world.values({ ...MEMORY, fill: 'previous' }, { intervalMs: 5000 }));
    expect(values?.[50]).toBe(1100);
  });

  it('tells the last values of all as its latest', async ({ world }) => {
    await reports(world, 48);
    expect(Object.values(await world.latest(MEMORY))).toEqual([1100]);
  });
});
