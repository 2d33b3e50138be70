import type { Frame } from '@pneumograph/contract';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  type HostPage,
  openHostPage,
  PANEL_PLUGIN,
  type PluginHost,
  startPluginHost,
  type Theme,
} from './host/index.js';
import {
  eventually,
  freePort,
  type RunningBackend,
  type RunningBrowser,
  startBackend,
  startChromium,
} from './servers/index.js';
import { LSTM_RPS, TICKS, TUTORIAL_CONFIG, tutorialMessages, tutorialRange, WORKFLOW } from './tutorial.js';

/** The built plugins in a real browser, with data that comes from the real backend through the real Go plugin. */
let backend: RunningBackend;
let host: PluginHost;
let browser: RunningBrowser;
let shown: HostPage;
const range = tutorialRange(Date.now());

const TOPOLOGY = { refId: 'A', kind: 'topology', workflow: '$workflow', models: ['$model'] };
const VARIABLES = { workflow: WORKFLOW, model: ['reader', 'lstm'] };
const WIDE = { width: 1200, height: 480 };
const NARROW = { width: 340, height: 420 };

beforeAll(async () => {
  backend = await startBackend({ config: TUTORIAL_CONFIG });
  await backend.report(tutorialMessages(range));
  await eventually(async () => expect(await countedRecords()).toBe(TICKS * 2 * LSTM_RPS.two), 20_000);
  host = await startPluginHost(backend.url);
  browser = await startChromium();
  shown = await openHostPage(browser, host.url);
}, 240_000);

afterAll(async () => {
  await browser?.stop();
  await host?.stop();
  await backend?.stop();
});

afterEach(() => {
  expect(shown.takeErrors()).toEqual([]);
});

/** Records that the second engine of `lstm` took in, as the backend itself tells: is all of the run stored? */
async function countedRecords(): Promise<number> {
  const query = { refId: 'A', kind: 'metric', metric: 'record.count', models: ['lstm'], slots: [0], by: ['engine'] };
  const response = await fetch(`${backend.url}/api/v1/query`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ ...range, maxDataPoints: 1, queries: [query] }),
  });
  const { results } = (await response.json()) as { results: { A: { frames: Frame[] } } };
  const totals = results.A.frames.map(({ data }) => (data.values[1] as number[]).reduce((sum, one) => sum + one, 0));
  return Math.min(...totals);
}

describe('the workflow-health panel', () => {
  const cases: Array<[Theme, string, { width: number; height: number }]> = [
    ['dark', 'wide', WIDE],
    ['light', 'wide', WIDE],
    ['dark', 'narrow', NARROW],
    ['light', 'narrow', NARROW],
  ];
  test.each(cases)('draws the models of the workflow: %s, %s', async (theme, size, { width, height }) => {
    await shown.show({
      kind: 'panel',
      pluginId: PANEL_PLUGIN,
      title: 'Workflow',
      theme,
      width,
      height,
      range,
      variables: VARIABLES,
      queries: [TOPOLOGY],
    });
    const panel = shown.page.getByTestId('view');
    for (const model of ['reader', 'lstm']) {
      await panel.getByText(model, { exact: true }).first().waitFor();
    }
    // The state stands there as a word, not as a colour alone.
    await panel
      .getByText(/running/i)
      .first()
      .waitFor();
    await shown.picture(`panel-${theme}-${size}`);
  });

  const views = ['grid', 'timeline', 'table'].flatMap((view) =>
    cases.map(([theme, size, pixels]) => [view, theme, size, pixels] as const)
  );
  test.each(views)('shows them as a %s: %s, %s', async (view, theme, size, { width, height }) => {
    await shown.show({
      kind: 'panel',
      pluginId: PANEL_PLUGIN,
      title: 'Workflow',
      theme,
      width,
      height,
      range,
      variables: VARIABLES,
      queries: [TOPOLOGY, { ...TOPOLOGY, refId: 'B', kind: 'status', format: 'table' }],
      options: { view: { name: view, switch: true, rows: 'engines' } },
    });
    const panel = shown.page.getByTestId('view');
    const what = { grid: /engine-?1|e1/, timeline: /since/, table: /^lstm$/ }[view] ?? /./;
    const found = view === 'table' ? panel.getByRole('button', { name: what }) : panel.getByLabel(what);
    await found.first().waitFor();
    await shown.picture(`panel-${view}-${theme}-${size}`);
  });

  test('says what is missing where a query brings no models', async () => {
    await shown.show({
      kind: 'panel',
      pluginId: PANEL_PLUGIN,
      title: 'Workflow',
      theme: 'dark',
      ...WIDE,
      range,
      queries: [{ refId: 'A', kind: 'metric', metric: 'rps', workflow: WORKFLOW, models: [], slots: [], by: [] }],
    });
    await shown.page
      .getByTestId('view')
      .getByText(/topology/i)
      .first()
      .waitFor();
    await shown.picture('panel-without-topology');
  });
});

