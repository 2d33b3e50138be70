import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import {
  builtPlugin,
  type DatasourceSettings,
  datasourceSettings,
  type GoPlugin,
  type HealthAnswer,
  type QueryAnswer,
  startGoPlugin,
} from './host/index.js';
import { eventually, freePort, type RunningBackend, startBackend } from './servers/index.js';
import {
  ENGINES,
  LSTM_RPS,
  MEMORY_BYTES,
  REJECTED_PER_TICK,
  TICKS,
  TUTORIAL_CONFIG,
  tutorialMessages,
  tutorialRange,
  WORKFLOW,
} from './tutorial.js';

let backend: RunningBackend;
let plugin: GoPlugin;
let settings: DatasourceSettings;
const range = tutorialRange(Date.now());

const base = { kind: 'metric', workflow: WORKFLOW, models: ['lstm'], slots: [], engines: [] };

async function ask(queries: object[]): Promise<QueryAnswer['results']> {
  const common = { intervalMs: 10_000, maxDataPoints: 100 };
  const response = await plugin.query(settings, {
    ...range,
    queries: queries.map((query) => ({ ...common, ...query })),
  });
  return ((await response.json()) as QueryAnswer).results;
}

/** The values of the only series of an answer. */
async function only(query: object): Promise<number[]> {
  const { A } = await ask([{ refId: 'A', ...query }]);
  expect(A?.error).toBeUndefined();
  expect(A?.frames).toHaveLength(1);
  const frame = A!.frames![0]!;
  return frame.data.values[frame.schema.fields.findIndex((field) => field.type === 'number')] as number[];
}

const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);

beforeAll(async () => {
  backend = await startBackend({ config: TUTORIAL_CONFIG });
  settings = datasourceSettings(backend.url);
  plugin = await startGoPlugin(await builtPlugin());
  await backend.report(tutorialMessages(range));
  await eventually(async () => {
    const counted = sum(await only({ ...base, metric: 'record.count', slots: [0], by: [] }));
    expect(counted).toBe(TICKS * 2 * (LSTM_RPS.one + LSTM_RPS.two));
  }, 20_000);
}, 240_000);

afterAll(async () => {
  await plugin?.stop();
  await backend?.stop();
});

describe('queries', () => {
  test('the rate of a model is the sum of its engines, bursts put together', async () => {
    const values = await only({ ...base, metric: 'rps', slots: [0], by: ['model', 'slot'] });
    expect(values.length).toBeGreaterThan(3);
    for (const value of values) {
      expect(value).toBeCloseTo(LSTM_RPS.one + LSTM_RPS.two, 6);
    }
  });

  test('series come as one frame each, with labels, unit and the tutorial’s name', async () => {
    const { A } = await ask([{ refId: 'A', ...base, metric: 'rps', slots: [0], by: ['model', 'slot'] }]);
    const { schema } = A!.frames![0]!;
    expect(schema.meta?.type).toBe('timeseries-multi');
    const value = schema.fields.find((field) => field.type === 'number')!;
    expect(value.labels).toMatchObject({ workflow: WORKFLOW, model: 'lstm', slot: '0' });
    expect(value.config).toMatchObject({ unit: 'recps', displayNameFromDS: 'lstm.0.rps' });
  });

  test('the newest values are numbers by label, as alert rules want them', async () => {
    const { A } = await ask([
      { refId: 'A', ...base, metric: 'engine.status', by: ['workflow', 'model', 'engine'], format: 'latest' },
    ]);
    expect(A!.frames).toHaveLength(2);
    for (const { schema, data } of A!.frames!) {
      expect(schema.meta?.type).toBe('numeric-multi');
      expect(schema.fields.map((field) => field.type)).toEqual(['number']);
      expect(data.values).toEqual([[1]]);
    }
  });

  test('memory past two gibibytes keeps every byte, and engines add up', async () => {
    const values = await only({ ...base, metric: 'memory', by: ['model'], format: 'latest' });
    expect(values).toEqual([MEMORY_BYTES.one + MEMORY_BYTES.two]);
  });

  test('rejects are counted by their reason', async () => {
    const schema = await only({ ...base, metric: 'record.rejected.by.schema.count', slots: [0], by: [] });
    expect(sum(schema)).toBe(TICKS * REJECTED_PER_TICK);
    const { A } = await ask([{ refId: 'A', ...base, metric: 'record.rejected.by.encoding.count', by: [] }]);
    expect(A!.frames!.flatMap((frame) => frame.data.values.flat())).toEqual([]);
  });

  test('a status query gives each engine its states in words', async () => {
    const { A } = await ask([{ refId: 'A', kind: 'status', workflow: WORKFLOW, models: ['lstm'] }]);
    const engines = A!.frames!.map(({ schema }) => schema.fields.find((field) => field.type === 'number')!);
    expect(engines).toHaveLength(2);
    for (const field of engines) {
      expect(JSON.stringify(field.config?.['mappings'])).toContain('running');
    }
  });

  test('the topology names models and what flows between them', async () => {
    const { A } = await ask([{ refId: 'A', kind: 'topology', workflow: WORKFLOW }]);
    const column = (frame: number, name: string) => {
      const { schema, data } = A!.frames![frame]!;
      return data.values[schema.fields.findIndex((field) => field.name === name)];
    };
    const nodes = A!.frames!.findIndex((frame) => frame.schema.fields.some((field) => field.name === 'rps_in'));
    const edges = A!.frames!.findIndex((frame) => frame.schema.fields.some((field) => field.name === 'source'));
    expect(column(nodes, 'title')).toEqual(expect.arrayContaining(['reader', 'lstm']));
    expect(column(edges, 'source')).toEqual([`${WORKFLOW}/reader`]);
    expect(column(edges, 'target')).toEqual([`${WORKFLOW}/lstm`]);
  });

  test('a wrong query fails alone and says why', async () => {
    const { good, bad } = await ask([
      { refId: 'good', ...base, metric: 'rps', slots: [0], by: [] },
      { refId: 'bad', ...base, metric: 'rpz', slots: [0], by: [] },
    ]);
    expect(good?.frames).toHaveLength(1);
    expect(bad?.error).toMatch(/rpz/);
    expect(bad?.errorSource).toBe('downstream');
  });
});

