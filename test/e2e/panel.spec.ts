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
  const details = page.getByRole('region', { name: 'Details of predictor' });
  await expect(details).toContainText('2 of 2 running');
  await page.keyboard.press('Escape');
  await expect(details).toBeHidden();
  await expect(shown.getByRole('button', { name: /^predictor/ })).toBeFocused();
});

test('the alerts of a monitor lie over its model', async ({
  request,
  backend,
  source,
  saveDashboard,
  gotoDashboardPage,
}) => {
  const alerts = { kind: 'alerts', states: ['firing'] };
  const uid = await saveDashboard({
    title: 'Overlay',
    panels: [panel(1, PANEL_PLUGIN, 'Health', source, [topology, alerts])],
  });
  const dashboard = await gotoDashboardPage({ uid });
  const shown = dashboard.getPanelByTitle('Health').locator;
  await expect(shown.getByRole('button', { name: /^lstm/ })).toBeVisible();
  await backend.report([cpuReport(ENGINES.lstmOne, 99)]);
  await expect
    .poll(async () => (await (await request.get(`${backend.url}/api/v1/alerts?state=firing`)).json()) as object)
    .toMatchObject({ alerts: [{ monitor: 'lstm-cpu' }] });
  await dashboard.refreshDashboard();
  await expect(shown.getByRole('button', { name: /^lstm .*1 alert, worst critical/ })).toBeVisible();
});

test('the editor of the panel changes the view and what cards show', async ({ panelEditPage }) => {
  await panelEditPage.datasource.set(DEMO.name);
  await panelEditPage.setVisualization('Workflow health');
  await panelEditPage.getQueryEditorRow('A').getByRole('radio', { name: 'Topology' }).check({ force: true });
  const shown = panelEditPage.panel.locator;
  await expect(shown.getByRole('button', { name: /^reader/ })).toBeVisible();
  await expect(shown.getByText(/CPU/).first()).toBeVisible();
  await panelEditPage.getCustomOptions('Cards').getSwitch('CPU').uncheck();
  await expect(shown.getByText(/CPU/)).toHaveCount(0);
  await panelEditPage.getCustomOptions('View').getRadioGroup('View').check('Table');
  await expect(shown.getByRole('table')).toBeVisible();
});

test('says what is missing', async ({ saveDashboard, gotoDashboardPage }) => {
  const rates = { kind: 'metric', metric: 'rps', workflow: DEMO.workflow };
  const uid = await saveDashboard({ title: 'Missing', panels: [panel(1, PANEL_PLUGIN, 'Health', DEMO, [rates])] });
  const shown = (await gotoDashboardPage({ uid })).getPanelByTitle('Health').locator;
  await expect(shown).toContainText(/Topology/);
});
