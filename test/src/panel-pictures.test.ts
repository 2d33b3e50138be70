import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  comparePicture,
  type Fleet,
  type HostPage,
  openHostPage,
  outside,
  PANEL_PLUGIN,
  type PluginHost,
  startPluginHost,
  type Theme,
} from './host/index.js';
import { type RunningBrowser, startChromium } from './servers/index.js';

/**
 * Every view of the panel at every size of fleet, in both themes, wide and narrow. The pictures are kept in test/output, and
 * compared with those in test/golden/pictures.
 */
let host: PluginHost;
let browser: RunningBrowser;
let shown: HostPage;
let blank: Page;

const RANGE = { from: Date.UTC(2026, 0, 1), to: Date.UTC(2026, 0, 1, 6) };
const VIEWS = ['graph', 'grid', 'timeline', 'table'] as const;
const THEMES: Theme[] = ['dark', 'light'];
const WIDTHS = [300, 1800];
const FLEETS: Array<[name: string, fleet: Fleet]> = [
  ['0-models', { models: 0, engines: 0, perWorkflow: 1 }],
  ['1-model', { models: 1, engines: 4, perWorkflow: 12, numbers: true }],
  ['12-models', { models: 12, engines: 40, perWorkflow: 12, numbers: true }],
  ['200-models', { models: 200, engines: 600, perWorkflow: 20, numbers: true }],
  ['10000-engines', { models: 200, engines: 10_000, perWorkflow: 20 }],
];
/** Elements of a page that no browser has trouble with, whatever the size of the fleet. */
const MOST_ELEMENTS = 12_000;

/** The graph and the table are moved and scrolled, other than what stands around them. */
const MOVABLE = 'svg[role="group"] *, [role="region"] table, [data-testid="minimap"] *';

beforeAll(async () => {
  host = await startPluginHost('http://127.0.0.1:9');
  browser = await startChromium();
  shown = await openHostPage(browser, host.url);
  blank = await browser.context.newPage();
  // A page behind another draws once a second.
  await shown.page.bringToFront();
}, 240_000);

afterAll(async () => {
  await browser?.stop();
  await host?.stop();
});

const cases = VIEWS.flatMap((view) =>
  FLEETS.flatMap(([size, fleet]) => WIDTHS.map((width) => ({ view, size, fleet, width })))
);

describe.each(THEMES)('%s', (theme) => {
  test.each(cases)('$view, $size, $width pixels', { timeout: 60_000 }, async ({ view, size, fleet, width }) => {
    await shown.show({
      ...{ kind: 'panel', pluginId: PANEL_PLUGIN, title: 'Workflow', theme, width, height: width > 1000 ? 700 : 480 },
      ...{ range: RANGE, queries: [], fleet },
      options: {
        view: { name: view, switch: true, rows: size === '10000-engines' ? 'engines' : 'models' },
        cards: { latency: true, backlog: true },
      },
      annotations: [
        {
          name: 'deployments',
          fields: [
            { name: 'time', values: [RANGE.from + 3_600_000] },
            { name: 'text', values: ['Version 2 deployed'] },
          ],
        },
      ],
    });
    await shown.page.getByText(/Arranging/).waitFor({ state: 'detached' });
    const picture = await shown.picture(`panel-${view}-${size}-${theme}-${width}`);
    expect(shown.takeErrors()).toEqual([]);
    expect(await outside(shown.page, MOVABLE)).toEqual([]);
    expect(await shown.page.locator('*').count()).toBeLessThan(MOST_ELEMENTS);
    if (size === '12-models') {
      expect(await shown.violations()).toEqual([]);
    }
    expect(await comparePicture(blank, `panel-${view}-${size}-${theme}-${width}`, picture)).toBeUndefined();
  });
});
