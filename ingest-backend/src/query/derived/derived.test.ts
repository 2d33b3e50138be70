import fc from 'fast-check';
import { describe, expect } from 'vitest';
import { lostOf } from './passage.js';
import { it, regular, START_MS, World } from './testing.js';

const everyTen = (value: number) => ({ 0: value, 10: value, 20: value, 30: value, 40: value, 50: value });

describe('amplification', () => {
  it('is what goes out for each record that comes in, by output slot or over all', async ({ world }) => {
    await world.report('lstm:0', regular(-5, 60, 5, 10));
    await world.report('lstm:1', regular(-5, 60, 5, 10));
    await world.report('lstm:3', regular(-5, 60, 5, 5));
    await world.report('lstm:0', regular(-5, 60, 5, 40), { metric: 'record.rejected.by.schema.count' });
    const amplification = { metric: 'amplification' };
    expect(await world.values(amplification)).toEqual({
      'lstm.1.amplification': everyTen(1),
      'lstm.3.amplification': everyTen(0.5),
    });
    expect(await world.latest({ ...amplification, by: ['model'] })).toEqual({ 'lstm.amplification': 1.5 });
    expect(await world.latest({ metric: 'lstm.3.amplification' })).toEqual({ 'lstm.3.amplification': 0.5 });
  });

  it('waits for no tap that has been silent for longer than engines may be', async ({ world }) => {
    await world.report('lstm:0', regular(-5, 60, 5, 10));
    await world.report('lstm:1', regular(-5, 60, 5, 10));
    await world.report('lstm:3', regular(-5, 20, 5, 10));
    expect((await world.values({ metric: 'amplification' }))['lstm.1.amplification']).toEqual(everyTen(1));
  });

  it('has no value where nothing came in, or one side did not report', async ({ world }) => {
    await world.report('idle:0', regular(-5, 60, 5, 0));
    await world.report('idle:1', regular(-5, 60, 5, 0));
    await world.report('sink:0', regular(-5, 60, 5, 10));
    const { frames } = await world.ask({ metric: 'amplification' });
    expect(frames[0]?.data.values).toEqual([[], []]);
    expect(frames[0]?.schema.meta.notices?.[0]?.text).toMatch(/expected record counts of an input and of an output/);
  });
});

describe('loss', () => {
  it('tells which share of the records never came out', async ({ world }) => {
    await world.report('lstm:0', regular(-5, 60, 5, 10));
    await world.report(
      'lstm:1',
      regular(-5, 60, 5, (time) => (time > 20 && time <= 40 ? 8 : 10))
    );
    const told = { 0: 0, 10: 0, 20: 0.2, 30: 0.2, 40: 0 };
    // Of the last bucket some may still come out, until engines would count as silent.
    expect(await world.values({ metric: 'loss' })).toEqual({ 'lstm.1.loss': told });
    expect((await world.latest({ metric: 'loss' }))['lstm.1.loss']).toBeCloseTo(8 / 100, 9);
    world.now = 70;
    await world.report('lstm:0', [[70, 20, 10]]);
    await world.report('lstm:1', [[70, 20, 10]]);
    expect(await world.values({ metric: 'loss' })).toEqual({ 'lstm.1.loss': { ...told, 50: 0 } });
  });

  it('does not take for lost what comes late, is rejected on the way out, or is not reported yet', async ({
    world,
  }) => {
    await world.report('late:0', regular(-5, 60, 5, 10));
    await world.report(
      'late:1',
      regular(-5, 60, 5, (time) => (time === 30 ? 0 : time === 35 ? 20 : 10))
    );
    await world.report('strict:0', regular(-5, 60, 5, 10));
    await world.report('strict:1', regular(-5, 60, 5, 7));
    await world.report('strict:1', regular(-5, 60, 5, 3), { metric: 'record.rejected.by.encoding.count' });
    await world.report('behind:0', regular(-5, 60, 5, 10));
    await world.report('behind:1', regular(-5, 55, 5, 10));
    expect(await world.latest({ metric: 'loss' })).toEqual({
      'late.1.loss': 0,
      'strict.1.loss': 0,
      'behind.1.loss': 0,
    });
  });

  it('expects as many records as the workflow says that a slot puts out', async ({ world }) => {
    world.known.amplification.set('window:1', 0.1);
    world.assign('window', 'window');
    await world.report('window:0', regular(-5, 60, 5, 100));
    await world.report('window:1', regular(-5, 60, 5, 10));
    expect((await world.latest({ metric: 'loss' }))['window.1.loss']).toBeCloseTo(0, 9);
  });

  it('never counts more of a bucket than it expects, and in all what is missing at the end', () => {
    const bucket = fc.tuple(fc.integer({ min: 0, max: 100 }), fc.integer({ min: 0, max: 100 }));
    fc.assert(
      fc.property(fc.array(bucket, { maxLength: 50 }), (buckets) => {
        const [expected, out] = [buckets.map(([a]) => a), buckets.map(([, b]) => b)];
        const lost = lostOf(expected, out);
        let [level, least] = [0, 0];
        for (const [index, value] of lost.entries()) {
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(expected[index]!);
          level += expected[index]! - out[index]!;
          least = Math.min(least, level);
        }
        expect(lost.reduce((a, b) => a + b, 0)).toBe(level - least);
      })
    );
  });
});

