import { formatTimestamp } from '@pneumograph/contract';
import { Editor } from './editor.js';
import { ENGINES, expect, panel, test } from './fixtures.js';

const message = (type: string, seconds: number, more: object) => ({
  ...{ type, src: ENGINES.lstmTwo, ...more },
  timestamp: formatTimestamp((Date.now() - seconds * 1000) * 1000),
});

/** Those that people read make no points: a receipt counts them as skipped. */
test.beforeEach(async ({ backend }) => {
  const messages = [
    message('model-console', 40, { text: 'epoch 1 of 8\n' }),
    message('model-error', 30, { input: null, console: 'the weights are gone' }),
  ];
  const response = await fetch(`${backend.url}/api/v1/reports`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(messages),
  });
  expect(await response.json()).toMatchObject({ skipped: { 'model-console': 1, 'model-error': 1 }, rejected: [] });
});

test('what engines write is a log in Explore, narrowed by a search', async ({ explorePage, source, page }) => {
  await explorePage.goto();
  await explorePage.datasource.set(source.name);
  const row = explorePage.getQueryEditorRow('A');
  await row.getByRole('radio', { name: 'Messages' }).check();
  const epoch = page.getByText('epoch 1 of 8').first();
  const weights = page.getByText('the weights are gone').first();
  await expect(epoch).toBeVisible();
  await expect(weights).toBeVisible();
  await new Editor(row).type('Search', 'WEIGHTS');
  await expect(epoch).toBeHidden();
  await expect(weights).toBeVisible();
});

test('a panel of logs tells them of the models of a dashboard', async ({
  source,
  saveDashboard,
  gotoDashboardPage,
}) => {
  const targets = [{ kind: 'messages', workflow: 'prices', models: ['lstm'], levels: ['error'] }];
  const uid = await saveDashboard({ title: 'Messages', panels: [panel(1, 'logs', 'Errors', source, targets)] });
  const dashboard = await gotoDashboardPage({ uid });
  const logs = dashboard.getPanelByTitle('Errors').locator;
  await expect(logs.getByText('the weights are gone').first()).toBeVisible();
  await expect(logs.getByText('epoch 1 of 8')).toHaveCount(0);
});
