import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { forImport } from '../../scripts/lib/dashboards.mjs';
import pluginJson from './plugin.json';

const FOLDER = path.join(__dirname, '../../provisioning/dashboards');
const files = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));
const provisioned = (file: string) => readFileSync(path.join(FOLDER, file), 'utf8');

/** What Grafana does at an import: every mention of an input becomes what was chosen for it. */
function imported(file: string, chosen: string) {
  const text = forImport(provisioned(file));
  const { __inputs, __elements, __requires, revision, id, ...dashboard } = JSON.parse(
    text.replaceAll('${DS_PNEUMOGRAPH}', chosen)
  );
  return { inputs: __inputs, requires: __requires, revision, id, dashboard };
}

test('the plugin bundles every provisioned dashboard, under its title', () => {
  const bundled = pluginJson.includes.map(({ type, name, path: file }) => ({ type, name, file }));
  const wanted = files.map((file) => ({
    type: 'dashboard',
    name: JSON.parse(provisioned(file)).title,
    file: `dashboards/${file}`,
  }));
  expect(bundled).toHaveLength(wanted.length);
  expect(bundled).toEqual(expect.arrayContaining(wanted));
});

describe.each(files)('%s for import', (file) => {
  test('is the provisioned dashboard, with the chosen data source as its own', () => {
    const { dashboard } = imported(file, 'chosen');
    const original = JSON.parse(provisioned(file));
    const source = original.templating.list.find(({ type }: { type: string }) => type === 'datasource');
    expect(source.current.value).toBe('pneumograph');
    source.current = { text: 'chosen', value: 'chosen' };
    expect(dashboard).toEqual(original);
  });

  test('asks for one data source of this plugin, and leaves no fixed one and no input behind', () => {
    const { inputs, dashboard, revision, id } = imported(file, 'chosen');
    expect(inputs).toMatchObject([{ name: 'DS_PNEUMOGRAPH', type: 'datasource', pluginId: pluginJson.id }]);
    const text = JSON.stringify(dashboard);
    expect(text).not.toContain('${DS_');
    expect(text).not.toMatch(/"uid":"pneumograph"/);
    expect(id).toBeNull();
    expect(revision).toBe(JSON.parse(provisioned(file)).version);
  });

  test('names the panels that it needs', () => {
    const { requires, dashboard } = imported(file, 'chosen');
    const needed = requires.map(({ id }: { id: string }) => id);
    for (const { type } of dashboard.panels) {
      expect(type === 'row' || needed.includes(type)).toBe(true);
    }
    expect(needed).toEqual(expect.arrayContaining(['grafana', pluginJson.id]));
    expect(requires[0].version).toBe(pluginJson.dependencies.grafanaDependency.replace('>=', ''));
  });
});

test('a dashboard whose data source cannot be chosen is refused by name', () => {
  expect(() => forImport(JSON.stringify({ title: 'Fixed', templating: { list: [] }, panels: [] }))).toThrow(/Fixed/);
});