describe('backlog and conservation', () => {
  it('follows what is written and not read yet, and says where it comes from', async ({ world }) => {
    world.link('reader:1', 'lstm:0');
    await world.report('reader:1', regular(-60, 60, 5, 10));
    // Stops for twenty seconds and then catches up; what it rejects is read as well.
    const pace = (time: number) => (time > 10 && time <= 30 ? 0 : time > 30 && time <= 50 ? 18 : 9);
    await world.report('lstm:0', regular(-60, 60, 5, pace));
    const rejects = regular(-60, 60, 5, (time) => pace(time) / 9);
    await world.report('lstm:0', rejects, { metric: 'record.rejected.by.schema.count' });
    expect(await world.values({ metric: 'backlog' })).toEqual({
      'lstm.0.backlog': { 0: 0, 10: 20, 20: 40, 30: 20, 40: 0, 50: 0 },
    });
    expect(await world.latest({ metric: 'lstm.0.backlog' })).toEqual({ 'lstm.0.backlog': 0 });
    expect(await world.values({ metric: 'conservation' })).toEqual({
      'lstm.0.conservation': { 0: 1, 10: 0, 20: 0, 30: 2, 40: 2, 50: 1 },
    });
    const { frames } = await world.ask({ metric: 'backlog' });
    expect(frames[0]?.schema.fields[1]?.labels).toEqual({
      workflow: 'prices',
      model: 'lstm',
      slot: '0',
      from: 'reader:1',
    });
  });

  it('looks back for a time when less was waiting', async ({ world }) => {
    world.link('reader:1', 'lstm:0');
    await world.report('reader:1', regular(-60, 60, 5, 10));
    await world.report(
      'lstm:0',
      regular(-60, 60, 5, (time) => (time > -20 && time <= -10 ? 0 : 10))
    );
    expect(await world.values({ metric: 'backlog' })).toEqual({ 'lstm.0.backlog': everyTen(20) });
  });

  it('keeps growing while a reader is dead', async ({ world }) => {
    world.link('reader:1', 'lstm:0');
    await world.report('reader:1', regular(-60, 60, 5, 10));
    await world.report('lstm:0', regular(-60, 20, 5, 10));
    expect((await world.values({ metric: 'backlog' }))['lstm.0.backlog']).toEqual({
      ...{ 0: 0, 10: 0, 20: 20, 30: 40, 40: 60, 50: 80 },
    });
  });

  it('adds up what several write to one slot, and tells the readers of one slot apart', async ({ world }) => {
    world.link('a:1', 'x:0');
    world.link('b:1', 'x:0');
    world.link('a:1', 'y:2');
    for (const [tap, value] of Object.entries({ 'a:1': 10, 'b:1': 5, 'x:0': 15, 'y:2': 9 })) {
      await world.report(tap, regular(-60, 60, 5, value));
    }
    expect(await world.latest({ metric: 'conservation' })).toEqual({ 'x.0.conservation': 1, 'y.2.conservation': 0.9 });
    expect(await world.latest({ metric: 'backlog' })).toEqual({ 'x.0.backlog': 0, 'y.2.backlog': 24 });
    expect(await world.latest({ metric: 'backlog', by: ['workflow'] })).toEqual({ backlog: 24 });
    expect(Object.keys(await world.values({ metric: 'backlog', models: ['x'], slots: [0] }))).toEqual(['x.0.backlog']);
  });

  it('says which links or counts are missing', async ({ world }) => {
    const notice = async () => (await world.ask({ metric: 'backlog' })).frames[0]?.schema.meta.notices?.[0]?.text;
    expect(await notice()).toMatch(/Expected a link that leads to these slots, found none/);
    world.link('feed:1', 'lstm:0');
    await world.report('lstm:0', regular(-60, 60, 5, 10));
    expect(await notice()).toBe('feed:1 → lstm:0: no record counts have come of feed:1.');
  });

  it('is not told of single engines', async ({ world }) => {
    const { status, error } = await world.ask({ metric: 'backlog', by: ['model', 'engine'] });
    expect([status, error]).toEqual([400, expect.stringContaining('backlog is told of whole models')]);
  });
});

