import { DEMO, expect, PANEL_PLUGIN, PLUGIN, test } from './fixtures.js';

test('both plugins are loaded', async ({ request }) => {
  const settings = (await (await request.get('/api/frontend/settings')).json()) as {
    datasources: Record<string, { type: string }>;
    panels: Record<string, { module: string }>;
  };
  expect(settings.datasources[DEMO.name]?.type).toBe(PLUGIN);
  expect(settings.panels[PANEL_PLUGIN]?.module).toContain('module.js');
});

test('the provisioned data source passes its health check', async ({ request, readProvisionedDataSource }) => {
  const provisioned = await readProvisionedDataSource({ fileName: 'pneumograph.yaml' });
  expect(provisioned).toMatchObject({ uid: DEMO.uid, type: PLUGIN });
  const response = await request.get(`/api/datasources/uid/${DEMO.uid}/health`);
  const health = (await response.json()) as { status: string; message: string };
  expect(health.status).toBe('OK');
  expect(health.message).toContain('models');
});

test('the alert rule is evaluated without an error', async ({ request, readProvisionedAlertRule }) => {
  const { title } = await readProvisionedAlertRule({ fileName: 'engine-in-error.yaml' });
  await expect
    .poll(async () => {
      const response = await request.get('/api/prometheus/grafana/api/v1/rules');
      const { data } = (await response.json()) as {
        data: { groups: Array<{ rules: Array<{ name: string; health: string }> }> };
      };
      return data.groups.flatMap(({ rules }) => rules).find(({ name }) => name === title)?.health;
    })
    .toBe('ok');
});
