import { cpuReport, DEMO, DEMO_MODELS, ENGINES, expect, panel, PANEL_PLUGIN, test } from './fixtures.js';

const topology = { kind: 'topology', workflow: DEMO.workflow };
const states = { kind: 'status', format: 'table', workflow: DEMO.workflow };

test('whoever looks chooses graph, grid, timeline or table', async ({ saveDashboard, gotoDashboardPage }) => {
  const uid = await saveDashboard({
    title: 'Views',
    panels: [panel(1, PANEL_PLUGIN, 'Health', DEMO, [topology, states])],
  });
  const shown = (await gotoDashboardPage({ uid })).getPanelByTitle('Health').locator;
  for (const model of DEMO_MODELS) {
    await expect(shown.getByRole('button', { name: new RegExp(`^${model}`) })).toBeVisible();
  }
  for (const view of ['A cell a model or engine', 'States over time', 'All models in a table']) {
    await shown.getByRole('radio', { name: view }).check({ force: true });
    for (const model of DEMO_MODELS) {
      await expect(shown.getByText(new RegExp(model)).first()).toBeVisible();
    }
  }
  await expect(shown.getByRole('table')).toBeVisible();
});

test('details of a model open by the keyboard and close again', async ({ saveDashboard, gotoDashboardPage, page }) => {
  const uid = await saveDashboard({
    title: 'Details',
    panels: [panel(1, PANEL_PLUGIN, 'Health', DEMO, [topology, states])],
  });
  const shown = (await gotoDashboardPage({ uid })).getPanelByTitle('Health').locator;
  await shown.getByRole('button', { name: /^predictor/ }).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByText('prices-predictor-1').first()).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByText('prices-predictor-1')).toHaveCount(0);
});

test('the alerts of a monitor lie over its model', async ({ backend, source, saveDashboard, gotoDashboardPage }) => {
  const alerts = { kind: 'alerts', states: ['firing'], live: true };
  const uid = await saveDashboard({
    title: 'Overlay',
    panels: [panel(1, PANEL_PLUGIN, 'Health', source, [topology, alerts])],
  });
  const shown = (await gotoDashboardPage({ uid })).getPanelByTitle('Health').locator;
  await expect(shown.getByRole('button', { name: /^lstm/ })).toBeVisible();
  await backend.report([cpuReport(ENGINES.lstmOne, 99)]);
  await expect(shown.getByRole('button', { name: /^lstm .*1 alert, worst critical/ })).toBeVisible();
});

test('the editor of the panel changes the view and what cards show', async ({ panelEditPage, page }) => {
  await panelEditPage.datasource.set(DEMO.name);
  await panelEditPage.setVisualization('Workflow health');
  await panelEditPage.getQueryEditorRow('A').getByText('Topology', { exact: true }).click();
  const shown = panelEditPage.panel.locator;
  await expect(shown.getByRole('button', { name: /^reader/ })).toBeVisible();
  await expect(shown.getByText(/CPU/)).toHaveCount(0);
  await panelEditPage.getCustomOptions('Cards').getSwitch('CPU').check();
  await expect(shown.getByText(/CPU/).first()).toBeVisible();
  await panelEditPage.getCustomOptions('View').getRadioGroup('View').check('Table');
  await expect(shown.getByRole('table')).toBeVisible();
  await page.reload();
});

test('says what is missing', async ({ saveDashboard, gotoDashboardPage }) => {
  const rates = { kind: 'metric', metric: 'rps', workflow: DEMO.workflow };
  const uid = await saveDashboard({ title: 'Missing', panels: [panel(1, PANEL_PLUGIN, 'Health', DEMO, [rates])] });
  const shown = (await gotoDashboardPage({ uid })).getPanelByTitle('Health').locator;
  await expect(shown).toContainText(/Topology/);
});