describe('resources', () => {
  test('the catalogue lists what can be asked for', async () => {
    const response = await plugin.resource(settings, `catalog?from=${range.from}&to=${range.to}`);
    expect(response.status).toBe(200);
    const { workflows, metrics } = (await response.json()) as {
      workflows: Array<{ name: string; models: Array<{ name: string; engines: Array<{ src: string }> }> }>;
      metrics: Array<{ name: string }>;
    };
    const lstm = workflows.find(({ name }) => name === WORKFLOW)?.models.find(({ name }) => name === 'lstm');
    expect(lstm?.engines.map(({ src }) => src).sort()).toEqual([ENGINES.lstmOne, ENGINES.lstmTwo].sort());
    expect(metrics.map(({ name }) => name)).toContain('rps');
  });
});

describe('health', () => {
  const check = async (datasource: DatasourceSettings) => {
    const response = await plugin.health(datasource);
    return (await response.json()) as HealthAnswer;
  };

  test('a backend that answers is counted in words', async () => {
    const health = await check(settings);
    expect(health.status).toBe('OK');
    expect(health.message).toMatch(/2 models/);
    expect(health.message).toMatch(/3 engines/);
  });

  test('a plugin of another release is warned of', async () => {
    const health = await check({ ...settings, pluginVersion: '99.0.0' });
    expect(health.status).toBe('OK');
    expect(health.message).toMatch(/The plugin is version 99\.0\.0, but the ingest backend .*Update the older/);
  });

  test('each thing looked at is told, and the clocks of one machine agree', async () => {
    const { message, details } = await check(settings);
    expect(message).toMatch(/newest data \d+ (s|min) old, clocks agree\.$/);
    const { verboseMessage } = details as { verboseMessage: string };
    expect(verboseMessage.split('\n').map((line) => line.split(':')[0])).toEqual([
      'Reachable',
      'Authorised',
      'Version',
      'Newest data',
      'Clock difference',
    ]);
  });

  test('the settings of the README are taken as they stand there, token and certificates aside', async () => {
    const readme = await readFile(new URL('../../datasource-plugin/src/README.md', import.meta.url), 'utf8');
    const example = /```yaml\n(.*?)```/s.exec(readme)?.[1] ?? '';
    const { datasources } = parse(example) as {
      datasources: [Pick<DatasourceSettings, 'jsonData' | 'secureJsonData'>];
    };
    const [{ jsonData, secureJsonData }] = datasources;
    const anonymous = { ...secureJsonData, token: '' };
    const provisioned = { ...settings, jsonData, secureJsonData: anonymous, updated: settings.updated + 2 };
    expect((await check(provisioned)).message).toContain('tlsCACert');
    const plain = { ...jsonData, tlsAuth: false, tlsAuthWithCACert: false };
    const health = await check({ ...provisioned, jsonData: plain, updated: settings.updated + 3 });
    expect(health).toMatchObject({ status: 'OK', message: expect.stringContaining('2 models') as string });
  });

  test('nobody at the address is told with the address', async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    const health = await check({ ...settings, url, updated: settings.updated + 1 });
    expect(health.status).toBe('ERROR');
    expect(health.message).toContain(url);
  });
});

test('nothing is left of a plugin that was stopped', async () => {
  const other = await startGoPlugin(await builtPlugin());
  const isThere = () => {
    try {
      return process.kill(other.pid, 0);
    } catch {
      return false;
    }
  };
  expect(isThere()).toBe(true);
  await other.stop();
  await eventually(async () => expect(await Promise.resolve(isThere())).toBe(false), 5000);
});
