import { query as contractQuery } from '@pneumograph/contract';
import { variableService } from '../testing/variables';
import type { WorkflowQuery } from '../types';
import { isComplete, NEW_QUERY } from './defaults';
import { interpolate, slotOf } from './interpolate';
import { templateOf } from './template';

const VALUES = {
  w: 'prices',
  model: ['prep', 'lstm'],
  slot: ['0', '1'],
  engine: 'src-1',
  monitor: ['drift', 'noise'],
  severity: 'critical',
  metric: 'memory',
  agg: 'max',
  group: ['model', 'engine'],
  label: 'prod',
  top: '5',
  gaps: 'zero',
};
const template = templateOf(variableService(VALUES));

const FULL: WorkflowQuery = {
  refId: 'A',
  kind: 'metric',
  workflow: '$w',
  models: ['$model'],
  slots: ['$slot', 3],
  engines: ['$engine'],
  monitors: ['$monitor'],
  features: ['price'],
  severities: ['$severity'] as unknown as WorkflowQuery['severities'],
  metric: '$metric',
  over: '$agg' as WorkflowQuery['over'],
  across: '$agg' as WorkflowQuery['across'],
  by: ['$group'] as unknown as WorkflowQuery['by'],
  alias: '$label {{model}}',
  format: 'latest',
  topN: '$top',
  fill: '$gaps' as WorkflowQuery['fill'],
  compare: '1d',
};

describe('interpolate', () => {
  it('replaces every field, and the result is a query of the contract', () => {
    const asked = interpolate(FULL, template);
    expect(asked).toEqual({
      refId: 'A',
      kind: 'metric',
      workflow: 'prices',
      models: ['prep', 'lstm'],
      slots: [0, 1, 3],
      engines: ['src-1'],
      monitors: ['drift', 'noise'],
      features: ['price'],
      severities: ['critical'],
      states: [],
      metric: 'memory',
      per: 'alert',
      over: 'max',
      across: 'max',
      by: ['model', 'engine'],
      alias: 'prod {{model}}',
      format: 'latest',
      topN: 5,
      fill: 'zero',
      compare: '1d',
    });
    expect(contractQuery.parse(asked)).toEqual(asked);
  });

  it.each(['metric', 'status', 'topology', 'alerts', 'profile', 'messages'] as const)(
    'makes a new query of kind %s one of the contract',
    (kind) => {
      const asked = interpolate({ ...NEW_QUERY, refId: 'A', kind } as unknown as WorkflowQuery, template);
      expect(() => contractQuery.parse(asked)).not.toThrow();
      expect(asked.workflow).toBeUndefined();
    }
  );

  it('does not look at the metric of a topology', () => {
    const several = templateOf(variableService({ metric: ['rps', 'memory'] }));
    expect(() => interpolate({ ...FULL, kind: 'topology' }, several)).not.toThrow();
    expect(() => interpolate(FULL, several)).toThrow('one metric');
  });

  it('takes the filters of alerts and the format of a distribution', () => {
    const alerts: WorkflowQuery = {
      refId: 'A',
      kind: 'alerts',
      models: ['$model'],
      states: ['firing'],
      severities: [],
    };
    expect(contractQuery.parse(interpolate(alerts, template))).toMatchObject({
      kind: 'alerts',
      models: ['prep', 'lstm'],
      states: ['firing'],
      limit: 1000,
    });
    const profile: WorkflowQuery = { refId: 'A', kind: 'profile', features: ['price'], format: 'table' };
    expect(interpolate(profile, template)).toMatchObject({ features: ['price'], format: 'table' });
    expect(interpolate({ ...profile, format: 'latest' }, template).format).toBe('shares');
  });

  it('takes the levels, the text and the number of messages', () => {
    const several = templateOf(variableService({ level: ['error', 'alert'], text: '50% "off"', most: '20' }));
    const messages: WorkflowQuery = { refId: 'A', kind: 'messages', levels: ['$level' as 'error'], search: '$text' };
    expect(contractQuery.parse(interpolate({ ...messages, limit: '$most' }, several))).toMatchObject({
      ...{ kind: 'messages', levels: ['error', 'alert'], search: '50% "off"', limit: 20 },
    });
    expect(contractQuery.parse(interpolate(messages, several))).toMatchObject({ limit: 1000 });
    expect(interpolate({ ...messages, limit: 'many' }, several).limit).toBe('many');
  });

  it('asks for all series where no number is given, and leaves what is none to the error', () => {
    const topN = (saved: WorkflowQuery['topN'], values = {}) =>
      interpolate({ ...FULL, topN: saved }, templateOf(variableService({ ...VALUES, ...values }))).topN;
    expect(topN(7)).toBe(7);
    expect([topN(undefined), topN(''), topN('$top', { top: '' }), topN('$top', { top: '$__all' })]).toEqual(
      Array(4).fill(undefined)
    );
    expect(topN('many')).toBe('many');
    expect(() => topN('$top', { top: ['3', '5'] })).toThrow('one number of series, but $top stands for 2 (3, 5)');
    // Saved by an older version, without either.
    const { topN: _, fill: __, ...older } = FULL;
    expect(contractQuery.parse(interpolate(older, template))).toMatchObject({ fill: 'none' });
  });

  it('reads a query without fields as one of every model', () => {
    expect(interpolate({ refId: 'A', metric: 'rps' } as WorkflowQuery, template)).toMatchObject({
      kind: 'metric',
      models: [],
      over: 'default',
    });
    // The ingest backend knows what fits the metric.
    expect(interpolate({ refId: 'A', metric: 'rps' } as WorkflowQuery, template).by).toBeUndefined();
  });
});

test('a slot is a number, and what is none stays for the error', () => {
  expect(['0', '17', ' 1 ', '$slot', '1.5', '-1', ''].map(slotOf)).toEqual([0, 17, 1, '$slot', '1.5', '-1', '']);
});

test('a query without a metric is not asked', () => {
  expect(isComplete({ refId: 'A', kind: 'metric', metric: ' ' })).toBe(false);
  expect(isComplete({ refId: 'A' } as WorkflowQuery)).toBe(false);
  expect(isComplete({ refId: 'A', kind: 'metric', metric: 'rps' })).toBe(true);
  expect(isComplete({ refId: 'A', kind: 'topology' })).toBe(true);
});
