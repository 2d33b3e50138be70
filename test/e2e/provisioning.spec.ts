import { DEMO, expect, PANEL_PLUGIN, PLUGIN, test } from './fixtures.js';

test('both plugins are loaded', async ({ request }) => {
  for (const id of [PLUGIN, PANEL_PLUGIN]) {
    const settings = (await (await request.get(`/api/plugins/${id}/settings`)).json()) as {
      enabled: boolean;
      id: string;
    };
    expect(settings).toMatchObject({ id, enabled: true });
  }
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
