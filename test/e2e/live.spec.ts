import { startBackend } from '../src/servers/index.js';
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
  const backend = await startBackend({ config: TUTORIAL_CONFIG });
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

    await backend.restart();
    await backend.report([cpuReport(ENGINES.reader, 33.3)]);
    await expect(shown).toContainText('33.3%');
    await expect(dashboard.getPanelByTitle('CPU').getErrorIcon()).toBeHidden();
    expect(reloads).toBe(0);
  } finally {
    await backend.stop();
    await grafanaAPIClient.deleteDataSourceByUID(source.uid);
  }
});

test('the switch in the editor makes a panel follow', async ({ source, panelEditPage, backend, page }) => {
  await panelEditPage.datasource.set(source.name);
  await panelEditPage.setVisualization('Stat');
  const editor = new Editor(panelEditPage.getQueryEditorRow('A'));
  await editor.type('Or by name', 'reader.cpu.utilization');
  // Grafana's switch lies under its label.
  await page.getByRole('switch', { name: 'Live' }).check({ force: true });
  await backend.report([cpuReport(ENGINES.reader, 44.4)]);
  await expect(panelEditPage.panel.locator).toContainText('44.4%');
});
