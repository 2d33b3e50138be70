import {
  alertsQuery,
  findMetric,
  messagesQuery,
  metricQuery,
  METRICS,
  profileQuery,
  SELF_METRICS,
  SELF_WORKFLOW,
  statusQuery,
  topologyQuery,
} from '@pneumograph/contract';
import { describe, expect, test } from 'vitest';
import { DATASOURCE_PLUGIN, PANEL_PLUGIN } from './host/index.js';
import {
  type AlertRule,
  type Compose,
  type Dashboard,
  readProvisioned,
  readYaml,
  type SavedQuery,
} from './provisioning-files.js';

const SCHEMAS: Record<string, { parse(value: unknown): unknown } | undefined> = {
  metric: metricQuery.strict(),
  status: statusQuery.strict(),
  topology: topologyQuery.strict(),
  alerts: alertsQuery.strict(),
  profile: profileQuery.strict(),
  messages: messagesQuery.strict(),
};
/** What a query of a metric may leave unsaid. */
const MAY_BE_UNSAID = { monitors: [], features: [], fill: 'none' };

/** Holds a saved query to the contract: nothing missing, nothing unknown, nothing left to a default. */
function checkQuery(query: SavedQuery): void {
  const schema = SCHEMAS[query.kind];
  expect(schema, `kind ${query.kind}`).toBeDefined();
  const { datasource: _datasource, intervalMs: _interval, maxDataPoints: _points, ...saved } = query;
  const said = query.kind === 'metric' ? { ...MAY_BE_UNSAID, ...saved } : saved;
  expect(schema?.parse(saved)).toEqual(said);
  if (query.kind === 'metric') {
    expect(findMetric(query.metric ?? ''), `metric ${query.metric}`).toBeDefined();
  }
}

const dashboard = JSON.parse(readProvisioned('dashboards/workflow.json')) as Dashboard;
const data = JSON.parse(readProvisioned('dashboards/data.json')) as Dashboard;
const performance = JSON.parse(readProvisioned('dashboards/performance.json')) as Dashboard;
const itself = JSON.parse(readProvisioned('dashboards/pneumograph.json')) as Dashboard;

const panelsOf = ({ panels }: Dashboard) => panels.filter(({ type }) => type !== 'row');
const queriesOf = (shown: Dashboard) => panelsOf(shown).flatMap(({ targets }) => targets);

describe.each([
  ['workflow', dashboard],
  ['data', data],
  ['performance', performance],
  ['pneumograph', itself],
])('the dashboard %s', (_name, shown) => {
  const variables = shown.templating.list;

  test('asks only what the contract knows', () => {
    expect(queriesOf(shown).length).toBeGreaterThan(15);
    queriesOf(shown).forEach(checkQuery);
  });

  test('takes its data source from the variable, so that it can be imported anywhere', () => {
    const asking = variables.filter(({ type }) => type === 'query');
    for (const { datasource } of [...panelsOf(shown), ...queriesOf(shown), ...asking]) {
      expect(datasource).toEqual({ type: DATASOURCE_PLUGIN, uid: '${datasource}' });
    }
    const source = variables.find(({ type }) => type === 'datasource');
    expect(source).toMatchObject({ name: 'datasource', query: DATASOURCE_PLUGIN, current: { value: 'pneumograph' } });
  });

  // Grafana draws the axis of a line that stays at 0 up to 100: of a share, up to 10,000 %.
  test('has an upper bound for the axis of each share', () => {
    for (const { title, type, fieldConfig } of panelsOf(shown)) {
      const { unit, min, max, custom } = fieldConfig?.defaults ?? {};
      if (type === 'timeseries' && unit === 'percentunit' && min === 0) {
        expect(max ?? custom?.axisSoftMax, title).toBeLessThanOrEqual(1);
      }
    }
  });

  test('leads to the others, with the time range and the variables kept', () => {
    expect(shown.links).toEqual([
      expect.objectContaining({ tags: ['pneumograph'], keepTime: true, includeVars: true }),
    ]);
  });

  test('has panels with ids of their own that do not overlap', () => {
    const ids = shown.panels.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const taken = new Set<string>();
    for (const { gridPos, title } of shown.panels) {
      expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
          expect(taken.has(`${x},${y}`), `${title} at ${x},${y}`).toBe(false);
          taken.add(`${x},${y}`);
        }
      }
    }
  });
});

describe('the workflow dashboard', () => {
  const panels = panelsOf(dashboard);
  const queries = queriesOf(dashboard);
  const variables = dashboard.templating.list;

  test('lets its variables choose what every panel shows', () => {
    expect(variables.map(({ name }) => name)).toEqual(['datasource', 'workflow', 'model']);
    for (const query of queries) {
      expect(query).toMatchObject({ workflow: '$workflow', models: ['$model'] });
    }
    const model = variables.find(({ name }) => name === 'model');
    expect(model).toMatchObject({ multi: true, includeAll: true, query: { list: 'models', workflow: '$workflow' } });
  });

  test('answers each of the tutorial’s areas', () => {
    const asked = queries.map(({ metric, kind }) => metric ?? kind);
    expect(asked).toEqual(
      expect.arrayContaining([
        ...['topology', 'status', 'rps', 'record.count', 'record.size', 'cpu.utilization', 'memory'],
        ...['record.rejected.by.schema.count', 'record.rejected.by.encoding.count'],
        ...['latency', 'backlog', 'loss', 'coverage', 'amplification', 'conservation', 'messages'],
      ])
    );
    expect(panels.map(({ type }) => type)).toContain(PANEL_PLUGIN);
    const written = panels.filter(({ targets }) => targets.some(({ kind }) => kind === 'messages'));
    expect(written.map(({ type }) => type)).toEqual(['logs']);
  });
});

