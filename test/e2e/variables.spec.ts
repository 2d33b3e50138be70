import type { Locator, Page } from '@playwright/test';
import { Editor } from './editor.js';
import { DEMO, expect, panel, PLUGIN, test } from './fixtures.js';

test('the editor offers the lists of the catalogue, and a regular expression narrows them', async ({
  source,
  variableEditPage,
  page,
}) => {
  await variableEditPage.setVariableType('Query');
  await variableEditPage.datasource.set(source.name);
  // The list that is shown at first is there without a click.
  await expect(variableEditPage).toDisplayPreviews(['lstm', 'reader']);
  await new Editor(page.locator('form')).choose('List', 'Engines');
  await expect(variableEditPage).toDisplayPreviews(['engine-1', 'engine-2', 'engine-3']);
  await new Editor(page.locator('form')).choose('List', 'Models');
  await page.getByPlaceholder('/.*-(?<text>.*)-(?<value>.*)-.*/').fill('/^l/');
  await variableEditPage.runQuery();
  await expect(variableEditPage).toDisplayPreviews(['lstm']);
  await expect(page.getByText('reader', { exact: true })).toHaveCount(0);
});

/** Not by its role and name: Grafana 12.3 labels it with nothing. */
function chooserOf(page: Page, variable: string): Locator {
  return page
    .getByTestId('data-testid template variable')
    .filter({ has: page.getByText(variable, { exact: true }) })
    .getByRole('combobox');
}

function variable(name: string, source: { uid: string }, query: object, more: object = {}): object {
  return {
    name,
    type: 'query',
    datasource: { type: PLUGIN, uid: source.uid },
    query: { refId: 'variable', ...query },
    refresh: 2,
    ...more,
  };
}

test('one variable is narrowed by another; several and all values reach the query', async ({
  source,
  saveDashboard,
  gotoDashboardPage,
  page,
}) => {
  const several = { multi: true, includeAll: true };
  const uid = await saveDashboard({
    title: 'Variables',
    templating: {
      list: [
        variable('workflow', source, { list: 'workflows' }),
        variable('model', source, { list: 'models', workflow: '$workflow' }, several),
        variable('engine', source, { list: 'engines', workflow: '$workflow', models: ['$model'] }, several),
      ],
    },
    panels: [
      panel(1, 'timeseries', 'Throughput', source, [
        {
          kind: 'metric',
          metric: 'rps',
          workflow: '$workflow',
          models: ['$model'],
          engines: ['$engine'],
          slots: [0],
          by: ['model', 'engine'],
          alias: '{{model}} on {{engine}}',
        },
      ]),
    ],
  });
  const dashboard = await gotoDashboardPage({
    uid,
    queryParams: new URLSearchParams({ 'var-model': '$__all', 'var-engine': '$__all' }),
  });
  const shown = dashboard.getPanelByTitle('Throughput').locator;
  for (const series of ['reader on engine-1', 'lstm on engine-2', 'lstm on engine-3']) {
    await expect(shown.getByText(series)).toBeVisible();
  }
  await chooserOf(page, 'model').click();
  await page.getByRole('option', { name: 'lstm' }).click();
  await page.keyboard.press('Escape');
  await expect(shown.getByText('reader on engine-1')).toBeHidden();
  await expect(shown.getByText('lstm on engine-3')).toBeVisible();
  await chooserOf(page, 'engine').click();
  await expect(page.getByRole('option', { name: 'engine-1' })).toHaveCount(0);
  await page.getByRole('option', { name: 'engine-2' }).click();
  await page.keyboard.press('Escape');
  await expect(shown.getByText('lstm on engine-3')).toBeHidden();
  await expect(shown.getByText('lstm on engine-2')).toBeVisible();
});

test('the provisioned dashboard keeps to the model of the address', async ({ gotoDashboardPage }) => {
  const dashboard = await gotoDashboardPage({
    uid: 'pneumograph-workflow',
    queryParams: new URLSearchParams({ 'var-workflow': DEMO.workflow, 'var-model': 'reader' }),
  });
  const shown = dashboard.getPanelByTitle('Records per second, in').locator;
  await expect(shown.getByText('reader · slot 0')).toBeVisible();
  await expect(shown.getByText('scorer · slot 0')).toBeHidden();
});

test('a filter of the dashboard narrows its queries', async ({ source, saveDashboard, gotoDashboardPage }) => {
  const datasource = { type: PLUGIN, uid: source.uid };
  const filters = [{ key: 'model', operator: '=', value: 'lstm' }];
  const uid = await saveDashboard({
    title: 'Filtered',
    templating: { list: [{ name: 'filters', type: 'adhoc', datasource, filters }] },
    panels: [panel(1, 'timeseries', 'Throughput', source, [{ kind: 'metric', metric: 'rps', workflow: 'prices' }])],
  });
  const dashboard = await gotoDashboardPage({ uid });
  const throughput = dashboard.getPanelByTitle('Throughput').locator;
  await expect(throughput.getByText('lstm.0.rps')).toBeVisible();
  await expect(throughput.getByText('reader.0.rps')).toBeHidden();
});
