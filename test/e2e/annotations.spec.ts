import { formatTimestamp } from '@pneumograph/contract';
import { Editor } from './editor.js';
import { cpuReport, ENGINES, expect, panel, PLUGIN, test } from './fixtures.js';

test('the editor answers with the alerts of the time range', async ({ source, annotationEditPage, page }) => {
  await annotationEditPage.datasource.set(source.name);
  await expect(page.getByRole('radio', { name: 'Alerts' })).toBeChecked();
  await expect(annotationEditPage.runQuery()).toBeOK();
  await new Editor(page.getByRole('main')).choose('Severities', 'critical');
  await expect(page.getByText('Alerts of all models, severity critical')).toBeVisible();
  await page.getByRole('radio', { name: 'Step', exact: true }).check();
  await expect(page.getByText('Steps of alerts of all models, severity critical')).toBeVisible();
});

test('an engine in error is marked on a graph, with its cause', async ({
  backend,
  source,
  saveDashboard,
  gotoDashboardPage,
  page,
}) => {
  const state = (name: string, seconds: number) => ({
    type: 'engine-state',
    timestamp: formatTimestamp((Date.now() - seconds * 1000) * 1000),
    state: name,
    src: ENGINES.lstmTwo,
  });
  await backend.report([state('ERROR', 30), state('RUNNING', 20)]);
  const target = { refId: 'Anno', kind: 'status', workflow: 'prices', engineStates: ['error'] };
  const uid = await saveDashboard({
    title: 'Annotations',
    annotations: {
      list: [{ name: 'States', enable: true, iconColor: 'red', datasource: { type: PLUGIN, uid: source.uid }, target }],
    },
    panels: [panel(1, 'timeseries', 'Throughput', source, [{ kind: 'metric', metric: 'rps', workflow: 'prices' }])],
  });
  const dashboard = await gotoDashboardPage({ uid });
  const marker = dashboard.getPanelByTitle('Throughput').locator.getByTestId('data-testid annotation-marker');
  await marker.first().hover();
  await expect(page.getByText('error: ERROR')).toBeVisible();
  await expect(page.getByText('model:lstm')).toBeVisible();
});

test('each step of an alert is a row of its own', async ({
  request,
  backend,
  source,
  saveDashboard,
  gotoDashboardPage,
}) => {
  for (const [percent, state] of [
    [99, 'firing'],
    [10, 'resolved'],
  ] as const) {
    await backend.report([cpuReport(ENGINES.lstmTwo, percent)]);
    await expect
      .poll(async () => (await (await request.get(`${backend.url}/api/v1/alerts?state=${state}`)).json()) as object)
      .toMatchObject({ alerts: [{ monitor: 'lstm-cpu' }] });
  }
  const steps = [{ kind: 'alerts', per: 'step', workflow: 'prices' }];
  const uid = await saveDashboard({ title: 'Steps', panels: [panel(1, 'table', 'Steps', source, steps)] });
  const shown = (await gotoDashboardPage({ uid })).getPanelByTitle('Steps').locator;
  for (const state of ['firing', 'resolved']) {
    await expect(shown.getByText(state, { exact: true })).toHaveCount(1);
  }
});
