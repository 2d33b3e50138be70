import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import {
  type HostPage,
  newestGrafanaPackages,
  openHostPage,
  PANEL_PLUGIN,
  type PanelView,
  type PlainFrame,
  type PluginHost,
  startPluginHost,
} from './host/index.js';
import { type RunningBrowser, startChromium } from './servers/index.js';

/** The built panel in a real browser, in the Grafana that it is compiled against, and in the newest with its React 19. */

const RANGE = { from: Date.UTC(2026, 0, 1), to: Date.UTC(2026, 0, 1, 6) };
const VIEWS = ['graph', 'grid', 'timeline', 'table'] as const;
const FLEET = { models: 12, engines: 40, perWorkflow: 6, numbers: true };

const field = (name: string, values: unknown[]) => ({ name, values });
const NODES: PlainFrame = {
  name: 'nodes',
  fields: [
    field('id', ['prices/reader', 'prices/predictor', 'prices/scorer']),
    field('model', ['reader', 'predictor', 'scorer']),
    field('workflow', ['prices', 'prices', 'prices']),
    field('status', ['running', 'running', 'running']),
    field('engines', [1, 1, 1]),
    field('rps_in', [70, 70, 70]),
  ],
};
const EDGES: PlainFrame = {
  name: 'edges',
  fields: [
    field('source', ['prices/reader', 'prices/predictor']),
    field('target', ['prices/predictor', 'prices/scorer']),
    field('mainstat', [70, 70]),
    field('source_slot', [1, 1]),
    field('target_slot', [0, 0]),
  ],
};
const STATES: PlainFrame = {
  name: 'states',
  fields: [
    field('time', [RANGE.from, RANGE.from, RANGE.from]),
    field('state', ['running', 'running', 'running']),
    field('engine', ['e1', 'e2', 'e3']),
    field('model', ['reader', 'predictor', 'scorer']),
    field('workflow', ['prices', 'prices', 'prices']),
  ],
};
const lengthOf = (text: unknown): number => (text as { getComputedTextLength(): number }).getComputedTextLength();
const alertsFrame = (rows: Array<Record<string, unknown>>): PlainFrame => ({
  name: 'alerts',
  fields: ['time', 'model', 'severity', 'state', 'silenced', 'text', 'evidence', 'slot', 'engine'].map((name) =>
    field(
      name,
      rows.map((row) => row[name] ?? null)
    )
  ),
});
const HOUR = 3_600_000;
const ALERT = { time: RANGE.from + HOUR, model: 'predictor', severity: 'critical', state: 'firing', text: 'Drift' };

