import type { Frame } from '@pneumograph/contract';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  type HostPage,
  openHostPage,
  outside,
  type PluginHost,
  startPluginHost,
  tabTo,
  type Theme,
  typeAndChoose,
  type View,
} from './host/index.js';
import { eventually, type RunningBackend, type RunningBrowser, startBackend, startChromium } from './servers/index.js';
import { TUTORIAL_CONFIG, tutorialMessages, tutorialRange, WORKFLOW } from './tutorial.js';

/** The editors of the data source in a real browser: by the keyboard alone, at the width of a phone. */
let backend: RunningBackend;
let host: PluginHost;
let browser: RunningBrowser;
let shown: HostPage;
const range = tutorialRange(Date.now());
const DESK = { theme: 'dark', width: 1000, height: 700, range } as const;
const QUERY = { refId: 'A', kind: 'metric', workflow: WORKFLOW, models: ['lstm'], slots: [0], metric: 'rps' };

beforeAll(async () => {
  backend = await startBackend({ config: TUTORIAL_CONFIG });
  await backend.report(tutorialMessages(range));
  host = await startPluginHost(backend.url);
  browser = await startChromium();
  shown = await openHostPage(browser, host.url);
}, 240_000);

afterAll(async () => {
  await browser?.stop();
  await host?.stop();
  await backend?.stop();
});

afterEach(async () => {
  expect(shown.takeErrors()).toEqual([]);
  expect(await shown.violations()).toEqual([]);
});

const field = (name: string | RegExp, role: 'combobox' | 'textbox' | 'spinbutton' = 'combobox') =>
  shown.page.getByRole(role, { name, exact: true }).first();
const press = (key: string) => shown.page.keyboard.press(key);
const saves = (expected: object) => eventually(async () => expect(await shown.saved()).toMatchObject(expected), 10_000);

