import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { DEMO, DEMO_MODELS, expect, PLUGIN, test } from './fixtures.js';

const OUTPUT = fileURLToPath(new URL('../output/', import.meta.url));

/** The provisioned dashboards over the demo workflow, as `npm start` and `npm run grafana` bring them up. */
const PROVISIONED = ['workflow', 'data', 'performance', 'itself'];

for (const theme of ['dark', 'light']) {
  test(`the workflow dashboard answers in the ${theme} theme`, async ({ page }) => {
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('response', (response) => {
      if (response.url().includes('/api/ds/query') && !response.ok()) {
        errors.push(`${response.status()} ${response.url()}`);
      }
    });
    await page.goto(`/d/pneumograph-workflow?theme=${theme}&kiosk&refresh=`);
    for (const model of DEMO_MODELS) {
      await expect(page.getByText(model, { exact: true }).first()).toBeVisible();
    }
    await expect(page.getByText('No data')).toHaveCount(0);
    await expect(page.getByTestId('data-testid Panel status error')).toHaveCount(0);
    expect(errors).toEqual([]);
    await mkdir(OUTPUT, { recursive: true });
    await page.screenshot({ path: path.join(OUTPUT, `grafana-${theme}.png`) });
  });
}

for (const name of PROVISIONED) {
  test(`no panel of the dashboard ${name} fails`, async ({ gotoDashboardPage, page }) => {
    const failed: string[] = [];
    page.on('response', (response) => {
      if (response.url().includes('/api/ds/query') && !response.ok()) {
        failed.push(`${response.status()} ${response.request().postData() ?? ''}`);
      }
    });
    const dashboard = await gotoDashboardPage({ uid: `pneumograph-${name}` });
    await dashboard.waitForPanelsQueriesToComplete({ scrollAll: true });
    await expect(page.getByTestId('data-testid Panel status error')).toHaveCount(0);
    expect(failed).toEqual([]);
  });
}

test('the workflow dashboard tells what its models write', async ({ gotoDashboardPage }) => {
  const queryParams = new URLSearchParams({
    ...{ 'var-workflow': DEMO.workflow, 'var-model': 'scorer' },
    viewPanel: 'panel-80',
  });
  const dashboard = await gotoDashboardPage({ uid: 'pneumograph-workflow', queryParams });
  const messages = dashboard.getPanelByTitle('Messages').locator;
  await expect(messages.getByText(/predictions scored/).first()).toBeVisible();
});

test('the dashboard of Pneumograph itself answers, of every process', async ({ page }) => {
  await page.goto('/d/pneumograph-itself?kiosk&refresh=&var-process=$__all');
  await expect(page.getByText('Age of the watermark')).toBeVisible();
  await expect(page.getByText('http', { exact: true }).first()).toBeVisible();
  await expect(page.getByTestId('data-testid Panel status error')).toHaveCount(0);
});

test('the dashboards are on the page of the data source', async ({ page }) => {
  await page.goto(`/connections/datasources/edit/${DEMO.uid}/dashboards`);
  for (const name of ['Workflow', 'Data', 'Model performance']) {
    await expect(page.getByText(`Pneumograph / ${name}`)).toBeVisible();
  }
  await expect(page.getByRole('button', { name: /import/i }).first()).toBeEnabled();
});

test('a bundled dashboard is imported for the data source that is chosen', async ({ request, source, page }) => {
  const bundled = (await (await request.get(`/api/plugins/${PLUGIN}/dashboards`)).json()) as Array<{ path: string }>;
  expect(bundled.map((one) => one.path)).toContain('dashboards/workflow.json');
  // With an uid of its own, beside the provisioned one.
  const read = await request.get(`/public/plugins/${PLUGIN}/dashboards/workflow.json`);
  const dashboard = { ...((await read.json()) as object), uid: `e2e-${Date.now()}`, title: 'Imported', id: null };
  const inputs = [{ name: 'DS_PNEUMOGRAPH', type: 'datasource', pluginId: PLUGIN, value: source.uid }];
  const imported = await request.post('/api/dashboards/import', { data: { dashboard, inputs, overwrite: false } });
  await expect(imported, await imported.text()).toBeOK();
  const { uid } = (await imported.json()) as { uid: string };
  try {
    await page.goto(`/d/${uid}?kiosk&refresh=`);
    await expect(page.getByText('lstm · slot 0').first()).toBeVisible();
  } finally {
    await request.delete(`/api/dashboards/uid/${uid}`);
  }
});
