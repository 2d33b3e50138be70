import { CATALOGUE } from '../testing/catalogue';
import {
  askableWorkflowOptions,
  engineOptions,
  EVERYWHERE,
  findMetric,
  metricOptions,
  modelOptions,
  monitorOptions,
  slotOptions,
  unitLabel,
  workflowOptions,
  type Within,
} from './options';

const values = (options: Array<{ value: string }>) => options.map(({ value }) => value);

test('workflows with a name', () => {
  expect(workflowOptions(CATALOGUE)).toEqual([
    { value: 'prices', label: 'prices', description: '2 models' },
    { value: 'fraud', label: 'fraud', description: '1 model' },
  ]);
});

test('monitors of the models, and those that wait for their streams', () => {
  expect(values(monitorOptions(CATALOGUE, EVERYWHERE))).toEqual(['drift', 'fleet']);
  expect(values(monitorOptions(CATALOGUE, { workflows: ['prices'], models: ['prep'] }))).toEqual(['fleet']);
  // An older ingest backend lists none.
  expect(monitorOptions({ ...CATALOGUE, monitors: undefined }, EVERYWHERE)).toEqual([]);
});

test('models of all workflows or one, a shared name once', () => {
  expect(modelOptions(CATALOGUE, EVERYWHERE)).toEqual([
    { value: 'prep', label: 'prep', description: '1 engine · in prices · in fraud' },
    { value: 'lstm', label: 'lstm', description: 'lstm-v3 · 2 engines · in prices' },
    { value: 'alone', label: 'alone', description: '0 engines' },
  ]);
  expect(values(modelOptions(CATALOGUE, { workflows: ['fraud'], models: ['lstm'] }))).toEqual(['prep']);
  expect(modelOptions(CATALOGUE, { workflows: ['gone'], models: [] })).toEqual([]);
});

test('slots in order, as input or output', () => {
  expect(slotOptions(CATALOGUE, EVERYWHERE).map(({ label }) => label)).toEqual([
    '0 · input',
    '1 · output',
    '2 · input',
    '3 · output',
    '5 · output',
  ]);
  expect(values(slotOptions(CATALOGUE, { workflows: ['prices'], models: ['lstm'] }))).toEqual(['0', '1', '3']);
});

test('engines by id, under their names', () => {
  expect(engineOptions(CATALOGUE, { workflows: [], models: ['lstm'] })).toEqual([
    { value: 'src-2', label: 'engine-2', description: 'lstm · running' },
    { value: 'src-3', label: 'engine-3', description: 'lstm · error' },
  ]);
});

test('metrics by area, with unit and help', () => {
  const options = metricOptions(CATALOGUE, EVERYWHERE);
  expect(options[0]).toEqual({
    value: 'rps',
    label: 'rps',
    description: 'records/s · Records per second through a slot',
    group: 'Throughput',
  });
  expect(new Set(options.map(({ group }) => group))).not.toContain('Other metrics');
  const foreign = {
    name: 'my.score',
    unit: 'none',
    kind: 'gauge',
    slotted: true,
    over: 'avg',
    across: 'avg',
  } as const;
  expect(metricOptions({ metrics: [foreign] }, EVERYWHERE)).toEqual([
    { value: 'my.score', label: 'my.score', description: '', group: 'Other metrics' },
  ]);
});

test('what Pneumograph tells of itself, for its own workflow alone', () => {
  const own = { workflows: ['pneumograph'], models: [] };
  expect(values(workflowOptions(CATALOGUE))).not.toContain('pneumograph');
  expect(askableWorkflowOptions(CATALOGUE).at(-1)).toEqual({
    value: 'pneumograph',
    label: 'pneumograph',
    description: 'Pneumograph itself',
  });
  expect(values(modelOptions(CATALOGUE, EVERYWHERE))).not.toContain('store');
  expect(values(modelOptions(CATALOGUE, own))).toEqual(['derive', 'store']);
  expect(values(engineOptions(CATALOGUE, EVERYWHERE))).not.toContain('host:8420');
  expect(values(engineOptions(CATALOGUE, own))).toEqual(['host:8420']);
  const groups = (within: Within) => new Set(metricOptions(CATALOGUE, within).map(({ group }) => group));
  expect([...groups(own)]).toEqual(['Pneumograph itself']);
  expect(groups(EVERYWHERE)).not.toContain('Pneumograph itself');
  expect(groups({ workflows: ['prices'], models: [] })).toContain('Throughput');
  expect(groups({ workflows: ['pneumograph', 'prices'], models: [] })).toContain('Throughput');
});

test('an ingest backend that tells nothing of itself has no workflow of its own', () => {
  const { self: _self, ...older } = CATALOGUE;
  expect(askableWorkflowOptions(older)).toEqual(workflowOptions(older));
  expect(modelOptions(older, { workflows: ['pneumograph'], models: [] })).toEqual([]);
});

test('a unit without words is shown as it is', () => {
  expect(unitLabel('percent')).toBe('%');
  expect(unitLabel('furlongs')).toBe('furlongs');
  expect(findMetric(CATALOGUE, 'memory')?.slotted).toBe(false);
  expect(findMetric(undefined, 'memory')).toBeUndefined();
});
