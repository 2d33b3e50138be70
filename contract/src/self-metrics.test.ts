import { describe, expect, it } from 'vitest';
import { findMetric, METRICS, parseDottedName, SELF_METRICS } from './index.js';

describe('self-metrics', () => {
  it('are in the catalogue under names of their own, in the area self', () => {
    expect(new Set(METRICS.map(({ name }) => name)).size).toBe(METRICS.length);
    for (const metric of METRICS) {
      expect(metric.area === 'self', metric.name).toBe(metric.name.startsWith('self.'));
    }
    SELF_METRICS.forEach((metric) => expect(findMetric(metric.name)).toBe(metric));
  });

  it('combine as their kinds do: what grew adds up, rates are weighted by span', () => {
    for (const { name, kind, over, across, slotted, joins } of SELF_METRICS) {
      expect({ slotted, joins }, name).toEqual({ slotted: false, joins: undefined });
      const expected = { count: ['sum', 'sum'], rate: ['avg', 'sum'] }[kind as 'count' | 'rate'];
      expect([over, across], name).toEqual(expected ?? [over, across]);
      expect(['count', 'rate', 'gauge'], name).toContain(kind);
    }
  });

  it('are read from dotted names behind whatever they are about', () => {
    expect(parseDottedName('kafka/notify/3.self.lag.records')).toMatchObject({ model: 'kafka/notify/3' });
    expect(parseDottedName('store.self.batch.items.max')).toMatchObject({ metric: { name: 'self.batch.items.max' } });
    expect(parseDottedName('lstm.0.record.count')).toMatchObject({ model: 'lstm', slot: 0 });
  });
});
