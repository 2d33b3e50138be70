/**
 * The dashboards in the form in which the data source bundles them. Their one source is provisioning/dashboards: there
 * the data source has a fixed uid; here whoever imports them says which it is.
 */

const DATASOURCE_PLUGIN = 'pneumograph-workflow-datasource';

/** What Grafana replaces by the data source that is chosen at the import. */
const INPUT = 'DS_PNEUMOGRAPH';

const MIN_GRAFANA = '12.3.0';

/**
 * @param {string} text a provisioned dashboard, which takes its data source from its variable `datasource`
 * @returns {string} the same dashboard for import: the variable begins with the data source that is chosen there
 * @throws {Error} where there is no such variable
 */
export function forImport(text) {
  const dashboard = JSON.parse(text);
  const source = dashboard.templating.list.find(
    ({ type, query }) => type === 'datasource' && query === DATASOURCE_PLUGIN
  );
  if (source === undefined) {
    throw new Error(
      `the dashboard ${dashboard.title} has no variable that chooses a data source of ${DATASOURCE_PLUGIN}`
    );
  }
  // Imported from the data source's page this becomes a name, imported by hand a uid: Grafana finds both.
  source.current = { text: `\${${INPUT}}`, value: `\${${INPUT}}` };
  const imported = {
    __inputs: [
      {
        name: INPUT,
        label: 'Pneumograph',
        description: 'The data source that answers for the ingest backend',
        type: 'datasource',
        pluginId: DATASOURCE_PLUGIN,
        pluginName: 'Pneumograph',
      },
    ],
    __elements: {},
    __requires: requirements(dashboard),
    id: null,
    ...dashboard,
    // By this Grafana tells that a newer plugin brings a newer dashboard.
    revision: dashboard.version,
  };
  return `${JSON.stringify(imported, undefined, 2)}\n`;
}

/** What has to be installed. */
function requirements({ panels }) {
  const types = new Set(panels.map(({ type }) => type).filter((type) => type !== 'row'));
  return [
    { type: 'grafana', id: 'grafana', name: 'Grafana', version: MIN_GRAFANA },
    { type: 'datasource', id: DATASOURCE_PLUGIN, name: 'Pneumograph', version: '' },
    ...[...types].sort().map((id) => ({ type: 'panel', id, name: id, version: '' })),
  ];
}
