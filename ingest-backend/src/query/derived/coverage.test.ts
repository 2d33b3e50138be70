import fc from 'fast-check';
import { describe, expect } from 'vitest';
import { it, regular, START_MS, World } from './testing.js';

describe('coverage', () => {
  const coverage = { metric: 'coverage' };
  const full = { 0: 1, 10: 1, 20: 1, 30: 1, 40: 1, 50: 1 };

  it('tells no traffic from missing reports, and those from a dead engine', async ({ world }) => {
    world.assign('quiet', 'quiet');
    world.assign('lossy', 'lossy');
    world.assign('dead', 'dead');
    await world.report('quiet:0', regular(-4, 60, 4, 0));
    await world.report(
      'lossy:0',
      regular(-5, 60, 5, 10).filter(([time]) => time !== 15 && time !== 25 && time !== 30)
    );
    await world.report('dead:0', regular(-5, 25, 5, 10));
    expect(await world.values(coverage)).toEqual({
      'quiet.0.coverage': full,
      'lossy.0.coverage': { ...full, 10: 0.5, 20: 0 },
      'dead.0.coverage': { ...full, 20: 0.5, 30: 0, 40: 0, 50: 0 },
    });
  });

  it('has a row for every bucket of an engine that never reported, at the slots of its model', async ({ world }) => {
    world.assign('e1', 'lstm');
    world.assign('e2', 'lstm');
    world.assign('never', 'other');
    await world.report('lstm:2', regular(-5, 60, 5, 10), { engine: 'e1' });
    const none = { 0: 0, 10: 0, 20: 0, 30: 0, 40: 0, 50: 0 };
    expect(await world.values({ ...coverage, by: ['model', 'slot', 'engine'] })).toEqual({
      'lstm.2.coverage e1': full,
      'lstm.2.coverage e2': none,
      'other.0.coverage never': none,
      'other.1.coverage never': none,
    });
    const half = { 0: 0.5, 10: 0.5, 20: 0.5, 30: 0.5, 40: 0.5, 50: 0.5 };
    expect(await world.values({ ...coverage, models: ['lstm'] })).toEqual({ 'lstm.2.coverage': half });
    expect(await world.latest({ ...coverage, models: ['lstm'], across: 'min' })).toEqual({ 'lstm.2.coverage': 0 });
    expect(await world.latest({ ...coverage, models: ['lstm'], across: 'max' })).toEqual({ 'lstm.2.coverage': 1 });
    expect(await world.latest({ ...coverage, models: ['lstm'], engines: ['e2'] })).toEqual({ 'lstm.2.coverage': 0 });
  });

  it('asks for reports only of the time that the engine belonged to the model', async ({ world }) => {
    world.assign('e1', 'old');
    world.assign('e1', 'new', 25);
    await world.report('old:0', regular(-5, 25, 5, 1), { engine: 'e1' });
    await world.report('new:0', regular(25, 60, 5, 1), { engine: 'e1' });
    expect(await world.values(coverage)).toEqual({
      'old.0.coverage': { 0: 1, 10: 1, 20: 1 },
      'new.0.coverage': { 20: 1, 30: 1, 40: 1, 50: 1 },
    });
  });

  it('begins with the first report of an engine that nobody has given a model', async ({ world }) => {
    await world.report('stray:0', regular(23, 60, 1, 1));
    expect(await world.values(coverage)).toEqual({ 'stray.0.coverage': { 20: 1, 30: 1, 40: 1, 50: 1 } });
  });

  it('waits for the next report until the engine counts as silent', async ({ world }) => {
    world.assign('lstm', 'lstm');
    await world.report('lstm:0', regular(-5, 35, 5, 1));
    world.now = 44;
    expect(await world.values(coverage)).toEqual({ 'lstm.0.coverage': { 0: 1, 10: 1, 20: 1, 30: 1 } });
    world.now = 46;
    expect(await world.values(coverage)).toEqual({ 'lstm.0.coverage': { 0: 1, 10: 1, 20: 1, 30: 0.5, 40: 0 } });
  });

  it('knows over hours who fell silent, who still reports, and when an engine without a model began', async ({
    world,
  }) => {
    const hour = 3600;
    const hours = { from: START_MS, to: START_MS + 5 * hour * 1000, intervalMs: hour * 1000 };
    world.now = 5 * hour - 25;
    world.assign('silent', 'silent');
    world.assign('steady', 'steady');
    await world.report('silent:0', regular(-60, 1.5 * hour, 60, 1));
    await world.report('steady:0', regular(-60, 5 * hour - 30, 30, 1));
    const told = async (model: string) => {
      const values = (await world.values({ ...coverage, models: [model] }, hours))[`${model}.0.coverage`] ?? {};
      const rows = Object.entries(values).map(([second, value]) => [Number(second), value]);
      return rows.sort(([a = 0], [b = 0]) => a - b).map(([, value]) => value);
    };
    // The range begins amid an hour.
    expect(await told('silent')).toEqual([1, 1, expect.closeTo(1360 / 3600, 6), 0, 0, 0]);
    expect(await told('steady')).toEqual([1, 1, 1, 1, 1, 1]);
    await world.report('stray:0', regular(2.5 * hour, 5 * hour - 30, 30, 1));
    expect(await told('stray')).toEqual([1, 1, 1]);
  });

  it('does not take the start of a burst for time that was left out', async ({ world }) => {
    world.assign('lstm', 'lstm');
    await world.report('lstm:0', [...regular(-5, 55, 5, 1), [56, 30, 0], [58, 30, 0]]);
    expect(await world.values(coverage)).toEqual({ 'lstm.0.coverage': full });
  });

  it('is between 0 and 1 for any reports, however they overlap', async () => {
    const report = fc.tuple(fc.integer({ min: -20, max: 80 }), fc.constant(1), fc.constantFrom(0, 0.5, 7, 30, 1e6));
    await fc.assert(
      fc.asyncProperty(fc.array(report, { maxLength: 30 }), async (reports) => {
        const own = new World();
        await own.store.open();
        try {
          own.assign('lstm', 'lstm');
          await own.report('lstm:0', reports);
          const { 'lstm.0.coverage': values = {} } = await own.values(coverage);
          const covered = (second: number) =>
            reports.some(([time, , span]) => time - span <= second && time >= second + 10);
          for (const [second, value] of Object.entries(values)) {
            expect(value).toBeGreaterThanOrEqual(0);
            expect(value).toBeLessThanOrEqual(1);
            expect(covered(Number(second)) ? value : 1).toBe(1);
          }
        } finally {
          await own.store.close();
        }
      }),
      { numRuns: 25 }
    );
  });

  it('answers with a typed frame and the reason where there is nothing', async ({ world }) => {
    const { frames } = await world.ask(coverage);
    expect(frames).toHaveLength(1);
    expect(frames[0]?.schema.fields.map(({ type }) => type)).toEqual(['time', 'number']);
    expect(frames[0]?.schema.meta.notices?.[0]?.text).toMatch(/No engine is known/);
    const beyond = { from: START_MS + 120_000, to: START_MS + 180_000 };
    world.assign('lstm', 'lstm');
    expect(await world.values(coverage, beyond)).toEqual({});
  });
});
