import { formatTimestamp, type Frame } from '@pneumograph/contract';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type HostPage, openHostPage, type PluginHost, startPluginHost, tabTo, typeAndChoose } from './host/index.js';
import { eventually, type RunningBackend, type RunningBrowser, startBackend, startChromium } from './servers/index.js';

/** A fleet of 10,000 engines, all of which report, in the editors of the data source in a real browser. */
const MODELS = 100;
const ENGINES = 10_000;
const engines = Array.from({ length: ENGINES }, (_, index) => ({
  src: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
  name: `engine-${index}`,
  model: `model-${index % MODELS}`,
  workflow: 'wide',
}));

const to = Math.floor(Date.now() / 1000) * 1000;
const range = { from: to - 60_000, to };
const DESK = { theme: 'dark', width: 1000, height: 700, range } as const;

let backend: RunningBackend;
let host: PluginHost;
let browser: RunningBrowser;
let shown: HostPage;

beforeAll(async () => {
  const config = { fleet: [{ kind: 'static', engines }], derive: { grace: '100ms', silentAfter: '10m' } };
  backend = await startBackend({ config });
  for (let first = 0; first < ENGINES; first += 1_000) {
    await backend.report(engines.slice(first, first + 1_000).map(({ src }) => memory(src)));
  }
  host = await startPluginHost(backend.url);
  browser = await startChromium();
  shown = await openHostPage(browser, host.url);
  await eventually(async () => {
    const [newest] = await latest([]);
    expect(newest).toBe(ENGINES);
  }, 60_000);
}, 300_000);

afterAll(async () => {
  await browser?.stop();
  await host?.stop();
  await backend?.stop();
});

afterEach(async () => {
  expect(shown.takeErrors()).toEqual([]);
  expect(await shown.violations()).toEqual([]);
});

function memory(src: string): object {
  const timestamp = formatTimestamp((to - 10_000) * 1000);
  return { type: 'sensor-report', timestamp, tap: 'sys.memory', src, id: 7, delta_time: 1, data: 1 };
}

/** The newest values of the memory of all engines, grouped, through the Go plugin. */
async function latest(by: string[]): Promise<number[]> {
  const common = { refId: 'A', maxDataPoints: 100, intervalMs: 1000 };
  const query = { ...common, kind: 'metric', metric: 'memory', workflow: 'wide', by, format: 'latest' };
  const response = await host.plugin.query(host.settings(), { ...range, queries: [query] });
  const { results } = (await response.json()) as { results: { A: { frames: Frame[]; error?: string } } };
  expect(results.A.error).toBeUndefined();
  return results.A.frames.flatMap(({ data }) => data.values[0] as number[]);
}

const rows = () => shown.page.getByRole('option').count();
const QUERY = { refId: 'A', kind: 'metric', workflow: 'wide', models: [], slots: [], metric: 'memory' };

test('the query editor finds an engine, and draws as many rows as can be seen', async () => {
  await shown.show({ kind: 'query-editor', ...DESK, query: QUERY });
  await tabTo(shown.page, shown.page.getByRole('combobox', { name: 'Engines', exact: true }));
  await shown.page.keyboard.press('ArrowDown');
  await shown.page
    .getByRole('option', { name: /^engine-/ })
    .first()
    .waitFor();
  expect(await rows()).toBeLessThan(100);
  await typeAndChoose(shown.page, 'engine-9876', /^engine-9876 ?model-76/);
  await shown.page.keyboard.press('Escape');
  await eventually(async () => expect(await shown.saved()).toMatchObject({ engines: [engines[9876]?.src] }), 10_000);
  await eventually(async () => expect(await shown.frames()).toHaveLength(1), 10_000);
  await shown.picture('ten-thousand-engines');
});

test('the variable editor tells how many there are, and a variable has all of them', async () => {
  await shown.show({ kind: 'variable-editor', ...DESK, query: { refId: 'v', list: 'engines', workflow: 'wide' } });
  await shown.page.getByText(/In this list now: .* and 9992 more/).waitFor();
  const values = await shown.variableValues({ refId: 'v', list: 'engines' }, DESK);
  expect(new Set(values.map(({ value }) => value))).toEqual(new Set(engines.map(({ src }) => src)));
});

test('a panel with a series an engine gets as many as can be drawn, and says of how many', async () => {
  await shown.show({ kind: 'query-editor', ...DESK, query: { ...QUERY, by: ['engine'] } });
  await tabTo(shown.page, shown.page.getByRole('switch', { name: 'Run on change' }));
  await shown.page.keyboard.press('Space');
  await shown.page.keyboard.press('Tab');
  await shown.page.keyboard.press('Enter');
  await eventually(async () => expect(await shown.frames()).toHaveLength(1_000), 30_000);
  const [frame] = await shown.frames<Frame>();
  expect(frame?.schema.meta?.notices).toEqual([
    {
      severity: 'warning',
      text: expect.stringMatching(/^This is a part of the answer: 1 000 of 10 000 series/) as string,
    },
  ]);
});

test('an alert rule gets the newest value of every engine', async () => {
  expect(await latest(['engine'])).toHaveLength(ENGINES);
});
