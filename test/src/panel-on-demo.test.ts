import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type HostPage, openHostPage, PANEL_PLUGIN, type PluginHost, startPluginHost } from './host/index.js';
import { type Dashboard, type Panel, readProvisioned } from './provisioning-files.js';
import { eventually, type RunningBackend, type RunningBrowser, startBackend, startChromium } from './servers/index.js';

const MONITORS = fileURLToPath(new URL('../../provisioning/monitors', import.meta.url));

/** The provisioned health panel, as it is saved, on the demo: its engines really run, and its monitors look into their records. */
let backend: RunningBackend;
let host: PluginHost;
let browser: RunningBrowser;
let shown: HostPage;

beforeAll(async () => {
  const config = { monitors: { path: MONITORS } };
  backend = await startBackend({ config, args: ['--demo', '--scenario', 'crash', '--scenario-after', '45'] });
  host = await startPluginHost(backend.url);
  browser = await startChromium();
  shown = await openHostPage(browser, host.url);
}, 240_000);

afterAll(async () => {
  await browser?.stop();
  await host?.stop();
  await backend?.stop();
});

function healthPanel(): Panel & { options: Record<string, unknown> } {
  const { panels } = JSON.parse(readProvisioned('dashboards/workflow.json')) as Dashboard;
  const found = panels.find(({ type }) => type === PANEL_PLUGIN);
  if (found === undefined) {
    throw new Error('workflow.json: expected a panel of the workflow health, found none');
  }
  return found as Panel & { options: Record<string, unknown> };
}

/** Shows the panel on the last minutes. The variables stand for all models, as when the dashboard is opened. */
async function show(theme: 'dark' | 'light', width: number, height: number): Promise<void> {
  const { targets, options, title } = healthPanel();
  const to = Date.now();
  await shown.show({
    kind: 'panel',
    pluginId: PANEL_PLUGIN,
    title,
    theme,
    width,
    height,
    range: { from: to - 5 * 60_000, to },
    variables: { workflow: 'prices', model: ['reader', 'predictor', 'scorer'] },
    queries: targets as Array<{ refId: string } & Panel['targets'][number]>,
    options,
  });
}

test('the provisioned panel shows curves, latency, backlog, CPU and memory of the demo', async () => {
  const panel = shown.page.getByTestId('view');
  const card = panel.getByRole('button', { name: /^predictor in prices, Running/ });
  await eventually(async () => {
    await show('dark', 1200, 520);
    const text = (await card.textContent({ timeout: 5000 })) ?? '';
    expect(text).toMatch(/Latency[\d.]+ (µs|ms|s)/);
    expect(text).toMatch(/Backlog[\d.]+/);
    expect(text).toMatch(/CPU[\d.]+%/);
    expect(text).toMatch(/Memory[\d.]+ [KMG]iB/);
    expect(text).not.toContain('–');
    expect(await card.getByTestId('curve').count()).toBe(2);
    expect(await card.getByTestId('bar').count()).toBe(2);
  }, 120_000);
  await shown.picture('panel-demo-dark');
  expect(shown.takeErrors()).toEqual([]);
}, 240_000);

test('after a crash it shows the state, the alert and what was seen, wide and narrow', async () => {
  const panel = shown.page.getByTestId('view');
  const card = panel.getByRole('button', { name: /^predictor in prices, Error, .*1 alert, worst/ });
  const details = panel.getByRole('region', { name: 'Details of predictor' });
  await eventually(async () => {
    await show('dark', 1200, 560);
    await card.waitFor({ timeout: 3000 });
  }, 180_000);
  await shown.picture('panel-demo-crash');
  await card.click();
  await shown.picture('panel-demo-details');
  await details
    .getByText(/^Error since /)
    .first()
    .waitFor();
  await details.getByText('Evidence').click();
  expect(
    await details
      .getByRole('button', { name: 'Add predictor to model' })
      .or(details.getByRole('button', { name: 'Remove predictor from model' }))
      .count()
  ).toBe(1);
  expect(await shown.violations()).toEqual([]);
  await shown.picture('panel-demo-details');

  await show('light', 1200, 560);
  await card.waitFor();
  await shown.picture('panel-demo-light');
  await show('dark', 300, 400);
  await card.press('Enter');
  await details.waitFor();
  await shown.picture('panel-demo-details-narrow');
  expect(await shown.violations()).toEqual([]);
  expect(shown.takeErrors()).toEqual([]);
}, 300_000);
