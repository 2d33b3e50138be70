import { DEMO, expect, panel, PANEL_PLUGIN, test } from './fixtures.js';

test('a public dashboard answers to whoever has its address, without links', async ({
  request,
  saveDashboard,
  browser,
}) => {
  const uid = await saveDashboard({
    title: 'Public',
    panels: [
      panel(1, 'stat', 'Throughput', DEMO, [
        { kind: 'metric', metric: 'rps', workflow: DEMO.workflow, models: ['reader'], slots: [0] },
      ]),
      panel(2, PANEL_PLUGIN, 'Health', DEMO, [{ kind: 'topology', workflow: DEMO.workflow }]),
    ],
  });
  const made = await request.post(`/api/dashboards/uid/${uid}/public-dashboards`, { data: { isEnabled: true } });
  await expect(made, await made.text()).toBeOK();
  const { accessToken } = (await made.json()) as { accessToken: string };

  const stranger = await browser.newContext({ storageState: { cookies: [], origins: [] } });
  try {
    const page = await stranger.newPage();
    await page.goto(`/public-dashboards/${accessToken}`);
    await expect(page.getByText(/\d records\/s|\d rec\/s/).first()).toBeVisible();
    await expect(page.getByRole('button', { name: /^reader/ })).toBeVisible();
    await expect(page.getByRole('link', { name: /Dashboard of/ })).toHaveCount(0);
  } finally {
    await stranger.close();
  }
});
