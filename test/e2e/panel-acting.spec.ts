import { DEMO, DEMO_MODELS, expect, panel, PANEL_PLUGIN, test } from './fixtures.js';

/** What people do with the panel beyond looking at it. */

const topology = { kind: 'topology', workflow: DEMO.workflow };

test('a card that is dragged in the editor stays where it was put, in the saved dashboard too', async ({
  page,
  request,
  saveDashboard,
  gotoPanelEditPage,
  gotoDashboardPage,
}) => {
  const uid = await saveDashboard({ title: 'Drag', panels: [panel(1, PANEL_PLUGIN, 'Health', DEMO, [topology])] });
  const editor = await gotoPanelEditPage({ dashboard: { uid }, id: '1' });
  const card = editor.panel.locator.locator('[data-card="prices/scorer"]');
  const before = await card.boundingBox();
  if (before === null) {
    throw new Error('the card of scorer is not in sight');
  }
  await page.mouse.move(before.x + before.width / 2, before.y + 20);
  await page.mouse.down();
  await page.mouse.move(before.x + before.width / 2, before.y + 60, { steps: 4 });
  await page.mouse.up();
  const moved = await card.boundingBox();
  expect(Math.abs((moved?.y ?? 0) - before.y - 40)).toBeLessThan(4);
  await page.getByRole('button', { name: 'Save dashboard' }).click();
  await page.getByTestId('data-testid Save dashboard drawer button').click();
  const positions = async () => {
    const { dashboard } = (await (await request.get(`/api/dashboards/uid/${uid}`)).json()) as {
      dashboard: { panels: Array<{ options?: { layout?: { positions?: object } } }> };
    };
    return Object.keys(dashboard.panels[0]?.options?.layout?.positions ?? {});
  };
  await expect.poll(positions).toEqual(['prices/scorer']);
  const shown = (await gotoDashboardPage({ uid })).getPanelByTitle('Health').locator;
  const [scorer, reader] = await Promise.all(
    ['scorer', 'reader'].map((name) => shown.locator(`[data-card="prices/${name}"]`).boundingBox())
  );
  // The picture is fitted anew, but scorer is lower than the others by what it was moved.
  expect((scorer?.y ?? 0) - (reader?.y ?? 0)).toBeGreaterThan(10);
});

test('a click on models chooses them in a variable of several values', async ({
  page,
  saveDashboard,
  gotoDashboardPage,
}) => {
  const model = {
    ...{ name: 'model', type: 'custom', multi: true, includeAll: true, query: DEMO_MODELS.join(',') },
    current: { text: ['All'], value: ['$__all'] },
  };
  const options = { actions: { click: 'filter', model: 'model', workflow: '' } };
  const uid = await saveDashboard({
    title: 'Choose',
    templating: { list: [model] },
    panels: [{ ...panel(1, PANEL_PLUGIN, 'Health', DEMO, [topology]), options }],
  });
  const shown = (await gotoDashboardPage({ uid })).getPanelByTitle('Health').locator;
  const chosen = () => new URL(page.url()).searchParams.getAll('var-model');
  await shown.getByRole('button', { name: /^predictor/ }).click();
  await expect.poll(chosen).toEqual(['predictor']);
  await shown.getByRole('button', { name: /^scorer/ }).click();
  await expect.poll(chosen).toEqual(['predictor', 'scorer']);
  await shown.getByRole('button', { name: /^predictor/ }).click();
  await expect.poll(chosen).toEqual(['scorer']);
});

test('fields of other names are what the options say they are', async ({
  createDataSource,
  grafanaAPIClient,
  saveDashboard,
  gotoPanelEditPage,
}) => {
  const other = await createDataSource({ type: 'grafana-testdata-datasource', name: `Other ${Date.now()}` });
  const csvContent = [
    'time,machine,model,state',
    ...['one', 'two'].map((machine) => `${Date.now() - 600_000},${machine},predictor,running`),
  ].join('\n');
  const datasource = { type: 'grafana-testdata-datasource', uid: other.uid };
  const health = {
    ...panel(1, PANEL_PLUGIN, 'Health', other, []),
    datasource,
    targets: [{ refId: 'A', datasource, scenarioId: 'csv_content', csvContent }],
    options: { view: { name: 'timeline', switch: true, rows: 'engines' } },
  };
  try {
    const uid = await saveDashboard({ title: 'Mapped', panels: [health] });
    const editor = await gotoPanelEditPage({ dashboard: { uid }, id: '1' });
    const rows = editor.panel.locator.getByRole('button', { name: /predictor/ });
    // Without engines their states are those of one that has no name.
    await expect(rows).toHaveCount(1);
    await editor.getCustomOptions('Fields').getSelect('Engine').selectOption('machine');
    await expect(rows).toHaveCount(2);
  } finally {
    await grafanaAPIClient.deleteDataSourceByUID(other.uid);
  }
});

for (const format of ['PNG', 'SVG']) {
  test(`the graph is saved as ${format}`, async ({ page, saveDashboard, gotoDashboardPage }) => {
    const uid = await saveDashboard({ title: 'Picture', panels: [panel(1, PANEL_PLUGIN, 'Health', DEMO, [topology])] });
    const shown = (await gotoDashboardPage({ uid })).getPanelByTitle('Health').locator;
    await expect(shown.getByRole('button', { name: /^reader/ })).toBeVisible();
    await shown.getByRole('button', { name: /^More: arrange/ }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: `Save as ${format}` }).click(),
    ]);
    expect(download.suggestedFilename()).toBe(`health.${format.toLowerCase()}`);
  });
}

test('a wall shows the panel without anything around it', async ({ page, saveDashboard }) => {
  const uid = await saveDashboard({ title: 'Wall', panels: [panel(1, PANEL_PLUGIN, 'Health', DEMO, [topology])] });
  await page.goto(`/d/${uid}?kiosk&viewPanel=1`);
  const size = page.viewportSize();
  for (const model of DEMO_MODELS) {
    const card = page.getByRole('button', { name: new RegExp(`^${model}`) });
    await expect(card).toBeVisible();
    const box = await card.boundingBox();
    expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(size?.width ?? 0);
    expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(size?.height ?? 0);
  }
  await expect(page.getByRole('navigation')).toHaveCount(0);
});
