import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort, type RunningBackend, startBackend } from '../src/servers/index.js';
import { TUTORIAL_CONFIG } from '../src/tutorial.js';
import { Editor } from './editor.js';
import { cpuReport, ENGINES, expect, panel, PLUGIN, test } from './fixtures.js';

test('new values come without a query, also after the backend was away', async ({
  createDataSource,
  grafanaAPIClient,
  saveDashboard,
  gotoDashboardPage,
  page,
}) => {
  test.setTimeout(120_000);
  const folder = await mkdtemp(path.join(tmpdir(), 'pneumograph-live-'));
  const config = {
    ...TUTORIAL_CONFIG,
    listen: { host: '127.0.0.1', port: await freePort() },
    store: { kind: 'duckdb', path: path.join(folder, 'store.duckdb') },
  };
  let backend: RunningBackend | undefined = await startBackend({ config });
  const source = await createDataSource({ type: PLUGIN, name: `Live ${Date.now()}`, url: backend.url });
  try {
    await backend.report([cpuReport(ENGINES.reader, 11.1)]);
    const query = { kind: 'metric', metric: 'cpu.utilization', workflow: 'prices', models: ['reader'], live: true };
    const uid = await saveDashboard({ title: 'Live', panels: [panel(1, 'stat', 'CPU', source, [query])] });
    const dashboard = await gotoDashboardPage({ uid, timeRange: { from: 'now-5m', to: 'now' } });
    const shown = dashboard.getPanelByTitle('CPU').locator;
    await expect(shown).toContainText('11.1%');
    let reloads = 0;
    page.on('load', () => (reloads += 1));

    await backend.report([cpuReport(ENGINES.reader, 22.2)]);
    await expect(shown).toContainText('22.2%');

    await backend.stop();
    backend = undefined;
    backend = await startBackend({ config });
    await backend.report([cpuReport(ENGINES.reader, 33.3)]);
    await expect(shown).toContainText('33.3%', { timeout: 45_000 });
    await expect(dashboard.getPanelByTitle('CPU').getErrorIcon()).toBeHidden();
    expect(reloads).toBe(0);
  } finally {
    await backend?.stop();
    await grafanaAPIClient.deleteDataSourceByUID(source.uid);
    await rm(folder, { recursive: true, force: true });
  }
});

test('the switch in the editor makes a panel follow', async ({ panelEditPage, source, backend, page }) => {
  await panelEditPage.datasource.set(source.name);
  await panelEditPage.setVisualization('Stat');
  const editor = new Editor(panelEditPage.getQueryEditorRow('A'));
  await editor.type('Or by name', 'reader.cpu.utilization');
  await page.getByRole('switch', { name: 'Live' }).click();
  await backend.report([cpuReport(ENGINES.reader, 44.4)]);
  await expect(panelEditPage.panel.locator).toContainText('44.4%');
});