describe('latency', () => {
  it('is the time from in to out, of a model that was idle in between', async ({ world }) => {
    // Bursts of eight seconds with eight of rest; what comes in goes out three seconds later.
    const pace = (time: number) => ((time + 160) % 16 < 8 ? 100 : 0);
    await world.report('lstm:0', regular(-60, 60, 1, pace));
    await world.report(
      'lstm:1',
      regular(-60, 60, 1, (time) => pace(time - 3))
    );
    const { 'lstm.latency': values = {} } = await world.values({ metric: 'latency' }, { intervalMs: 1000 });
    expect(Object.values(values).length).toBeGreaterThan(20);
    for (const value of Object.values(values)) {
      expect(value).toBeCloseTo(3, 6);
    }
    expect((await world.latest({ metric: 'lstm.latency', over: 'p50' }))['lstm.latency']).toBeCloseTo(3, 6);
    expect((await world.ask({ metric: 'latency' })).frames[0]?.schema.meta.notices).toBeUndefined();
  });

  it('says where it cannot be known', async ({ world }) => {
    await world.report('lstm:0', regular(-70, 60, 1, 100));
    await world.report('lstm:1', regular(-70, 60, 1, 100));
    const { frames } = await world.ask({ metric: 'latency' });
    expect(frames[0]?.schema.meta.notices?.[0]?.text).toMatch(/^lstm: never seen idle since 2018-03-05T17:51:40/);
    expect(new Set(frames[0]?.data.values[1])).toEqual(new Set([0]));
  });

  it('refuses joins that mean nothing', async ({ world }) => {
    const { error } = await world.ask({ metric: 'latency', over: 'sum' });
    expect(error).toBe('over: expected p50, p95, p99, avg, min, max or default for latency, found "sum"');
    expect((await world.ask({ metric: 'latency', across: 'sum' })).error).toMatch(/^across: expected avg, min, max or/);
  });
});

const DERIVED = ['coverage', 'amplification', 'loss', 'latency', 'backlog', 'conservation'];

it('answers ranges of any length and place with typed frames', async ({ world }) => {
  world.assign('lstm', 'lstm');
  await world.report('lstm:0', regular(-5, 60, 5, 10));
  await world.report('lstm:1', regular(-5, 60, 5, 10));
  const ranges = [
    { from: 0, to: 4e12 },
    { from: -8e15, to: 8e15 },
    { from: START_MS + 1e9, to: START_MS + 2e9 },
    { from: START_MS + 7, to: START_MS + 8, intervalMs: 0 },
  ];
  for (const metric of DERIVED) {
    for (const range of ranges) {
      for (const format of ['timeseries', 'latest']) {
        const { status, frames } = await world.ask({ metric, format }, range);
        expect([status, frames.length]).toEqual([200, frames.length || 1]);
        expect(frames[0]?.schema.meta.type).toBe(format === 'latest' ? 'numeric-multi' : 'timeseries-multi');
      }
    }
    const many = await world.ask({ metric }, { maxDataPoints: 1e6, intervalMs: 0, from: START_MS - 36e5 });
    expect(many.error).toMatch(/^maxDataPoints: expected at most 20000 intervals in the range for/);
  }
});

it('answers the same however the reports are cut', async ({ world }) => {
  world.known.links.push({ from: { model: 'a', slot: 1 }, to: { model: 'b', slot: 0 } });
  const taps = ['a:0', 'a:1', 'b:0', 'b:1'];
  const report = fc.tuple(fc.integer({ min: 0, max: 20 }), fc.constantFrom(1, 2, 4));
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(report, { minLength: 1, maxLength: 40 }), { minLength: 4, maxLength: 4 }),
      async (all) => {
        const answers = [1, 2].map(async (pieces) => {
          const own = new World();
          await own.store.open();
          own.known.links.push(...world.known.links);
          for (const [index, tap] of taps.entries()) {
            let time = -60;
            const reports = all[index]!.map(([value, span]): [number, number, number] => [(time += span), value, span]);
            await own.report(
              tap,
              reports.flatMap(([end, value, span]) =>
                Array.from({ length: pieces }, (_, n): [number, number, number] => [
                  end - (span * n) / pieces,
                  value / pieces,
                  span / pieces,
                ])
              )
            );
          }
          const found = await Promise.all(DERIVED.map((metric) => own.values({ metric }, { intervalMs: 2000 })));
          await own.store.close();
          return found;
        });
        const [whole, cut] = await Promise.all(answers);
        whole!.forEach((series, index) => {
          expect(Object.keys(cut![index]!)).toEqual(Object.keys(series));
          for (const [name, values] of Object.entries(series)) {
            for (const [second, value] of Object.entries(values)) {
              expect(cut![index]![name]![Number(second)], `${name} at ${second}`).toBeCloseTo(value, 6);
            }
          }
        });
      }
    ),
    { numRuns: 15 }
  );
});
