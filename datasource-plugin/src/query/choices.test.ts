import { FILLS, METRICS } from '@pneumograph/contract';
import { acrossOptions, fillOptions, groupOptions, overOptions } from './choices';

const named = (name: string) => METRICS.find((metric) => metric.name === name);

test('offers the ways to combine that a metric has', () => {
  expect(overOptions(named('latency')).map(({ value }) => value)).toEqual([
    ...['default', 'avg', 'min', 'max', 'p50', 'p95', 'p99'],
  ]);
  expect(acrossOptions(named('latency')).map(({ value }) => value)).toEqual(['default', 'avg', 'min', 'max']);
  expect(overOptions(named('backlog'))[0]).toEqual({ value: 'default', label: 'As fits the metric (Last)' });
  expect(overOptions(named('rps')).length).toBeGreaterThan(5);
  expect(acrossOptions(named('engine.status')).map(({ value }) => value)).toContain('worst');
  expect(acrossOptions(named('rps')).map(({ value }) => value)).not.toContain('worst');
});

test('offers monitor and feature for what monitors tell, and slots where there are any', () => {
  const groups = (name: string) => groupOptions(named(name)).map(({ value }) => value);
  expect(groups('drift.psi')).toEqual(['workflow', 'model', 'slot', 'engine', 'monitor', 'feature']);
  expect(groups('rps')).toEqual(['workflow', 'model', 'slot', 'engine']);
  expect(groups('memory')).toEqual(['workflow', 'model', 'engine']);
});

test('offers each filling, but no zero for states, of which it is one', () => {
  const fills = (name: string) => fillOptions(named(name)).map(({ value }) => value);
  expect(fills('rps')).toEqual(FILLS);
  expect(fills('engine.status')).toEqual(['none', 'null', 'previous']);
});