describe('by the keyboard alone', () => {
  test('a query is put together, and its values come back', async () => {
    await shown.show({ kind: 'query-editor', ...DESK, query: QUERY });
    await tabTo(shown.page, field('Metric'));
    await typeAndChoose(shown.page, 'cpu.util', /^cpu\.utilization/);
    await saves({ metric: 'cpu.utilization' });
    await tabTo(shown.page, field('One series per'));
    await typeAndChoose(shown.page, 'Engine');
    await press('Escape');
    await saves({ metric: 'cpu.utilization', by: ['model', 'slot', 'engine'] });
    await tabTo(shown.page, field(/^Series name/, 'textbox'));
    await shown.page.keyboard.type('{{engine}}');
    await press('Tab');
    await saves({ alias: '{{engine}}' });
    await eventually(async () => {
      const names = (await shown.frames<Frame>()).map(({ schema }) => schema.name);
      expect(names.sort()).toEqual(['engine-2', 'engine-3']);
    }, 10_000);
  });

  test('the kind is changed by arrows, and a query waits for its button where people want that', async () => {
    await shown.show({ kind: 'query-editor', ...DESK, query: QUERY });
    const onChange = shown.page.getByRole('switch', { name: 'Run on change' });
    await tabTo(shown.page, onChange);
    await press('Space');
    await tabTo(shown.page, shown.page.getByRole('radio', { name: 'Metric' }));
    await press('ArrowRight');
    await saves({ kind: 'status' });
    expect(await shown.frames()).toEqual([]);
    const run = shown.page.getByRole('button', { name: 'Run query' });
    await tabTo(shown.page, run, 'Shift+Tab');
    await press('Enter');
    await eventually(async () => expect(await shown.frames()).toHaveLength(2), 10_000);
    await press('Shift+Tab');
    await press('Space');
    await tabTo(shown.page, shown.page.getByRole('switch', { name: 'Live' }));
    await press('Space');
    await saves({ kind: 'status', live: true });
  });

  test('a name that has not reported yet is typed, and the dotted name is a way in', async () => {
    await shown.show({ kind: 'query-editor', ...DESK, query: { ...QUERY, models: [] } });
    await tabTo(shown.page, field('Models'));
    await typeAndChoose(shown.page, 'a "b" {c} (d|e)* Ω');
    await press('Escape');
    await saves({ models: ['a "b" {c} (d|e)* Ω'] });
    await tabTo(shown.page, field(/^Or by name/, 'textbox'));
    await shown.page.keyboard.type('reader.1.record.count');
    await press('Enter');
    await saves({ models: ['reader'], slots: [1], metric: 'record.count' });
  });

  test('a variable', async () => {
    await shown.show({ kind: 'variable-editor', ...DESK, query: { refId: 'v', list: 'models' } });
    await tabTo(shown.page, field('List'));
    await typeAndChoose(shown.page, 'Engines');
    await saves({ list: 'engines' });
    await tabTo(shown.page, field('Of models'));
    await typeAndChoose(shown.page, 'lstm');
    await press('Escape');
    await saves({ list: 'engines', models: ['lstm'] });
    await shown.page.getByText('In this list now: engine-2, engine-3').waitFor();
  });

  test('annotations', async () => {
    await shown.show({ kind: 'annotation-editor', ...DESK, query: { refId: 'Anno' } });
    await tabTo(shown.page, shown.page.getByRole('radio', { name: 'Alerts' }));
    await press('ArrowRight');
    await saves({ kind: 'status', engineStates: ['error', 'unknown'] });
    await tabTo(shown.page, field('States'));
    await typeAndChoose(shown.page, 'paused');
    await press('Escape');
    await saves({ engineStates: ['error', 'unknown', 'paused'] });
  });

  test('the settings are made, saved and tested', async () => {
    await shown.show({ kind: 'config-editor', ...DESK });
    await tabTo(shown.page, field(/url/i, 'textbox'));
    await press('Control+a');
    await shown.page.keyboard.type(backend.url);
    const more = shown.page.getByRole('button', { name: 'Expand section Additional settings' });
    await tabTo(shown.page, more);
    await press('Enter');
    await tabTo(shown.page, field('Default workflow'));
    await typeAndChoose(shown.page, WORKFLOW);
    await tabTo(shown.page, field('Timeout', 'spinbutton'));
    await shown.page.keyboard.type('20');
    await tabTo(shown.page, shown.page.getByRole('button', { name: 'Save & test' }));
    await press('Enter');
    await shown.page
      .getByTestId('health')
      .getByText(/2 models/)
      .waitFor();
    expect(host.settings().jsonData).toMatchObject({ defaultWorkflow: WORKFLOW, timeout: 20 });
  });
});

describe.each<Theme>(['dark', 'light'])('at the width of a phone: %s', (theme) => {
  const phone = { theme, width: 340, height: 700, range };
  const several = { ...QUERY, models: ['lstm', 'reader', 'a model with a long name'] };
  const views: Array<[string, View]> = [
    ...['metric', 'status', 'topology', 'alerts', 'profile'].map((kind): [string, View] => [
      `query editor, ${kind}`,
      {
        kind: 'query-editor',
        ...phone,
        query: { ...several, kind, format: kind === 'profile' ? 'shares' : 'timeseries' },
      },
    ]),
    ['annotation editor', { kind: 'annotation-editor', ...phone, query: { refId: 'Anno', kind: 'status' } }],
    [
      'variable editor',
      { kind: 'variable-editor', ...phone, query: { refId: 'v', list: 'engines', models: several.models } },
    ],
    ['config editor', { kind: 'config-editor', ...phone }],
  ];
  test.each(views)('%s', async (name, view) => {
    await shown.show(view);
    await shown.page.getByTestId('view').getByRole('combobox').first().waitFor();
    for (const closed of await shown.page.getByRole('button', { name: /^Expand section/ }).all()) {
      await closed.click();
    }
    await eventually(async () => expect(await outside(shown.page)).toEqual([]), 5_000);
    await shown.picture(`phone-${name.replace(/\W+/g, '-')}-${theme}`);
  });
});
