import type { APIRequestContext } from '@playwright/test';
import { Editor } from './editor.js';
import { expect, PLUGIN, test } from './fixtures.js';

const FOLDER = 'pneumograph-e2e';
const GROUP = 'Tutorial';

test('a metric query is previewed in the rule editor', async ({ source, alertRuleEditPage }) => {
  await alertRuleEditPage.alertRuleNameField.fill('Throughput of lstm');
  const query = await alertRuleEditPage.getQueryRow();
  await query.datasource.set(source.name);
  const editor = new Editor(query.locator);
  await editor.choose('Models', 'lstm');
  await expect(query.locator.getByText('Live')).toBeHidden();
  await expect(alertRuleEditPage.evaluate()).toBeOK();
});

/** A rule that fires where the newest value of a model's metric is above zero. */
function rule(source: { uid: string }, title: string, query: object): object {
  const relativeTimeRange = { from: 3600, to: 0 };
  return {
    title,
    condition: 'above',
    folderUID: FOLDER,
    ruleGroup: GROUP,
    orgID: 1,
    for: '0s',
    noDataState: 'NoData',
    execErrState: 'Error',
    data: [
      {
        refId: 'rate',
        datasourceUid: source.uid,
        relativeTimeRange,
        model: { refId: 'rate', datasource: { type: PLUGIN, uid: source.uid }, ...query },
      },
      {
        refId: 'last',
        datasourceUid: '__expr__',
        relativeTimeRange,
        model: { refId: 'last', type: 'reduce', expression: 'rate', reducer: 'last' },
      },
      {
        refId: 'above',
        datasourceUid: '__expr__',
        relativeTimeRange,
        model: {
          refId: 'above',
          type: 'threshold',
          expression: 'last',
          conditions: [{ evaluator: { type: 'gt', params: [0] } }],
        },
      },
    ],
  };
}

interface Evaluated {
  name: string;
  health: string;
  lastError?: string;
  alerts?: Array<{ state: string; labels: Record<string, string> }>;
}

async function evaluated(request: APIRequestContext): Promise<Record<string, Evaluated>> {
  const response = await request.get(`/api/prometheus/grafana/api/v1/rules?folder_uid=${FOLDER}`);
  const { data } = (await response.json()) as { data: { groups: Array<{ rules: Evaluated[] }> } };
  return Object.fromEntries(data.groups.flatMap(({ rules }) => rules).map((found) => [found.name, found]));
}

test.describe('rules that Grafana evaluates', () => {
  test.beforeEach(async ({ request, source }) => {
    await request.post('/api/folders', { data: { uid: FOLDER, title: 'End to end' } });
    const query = { kind: 'metric', metric: 'rps', workflow: 'prices', slots: [0], by: ['model'] };
    const response = await request.put(`/api/v1/provisioning/folder/${FOLDER}/rule-groups/${GROUP}`, {
      data: {
        title: GROUP,
        folderUid: FOLDER,
        interval: 10,
        rules: [
          rule(source, 'Of every model', query),
          rule(source, 'Of a model that is not there', { ...query, models: ['nobody'] }),
          rule(source, 'Of states', { kind: 'status', workflow: 'prices' }),
          rule(source, 'Of a metric that is not there', { ...query, metric: 'no.such.metric' }),
        ],
      },
    });
    await expect(response, await response.text()).toBeOK();
  });

  test.afterEach(async ({ request }) => {
    await request.delete(`/api/folders/${FOLDER}?forceDeleteRules=true`);
  });

  test('fire for each series, tell no data, and name what is wrong', async ({ request }) => {
    const health = async () =>
      Object.fromEntries(Object.values(await evaluated(request)).map((found) => [found.name, found.health]));
    await expect.poll(health, { timeout: 120_000 }).toEqual({
      'Of every model': 'ok',
      'Of a model that is not there': 'nodata',
      'Of states': 'ok',
      'Of a metric that is not there': 'error',
    });
    const rules = await evaluated(request);
    expect(rules['Of every model']?.alerts?.map(({ state, labels }) => [labels['model'], state]).sort()).toEqual([
      ['lstm', 'Alerting'],
      ['reader', 'Alerting'],
    ]);
    expect(rules['Of a metric that is not there']?.lastError).toContain('no.such.metric');
  });
});
