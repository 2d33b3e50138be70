import { DEMO, expect, panel, test } from './fixtures.js';

test('a series leads to the dashboard of its model, with the time range kept', async ({
  saveDashboard,
  gotoDashboardPage,
  page,
}) => {
  const query = { kind: 'metric', metric: 'memory', workflow: DEMO.workflow, models: ['reader'] };
  const uid = await saveDashboard({ title: 'Links', panels: [panel(1, 'stat', 'Memory', DEMO, [query])] });
  const dashboard = await gotoDashboardPage({ uid, timeRange: { from: 'now-10m', to: 'now' } });
  await dashboard.getPanelByTitle('Memory').locator.getByRole('link').first().click();
  await page.waitForURL(/\/d\/pneumograph-workflow/);
  const { searchParams } = new URL(page.url());
  expect(Object.fromEntries(searchParams)).toMatchObject({
    'var-datasource': DEMO.uid,
    'var-workflow': DEMO.workflow,
    'var-model': 'reader',
    from: 'now-10m',
    to: 'now',
  });
  await expect(page.getByText('reader · slot 0').first()).toBeVisible();
  await expect(page.getByText('scorer · slot 0')).toHaveCount(0);
});

test('a row of engine states leads there as well', async ({ saveDashboard, gotoDashboardPage }) => {
  const query = { kind: 'status', format: 'table', workflow: DEMO.workflow, models: ['scorer'] };
  const uid = await saveDashboard({ title: 'Links', panels: [panel(1, 'table', 'States', DEMO, [query])] });
  const dashboard = await gotoDashboardPage({ uid });
  const link = dashboard.getPanelByTitle('States').locator.getByRole('link', { name: 'scorer' }).first();
  await expect(link).toHaveAttribute('href', /\/d\/pneumograph-workflow\?.*var-workflow=prices&var-model=scorer/);
});