describe('the query editor', () => {
  const open = (theme: Theme, size: { width: number; height: number }) =>
    shown.show({
      kind: 'query-editor',
      theme,
      ...size,
      range,
      query: { refId: 'A', kind: 'metric', workflow: WORKFLOW, models: ['lstm'], slots: [0], metric: 'rps' },
    });

  test('a metric chosen from the catalogue is saved, and its values come back', async () => {
    await open('dark', WIDE);
    const metric = shown.page.getByRole('combobox', { name: 'Metric' });
    await metric.click();
    await shown.picture('query-editor-metrics');
    await metric.fill('memory');
    await shown.page
      .getByRole('option', { name: /memory/i })
      .first()
      .click();
    await eventually(async () => expect(await shown.saved()).toMatchObject({ metric: 'memory' }), 5_000);
    await eventually(async () => {
      const [frame] = await shown.frames<Frame>();
      const value = frame?.schema.fields.find(({ type }) => type === 'number');
      expect(value).toMatchObject({ labels: { model: 'lstm' }, config: { unit: 'bytes' } });
    }, 5_000);
    await shown.picture('query-editor-dark-wide');
  });

  test.each<[Theme, string, { width: number; height: number }]>([
    ['light', 'wide', WIDE],
    ['dark', 'narrow', NARROW],
  ])('fits: %s, %s', async (theme, size, dimensions) => {
    await open(theme, dimensions);
    await shown.page.getByRole('combobox', { name: 'Metric' }).waitFor();
    await shown.picture(`query-editor-${theme}-${size}`);
  });
});

describe('the variable editor', () => {
  const view = { theme: 'dark', ...WIDE, range } as const;

  test('opens on a list of the catalogue', async () => {
    await shown.show({ kind: 'variable-editor', ...view, query: { refId: 'v', list: 'models', workflow: WORKFLOW } });
    await shown.page.getByRole('combobox', { name: 'List' }).waitFor();
    await shown.picture('variable-editor-dark');
  });

  test('values of one variable are narrowed by another', async () => {
    const values = (query: object, variables: Record<string, string | string[]>) =>
      shown.variableValues({ refId: 'v', ...query }, { ...view, variables });
    const models = await values({ list: 'models', workflow: '$workflow' }, { workflow: WORKFLOW });
    expect(models.map(({ value }) => value).sort()).toEqual(['lstm', 'reader']);
    const engines = await values({ list: 'engines', models: ['$model'] }, { model: ['lstm'] });
    expect(engines).toHaveLength(2);
    expect(await values({ list: 'models', workflow: '$workflow' }, { workflow: 'another' })).toEqual([]);
  });
});

describe('the config editor', () => {
  test.each<Theme>(['dark', 'light'])('saves the address and is told that all is well: %s', async (theme) => {
    await shown.show({ kind: 'config-editor', theme, width: 900, height: 900, range });
    await shown.page.getByRole('textbox', { name: /url/i }).first().fill(backend.url);
    await shown.page.getByRole('button', { name: 'Save & test' }).click();
    await shown.page
      .getByTestId('health')
      .getByText(/2 models/)
      .waitFor();
    await shown.picture(`config-editor-${theme}`);
  });

  test('names the address where nobody answers', async () => {
    const nobody = `http://127.0.0.1:${await freePort()}`;
    await shown.show({ kind: 'config-editor', theme: 'dark', width: 900, height: 900, range });
    await shown.page.getByRole('textbox', { name: /url/i }).first().fill(nobody);
    await shown.page.getByRole('button', { name: 'Save & test' }).click();
    await shown.page.getByTestId('health').waitFor();
    await shown.picture('config-editor-unreachable');
    expect(await shown.page.getByTestId('health').textContent()).toContain(nobody);
    // The browser itself tells of the health check's status 400, and of nothing else.
    const errors = shown.takeErrors();
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatch(/400.*\/health/);
  });
});