describe.each([
  ['data', data],
  ['model performance', performance],
] as const)('the dashboard of the area %s', (area, shown) => {
  const metrics = METRICS.filter((metric) => metric.area === area);

  test('shows all that monitors tell of it, with alerts and as annotations', () => {
    const asked = queriesOf(shown).map(({ metric, kind }) => metric ?? kind);
    // What says the same in another way: each is in the evidence of alerts.
    const spared = ['drift.ks.pvalue', 'drift.chi.square.pvalue', 'drift.wasserstein', 'drift.hellinger'];
    const others = ['quality.constant', 'field.min', 'field.max'];
    const wanted = metrics.map(({ name }) => name).filter((name) => ![...spared, ...others].includes(name));
    expect(asked).toEqual(expect.arrayContaining([...wanted, 'alerts']));
    const [, annotation] = shown.annotations.list;
    checkQuery(annotation!.target!);
    expect(annotation?.target?.kind).toBe('alerts');
  });

  test('shows each metric in its unit', () => {
    for (const { targets, title, fieldConfig } of panelsOf(shown)) {
      for (const { metric } of targets.filter(({ kind }) => kind === 'metric')) {
        expect(fieldConfig?.defaults.unit, title).toBe(findMetric(metric ?? '')?.unit);
      }
    }
  });
});

describe('the dashboard of Pneumograph itself', () => {
  test('shows every self-metric, each in its unit, of the processes that are chosen', () => {
    const asked = queriesOf(itself);
    expect(new Set(asked.map(({ metric }) => metric))).toEqual(new Set(SELF_METRICS.map(({ name }) => name)));
    for (const { targets, title, fieldConfig } of panelsOf(itself)) {
      for (const { metric } of targets) {
        expect(fieldConfig?.defaults.unit, title).toBe(findMetric(metric ?? '')?.unit);
      }
    }
    for (const query of asked) {
      expect(query).toMatchObject({ kind: 'metric', workflow: SELF_WORKFLOW, engines: ['$process'] });
    }
    const process = itself.templating.list.find(({ name }) => name === 'process');
    expect(process).toMatchObject({
      multi: true,
      includeAll: true,
      query: { list: 'engines', workflow: SELF_WORKFLOW },
    });
    expect(itself.uid).not.toBe(dashboard.uid);
  });
});

describe('the alert rule', () => {
  const file = readYaml<{ groups: Array<{ rules: AlertRule[] }> }>('alerting/engine-in-error.yaml');
  const rule = file.groups[0]!.rules[0]!;
  const [asked] = rule.data;

  test('asks for the newest state of each engine, in a form that alerting takes', () => {
    expect(asked?.datasourceUid).toBe('pneumograph');
    checkQuery(asked!.model);
    expect(asked?.model).toMatchObject({ metric: 'engine.status', format: 'latest' });
    expect(asked?.model.by).toContain('engine');
  });

  test('holds for the state error and for no other', () => {
    const condition = rule.data.find(({ refId }) => refId === rule.condition);
    const { type, params } = condition!.model.conditions![0]!.evaluator;
    expect(type).toBe('within_range');
    expect(condition?.model.expression).toBe(asked?.refId);
    expect([-1, 0, 1, 2, 3, 4, 5, 6].filter((code) => code > params[0] && code < params[1])).toEqual([2]);
  });

  test('names model and engine, and leads to a panel that exists', () => {
    expect(rule.annotations['summary']).toContain('$labels.model');
    expect(rule.annotations['summary']).toContain('$labels.engine');
    expect(rule.noDataState).toBe('OK');
    expect(rule.annotations['__dashboardUid__']).toBe(dashboard.uid);
    expect(dashboard.panels.map(({ id }) => String(id))).toContain(rule.annotations['__panelId__']);
  });
});

describe('files for Grafana and Compose', () => {
  test('the data source and the dashboards are found by the names that Grafana is given', () => {
    const sources = readYaml<{ datasources: object[] }>('datasources/pneumograph.yaml');
    expect(sources.datasources).toHaveLength(1);
    expect(sources.datasources[0]).toMatchObject({
      uid: 'pneumograph',
      type: DATASOURCE_PLUGIN,
      url: '${PNEUMOGRAPH_URL}',
    });
    const { providers } = readYaml<{ providers: Array<{ options: { path: string } }> }>('dashboards/provider.yaml');
    expect(providers[0]?.options.path).toBe('${GF_PATHS_PROVISIONING}/dashboards');
  });

  test('Compose names services and volumes that exist', () => {
    const { services, volumes } = readYaml<Compose>('docker-compose.yaml');
    for (const [name, service] of Object.entries(services)) {
      for (const needed of Object.keys(service.depends_on ?? {})) {
        expect(Object.keys(services), name).toContain(needed);
      }
      for (const volume of service.volumes ?? []) {
        const source = volume.split(':')[0]!;
        expect(source.startsWith('.') || source in (volumes ?? {}), `${name}: ${volume}`).toBe(true);
      }
    }
    expect(readProvisioned(`../${services['backend']?.build?.dockerfile}`)).toContain('ENTRYPOINT');
    expect(services['grafana']?.environment?.['GF_PLUGINS_ALLOW_LOADING_UNSIGNED_PLUGINS']).toBe(
      [DATASOURCE_PLUGIN, PANEL_PLUGIN].join(',')
    );
    const overrides = Object.keys(readYaml<Compose>('docker-compose.grafana.yaml').services);
    expect(Object.keys(services)).toEqual(expect.arrayContaining(overrides));
  });
});
