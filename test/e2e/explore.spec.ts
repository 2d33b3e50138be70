import { Editor } from './editor.js';
import { expect, test } from './fixtures.js';

test.beforeEach(async ({ explorePage, source }) => {
  await explorePage.goto();
  await explorePage.datasource.set(source.name);
});

test('answers as graph and table, and the address shares it', async ({ explorePage, page }) => {
  const editor = new Editor(explorePage.getQueryEditorRow('A'));
  await editor.choose('Models', 'reader');
  await expect(explorePage.timeSeriesPanel.locator.getByText('reader.0.rps')).toBeVisible();
  await expect(explorePage.tablePanel.fieldNames.filter({ hasText: 'Time' })).toBeVisible();
  await expect.poll(() => decodeURIComponent(page.url())).toContain('"models":["reader"]');
  await page.goto(page.url());
  await expect(explorePage.timeSeriesPanel.locator.getByText('reader.0.rps')).toBeVisible();
});

test('the history tells queries in sentences', async ({ explorePage, page }) => {
  const editor = new Editor(explorePage.getQueryEditorRow('A'));
  await editor.choose('Models', 'reader');
  // It runs on change: the button would cancel a query that is on its way.
  await expect(explorePage.timeSeriesPanel.locator.getByText('reader.0.rps')).toBeVisible();
  await page.getByRole('button', { name: 'Query history' }).click();
  await expect(page.getByText(/^Throughput \(records\/s\) of reader/).last()).toBeVisible();
});
