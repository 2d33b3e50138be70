import { Editor } from './editor.js';
import { expect, test } from './fixtures.js';

test.beforeEach(async ({ source, panelEditPage }) => {
  await panelEditPage.datasource.set(source.name);
});

test('one click on a model shows a graph of it', async ({ panelEditPage }) => {
  const editor = new Editor(panelEditPage.getQueryEditorRow('A'));
  await editor.choose('Models', 'lstm');
  for (const series of ['lstm.0.rps', 'lstm.1.rps']) {
    await expect(panelEditPage.panel.locator.getByText(series)).toBeVisible();
  }
  await expect(panelEditPage.panel.locator.getByText('reader.0.rps')).toBeHidden();
  await expect(panelEditPage.getQueryEditorRow('A')).toContainText('Throughput (records/s) of lstm');
});

test('a dotted name fills model, slot and metric', async ({ panelEditPage }) => {
  const row = panelEditPage.getQueryEditorRow('A');
  const editor = new Editor(row);
  await editor.type('Or by name', 'lstm.0.record.count');
  await expect(panelEditPage.panel.locator.getByText('lstm.0.record.count')).toBeVisible();
  await expect(row).toContainText(/Records .*of lstm, input 0/);
  await editor.type('Or by name', 'lstm.0.no.such.metric');
  await expect(row.getByText('lstm.0.no.such.metric does not end with a metric')).toBeVisible();
});

test('top and fill', async ({ panelEditPage }) => {
  const editor = new Editor(panelEditPage.getQueryEditorRow('A'));
  const request = panelEditPage.waitForQueryDataRequest((sent) => /"fill":"zero"/.test(sent.postData() ?? ''));
  await editor.choose('Top', '1');
  await editor.choose('Fill', 'Zero');
  expect((await request).postDataJSON()).toMatchObject({ queries: [{ topN: 1, fill: 'zero' }] });
  await expect(panelEditPage.panel.locator.getByText(/\.rps$/)).toHaveCount(1);
});

test('runs by the button alone, where that is chosen, and never incomplete', async ({ panelEditPage, page }) => {
  const row = panelEditPage.getQueryEditorRow('A');
  const editor = new Editor(row);
  await row.getByText('Run on change').click();
  let queries = 0;
  page.on('request', (sent) => (queries += sent.url().includes('/api/ds/query') ? 1 : 0));
  await editor.choose('Models', 'lstm');
  await expect(row.getByText('Changed since it ran')).toBeVisible();
  expect(queries).toBe(0);
  const answered = panelEditPage.waitForQueryDataResponse();
  await row.getByRole('button', { name: 'Run query' }).click();
  expect((await answered).ok()).toBe(true);
  await expect(row.getByText('Changed since it ran')).toBeHidden();
});

test('the history of the browser keeps a query that names what does not exist yet', async ({ panelEditPage }) => {
  const row = panelEditPage.getQueryEditorRow('A');
  await new Editor(row).choose('Models', 'not-yet {"here"}');
  await expect(row).toContainText('of not-yet {"here"}');
  await expect(panelEditPage.panel.locator.getByText('No data')).toBeVisible();
  await expect(panelEditPage.panel.getErrorIcon()).toBeHidden();
});
