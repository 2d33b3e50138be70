import { expect, test } from '@playwright/test';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const OUTPUT = fileURLToPath(new URL('../output/', import.meta.url));

/** The provisioned dashboard over the demo workflow, as `npm start` and `npm run grafana` bring it up. */
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
    for (const model of ['reader', 'predictor', 'scorer']) {
      await expect(page.getByText(model, { exact: true }).first()).toBeVisible();
    }
    await expect(page.getByText('No data')).toHaveCount(0);
    await expect(page.getByTestId('data-testid Panel status error')).toHaveCount(0);
    expect(errors).toEqual([]);
    await mkdir(OUTPUT, { recursive: true });
    await page.screenshot({ path: path.join(OUTPUT, `grafana-${theme}.png`) });
  });
}

test('the dashboard of Pneumograph itself answers, of every process', async ({ page }) => {
  await page.goto('/d/pneumograph-itself?kiosk&refresh=&var-process=$__all');
  await expect(page.getByText('Age of the watermark')).toBeVisible();
  await expect(page.getByText('http', { exact: true }).first()).toBeVisible();
  await expect(page.getByTestId('data-testid Panel status error')).toHaveCount(0);
});

test('the provisioned data source passes its health check', async ({ request }) => {
  const response = await request.get('/api/datasources/uid/pneumograph/health');
  const health = (await response.json()) as { status: string; message: string };
  expect(health.status).toBe('OK');
  expect(health.message).toContain('models');
});

test('the alert rule is evaluated without an error', async ({ request }) => {
  await expect
    .poll(async () => {
      const response = await request.get('/api/prometheus/grafana/api/v1/rules');
      const { data } = (await response.json()) as {
        data: { groups: Array<{ rules: Array<{ name: string; health: string }> }> };
      };
      return data.groups.flatMap(({ rules }) => rules).find(({ name }) => name === 'Engine in error')?.health;
    })
    .toBe('ok');
});
