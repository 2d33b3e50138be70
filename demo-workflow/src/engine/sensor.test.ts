import { parseTimestamp } from '@pneumograph/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ManualClock } from './manual-clock.js';
import { Sensor, type Measurement, type SensorDescriptor } from './sensor.js';

const COUNT: SensorDescriptor = {
  Tap: 'manifold.0.records.count',
  Activate: { Type: 'regular', Interval: 1 },
  Report: { Interval: 2 },
  Aggregate: { Type: 'sum', SampleSize: 5 },
};

function countingSensor(descriptor = COUNT) {
  const clock = new ManualClock();
  const reports: Measurement[] = [];
  let count = 100;
  const source = { name: descriptor.Tap, kind: 'counter' as const, slot: 0, read: () => count };
  const sensor = new Sensor(7, descriptor, source, clock, (report) => reports.push(report));
  const batch = (records: number): void => {
    sensor.beginBatch();
    for (let n = 0; n < records; n++) {
      count++;
      sensor.recordPassed(0);
    }
  };
  return { clock, reports, sensor, batch };
}

const total = (reports: readonly Measurement[]): number =>
  reports.flatMap(({ data }) => data).reduce((sum, value) => sum + value, 0);

describe('a counting sensor', () => {
  it('reports what was counted since its last report, and the time that took', () => {
    const { clock, reports, sensor, batch } = countingSensor();
    batch(3);
    clock.advance(2);
    sensor.tick();
    batch(1);
    clock.advance(2.5);
    sensor.tick();
    expect(reports).toMatchObject([
      { type: 'sensor-report', tap: 'manifold.0.records.count', id: 7, data: 3 },
      { data: 1 },
    ]);
    const [first, second] = reports as [Measurement, Measurement];
    const apart = parseTimestamp(second.timestamp) - parseTimestamp(first.timestamp);
    expect(second.delta_time * 1e6).toBeCloseTo(apart, 3);
    expect(second.delta_time).toBeGreaterThanOrEqual(2.5);
  });

  it('reports early within a burst, with a delta_time of 0', () => {
    const { clock, reports, sensor, batch } = countingSensor();
    batch(12);
    clock.advance(2);
    sensor.tick();
    expect(reports.map(({ data, delta_time }) => [data, delta_time > 0])).toEqual([
      [5, false],
      [5, false],
      [2, true],
    ]);
  });

  it('does not take several small batches for a burst', () => {
    const { reports, batch } = countingSensor();
    [4, 4, 4].forEach(batch);
    expect(reports).toEqual([]);
  });

  it('reports zeros as well: no records is not no report', () => {
    const { clock, reports, sensor } = countingSensor();
    clock.advance(2);
    sensor.tick();
    expect(reports).toMatchObject([{ data: 0 }]);
  });

  const step = fc.oneof(
    fc.record({ records: fc.nat({ max: 40 }) }),
    fc.record({ seconds: fc.double({ min: 0.000001, max: 7, noNaN: true }) })
  );

  it.each(['sum', 'accumulate'] as const)('tells every record and every moment once (%s)', (Type) => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const { clock, reports, sensor, batch } = countingSensor({ ...COUNT, Aggregate: { Type, SampleSize: 5 } });
        const start = clock.now();
        let records = 0;
        for (const one of steps) {
          if ('records' in one) {
            records += one.records;
            batch(one.records);
          } else {
            clock.advance(one.seconds);
            sensor.tick();
          }
        }
        sensor.finish();
        expect(total(reports)).toBe(records);

        const times = reports.map(({ timestamp }) => parseTimestamp(timestamp));
        expect(times).toEqual([...times].sort((a, b) => a - b));
        expect(new Set(times).size).toBe(times.length);
        const told = reports.reduce((sum, { delta_time }) => sum + delta_time, 0);
        // The sensor was deployed one reading of the clock before `start`.
        expect(told * 1e6).toBeCloseTo((times.at(-1) as number) - start + 1, 2);
      })
    );
  });
});

describe('a gauging sensor', () => {
  const MEMORY: SensorDescriptor = {
    Tap: 'sys.memory',
    Activate: { Type: 'regular', Interval: 0.5 },
    Report: { Interval: 3 },
  };

  it('accumulates a value an activation', () => {
    const clock = new ManualClock();
    const reports: Measurement[] = [];
    let value = 10;
    const source = { name: 'sys.memory', kind: 'gauge' as const, read: () => value++ };
    const sensor = new Sensor(1, MEMORY, source, clock, (report) => reports.push(report));
    for (let n = 0; n < 6; n++) {
      clock.advance(0.5);
      sensor.tick();
    }
    expect(reports.map(({ data }) => data)).toEqual([[10, 11, 12, 13, 14, 15]]);
  });

  it('refuses what is no descriptor', () => {
    const source = { name: 'sys.memory', kind: 'gauge' as const, read: () => 1 };
    const wrong = { ...MEMORY, Report: { Interval: 0 } };
    expect(() => new Sensor(1, wrong, source, new ManualClock(), () => undefined)).toThrow('Interval');
  });
});