describe.each([
  ['React 18', () => Promise.resolve(undefined)],
  ['React 19', newestGrafanaPackages],
])('on %s', (react, packages) => {
  let host: PluginHost;
  let browser: RunningBrowser;
  let shown: HostPage;

  beforeAll(async () => {
    host = await startPluginHost('http://127.0.0.1:9', await packages());
    browser = await startChromium();
    shown = await openHostPage(browser, host.url);
  }, 400_000);

  afterAll(async () => {
    await browser?.stop();
    await host?.stop();
  });

  afterEach(() => expect(shown.takeErrors()).toEqual([]));

  const show = (view: (typeof VIEWS)[number], more: Partial<PanelView> = {}) =>
    shown.show({
      ...{ kind: 'panel', pluginId: PANEL_PLUGIN, title: 'Workflow', theme: 'dark', width: 1000, height: 500 },
      ...{ range: RANGE, queries: [], options: { view: { name: view, switch: true, rows: 'engines' } } },
      ...more,
    });
  const panel = () => shown.page.getByTestId('view');

  test.each(VIEWS)('a fleet is drawn and followed as a %s', { timeout: 60_000 }, async (view) => {
    await show(view, { fleet: FLEET });
    expect(await shown.violations()).toEqual([]);
    await shown.call('update', 3, 0);
    await panel().getByRole('radio', { name: 'All models in a table' }).waitFor({ state: 'attached' });
    await shown.picture(`panel-${view}-${react.toLowerCase().replace(' ', '-')}`);
  });

  describe('alerts', () => {
    const states = ['firing', 'pending', 'recovering', 'silenced'];
    const all = alertsFrame(
      states.map((state, index) => ({
        ...{ ...ALERT, text: `${state} alert`, model: ['reader', 'predictor', 'scorer', 'writer'][index] },
        ...{ state: state === 'silenced' ? 'firing' : state, silenced: state === 'silenced' },
      }))
    );
    const four = (frame: PlainFrame): PlainFrame => ({
      ...frame,
      fields: frame.fields.map(({ name, values: [first, ...others] }) => ({
        name,
        values: [first, ...others, { id: 'prices/writer', model: 'writer', engine: 'e4' }[name] ?? first],
      })),
    });
    const frames = [four(NODES), EDGES, four(STATES), all];

    test.each(VIEWS)('that fire, wait, recover and are silenced differ in the %s', async (view) => {
      await show(view, { frames });
      const signs = panel().locator(
        view === 'timeline'
          ? '[data-testid="timeline-alert"] [data-status]'
          : 'g[data-status]:not(:has(g[data-status]))'
      );
      const found = await signs.evaluateAll(
        (elements: Array<{ getAttribute(name: string): string | null; innerHTML: string }>) =>
          elements.map((element) => [
            element.getAttribute('data-status') ?? '',
            element.getAttribute('data-silenced') ?? '',
            element.innerHTML.replace(/#[0-9a-f]{6}|rgb[^"]*/gi, ''),
          ])
      );
      const told = new Map(
        found.map(([status = '', silenced, shape]) => [silenced === 'true' ? 'silenced' : status, shape])
      );
      expect([...told.keys()].sort()).toEqual([...states].sort());
      // Not by colour: each has a shape of its own.
      expect(new Set(told.values()).size).toBe(states.length);
    });

    test('open their evidence by a click: on the timeline, on a card and in the table', async () => {
      const evidence = JSON.stringify({ psi: 0.42 });
      const told = [NODES, EDGES, STATES, alertsFrame([{ ...ALERT, evidence, slot: 0 }])];
      const places = [
        ['timeline', '[data-testid="timeline-alert"]'],
        ['graph', '[data-testid="alert-badge"]'],
        ['graph', '[data-testid="link-alert"]'],
        ['table', '[data-testid="alert-badge"]'],
      ] as const;
      for (const [view, place] of places) {
        await show(view, { frames: told });
        await panel()
          .locator(place)
          .first()
          .click({ position: { x: 8, y: 8 } });
        await panel().getByRole('region', { name: 'Details of predictor' }).getByText('0.42').waitFor();
      }
    });

    test('of Grafana’s rule on the panel, and annotations, are told where they belong', async () => {
      const annotations: PlainFrame[] = [
        {
          fields: [
            field('time', [RANGE.from + HOUR, RANGE.from + 2 * HOUR]),
            field('timeEnd', [RANGE.from + HOUR, RANGE.from + 3 * HOUR]),
            field('text', ['Version 2 deployed', 'Late <b>records</b>']),
            field('tags', [['deployment'], ['model:scorer', 'severity:warning']]),
          ],
        },
      ];
      await show('timeline', {
        ...{ frames: [NODES, EDGES, STATES], annotations },
        alertState: { id: 1, dashboardId: 1, panelId: 1, state: 'pending' },
      });
      await panel().getByText('Grafana’s alert rule of this panel: pending.').waitFor();
      // What is about a model is an alert on its row; what is about none goes through all rows.
      expect(await panel().getByTestId('timeline-event').count()).toBe(1);
      await panel()
        .getByRole('img', { name: /Version 2 deployed/ })
        .waitFor();
      expect(await panel().getByTestId('timeline-alert').count()).toBe(1);
      expect(await panel().getByRole('img', { name: /^e3/ }).getByTestId('timeline-alert').count()).toBe(1);
    });
  });

  test.each(VIEWS)('bad input is shown as far as it can be in the %s, and the rest is named', async (view) => {
    const long = 'x'.repeat(1_000_000);
    const nodes: PlainFrame = {
      name: 'nodes',
      fields: [
        field('id', ['a', 'a', 'b', long, null]),
        field('model', ['same', 'same', 'same', long, null]),
        field('status', ['running', 'error', 'dancing', long, '']),
        field('rps_in', [NaN, Infinity, -1, 'many', null]),
        field('engines', [NaN, -3, 1e99, null, 2]),
      ],
    };
    const edges: PlainFrame = {
      name: 'edges',
      // A cycle, a loop, an unknown end, and none.
      fields: [field('source', ['a', 'b', 'a', 'a', null]), field('target', ['b', 'a', 'a', 'ghost', 'b'])],
    };
    const bad: PlainFrame = {
      name: 'states',
      fields: [
        field('time', [RANGE.to, RANGE.from, NaN, 'never', RANGE.from + HOUR]),
        field('timeEnd', [RANGE.from, RANGE.to, 5, null, RANGE.from + 2 * HOUR]),
        field('state', ['running', 'error', long, null, 'paused']),
        field('engine', ['e1', 'e1', 'e1', 'e2', 'e1']),
        field('model', ['same', 'same', 'same', 'same', 'same']),
      ],
    };
    await show(view, { frames: [nodes, edges, bad, { name: 'edges', fields: [field('source', ['a'])] }] });
    await panel()
      .getByText(/lacks the field/)
      .first()
      .click();
    const notices = await panel().getByRole('list').textContent();
    expect(notices).toMatch(/“ghost”/);
    expect(notices).toMatch(/more than once/);
    expect(notices).toMatch(/without an id/);
    // Graph and table show no states over time.
    expect(/contradict each other/.test(notices ?? '')).toBe(view === 'grid' || view === 'timeline');
    expect((await panel().textContent())?.length).toBeLessThan(20_000);
    expect(await shown.violations()).toEqual([]);
  });

  test('long names and states in the table leave room for each other and for the symbol of the state', async () => {
    const long = 'x'.repeat(500);
    const nodes: PlainFrame = {
      name: 'nodes',
      fields: [field('id', ['a']), field('model', [long]), field('workflow', ['w']), field('status', [long])],
    };
    for (const [width, height] of [
      [300, 300],
      [1000, 500],
    ] as const) {
      await show('table', { frames: [nodes], width, height });
      const box = await panel().locator('td [data-state]').boundingBox();
      expect(box?.width).toBe(16);
      expect((box?.x ?? width) + 16).toBeLessThan(width);
    }
  });

  test('nothing is drawn in a hidden tab, and the newest at once when it is seen again', async () => {
    await show('table', { fleet: FLEET });
    const text = () => panel().textContent();
    const hide = (state: 'hidden' | 'visible') =>
      shown.page.evaluate((visibility) => {
        const { document, Event } = globalThis as unknown as {
          document: { dispatchEvent(event: object): void };
          Event: new (name: string) => object;
        };
        Object.defineProperty(document, 'visibilityState', { value: visibility, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));
      }, state);
    const before = await text();
    await hide('hidden');
    await shown.call('update', 2, 0);
    expect(await text()).toBe(before);
    await hide('visible');
    await expect.poll(text).not.toBe(before);
  });

  test('people who want less motion get none', async () => {
    const motion = () =>
      panel()
        .locator('svg[role="group"] > g')
        .first()
        .evaluate((element) =>
          (globalThis as unknown as { getComputedStyle(of: unknown): { transitionDuration: string } })
            .getComputedStyle(element)
            .transitionDuration.trim()
        );
    await show('graph', { frames: [NODES, EDGES] });
    expect(await motion()).toBe('0s');
    await shown.page.emulateMedia({ reducedMotion: 'no-preference' });
    expect(await motion()).not.toBe('0s');
    await shown.page.emulateMedia({ reducedMotion: 'reduce' });
  });

  test.each(VIEWS)('what only a screen can use is not printed with the %s', async (view) => {
    await show(view, { frames: [NODES, EDGES, STATES] });
    const tools = panel().getByRole('radio', { name: 'Models and their links' });
    await tools.waitFor({ state: 'attached' });
    await shown.page.emulateMedia({ media: 'print' });
    expect(await tools.isVisible()).toBe(false);
    await panel()
      .getByText('predictor')
      .or(panel().getByRole('button', { name: /e2/ }))
      .first()
      .waitFor();
    await shown.page.emulateMedia({ media: null });
  });

  test.each(VIEWS)('a picture of the %s has the texts of the screen, in its font', async (view) => {
    await show(view, { frames: [NODES, EDGES, STATES] });
    const save = async (format: string) => {
      await panel()
        .getByRole('button', { name: /^More: arrange/ })
        .click();
      const [download] = await Promise.all([
        shown.page.waitForEvent('download'),
        shown.page.getByRole('menuitem', { name: `Save as ${format}` }).click(),
      ]);
      return readFile(await download.path());
    };
    const png = await save('PNG');
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    const svg = (await save('SVG')).toString();
    const other = await browser.context.newPage();
    try {
      // Of another site, so that the page's fonts are out of its reach.
      await other.setContent(svg);
      // The ground lies behind all of it, the margin too, but for parts of a pixel.
      const [ground, whole] = await Promise.all(
        ['body > svg > rect', 'body > svg'].map((element) => other.locator(element).boundingBox())
      );
      expect(Math.abs((ground?.x ?? NaN) - (whole?.x ?? NaN))).toBeLessThan(1);
      expect(Math.abs((ground?.y ?? NaN) - (whole?.y ?? NaN))).toBeLessThan(1);
      await other.evaluate('document.fonts.ready');
      const width = () => other.locator('text').first().evaluate(lengthOf);
      const own = await width();
      await other.locator('style').evaluate((style: unknown) => (style as { remove(): void }).remove());
      expect(own).toBeGreaterThan(0);
      expect(await width()).not.toBe(own);
    } finally {
      await other.close();
    }
  });

  test('on a whole screen, as in kiosk mode, all is in sight', async () => {
    await show('graph', { frames: [NODES, EDGES], width: 1920, height: 1080 });
    const size = shown.page.viewportSize();
    for (const card of await panel().locator('[data-card]').all()) {
      const box = await card.boundingBox();
      expect((box?.x ?? -1) >= 0 && (box?.x ?? 0) + (box?.width ?? 0) <= (size?.width ?? 0)).toBe(true);
      expect((box?.y ?? -1) >= 0 && (box?.y ?? 0) + (box?.height ?? 0) <= (size?.height ?? 0)).toBe(true);
    }
  });
});
