import { freePort } from '../src/servers/index.js';
import { expect, PLUGIN, test } from './fixtures.js';

test('save and test tells what it found, one by one', async ({ backend, createDataSourceConfigPage, page }) => {
  const config = await createDataSourceConfigPage({ type: PLUGIN });
  await page.getByRole('textbox', { name: 'Data source connection URL' }).fill(backend.url);
  expect((await config.saveAndTest()).ok()).toBe(true);
  await expect(config).toHaveAlert('success', { hasText: '1 workflow, 2 models, 3 engines' });
  await expect(config).toHaveAlert('success', { hasText: /newest data \d+ (s|min) old, clocks agree/ });
});

test('a wrong address is named, with what to do', async ({ createDataSourceConfigPage, page }) => {
  const url = `http://127.0.0.1:${await freePort()}`;
  const config = await createDataSourceConfigPage({ type: PLUGIN });
  await page.getByRole('textbox', { name: 'Data source connection URL' }).fill(url);
  expect((await config.saveAndTest()).ok()).toBe(false);
  await expect(config).toHaveAlert('error', { hasText: url });
  await expect(page.getByText(/Reachable: no\./)).toBeVisible();
});

test('a wrong token is told apart from a wrong address', async ({ createDataSourceConfigPage, backend, page }) => {
  const config = await createDataSourceConfigPage({ type: PLUGIN });
  await page.getByRole('textbox', { name: 'Data source connection URL' }).fill(backend.url);
  await page.getByRole('combobox', { name: /authentication/i }).click();
  await page.getByRole('option', { name: /^Access token/ }).click();
  await page.getByPlaceholder('Paste the token').fill('no-token-of-this-backend');
  expect((await config.saveAndTest()).ok()).toBe(false);
  await expect(page.getByText(/Authorised: no\./)).toBeVisible();
  await expect(page.getByText(/Reachable: .* answers and is ready/)).toBeVisible();
});

test('a new query begins with the default workflow', async ({ source, gotoDataSourceConfigPage, page }) => {
  const config = await gotoDataSourceConfigPage(source.uid);
  await page.getByRole('button', { name: 'Expand section Additional settings' }).click();
  await page.getByRole('combobox', { name: 'Default workflow' }).click();
  await page.getByRole('option', { name: 'prices' }).click();
  expect((await config.saveAndTest()).ok()).toBe(true);
  await page.getByRole('link', { name: 'Explore data' }).first().click();
  await expect(page.getByRole('combobox', { name: 'Workflow' })).toHaveValue('prices');
});
