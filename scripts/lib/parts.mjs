import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { npmRun, ROOT } from './run.mjs';

export const DATASOURCE = { id: 'pneumograph-workflow-datasource', folder: 'datasource-plugin' };
export const PANEL = { id: 'pneumograph-workflowhealth-panel', folder: 'panel-plugin' };
export const PLUGINS = [DATASOURCE, PANEL];

const GO_OS = { win32: 'windows' }[process.platform] ?? process.platform;
const GO_ARCH = { x64: 'amd64' }[process.arch] ?? process.arch;

/** What this machine's build of the data source's Go part is called. */
export const GO_BINARY = `gpx_pneumograph_workflow_${GO_OS}_${GO_ARCH}${GO_OS === 'windows' ? '.exe' : ''}`;

const NODE_PACKAGES = ['contract', 'ingest-backend', 'demo-workflow', 'test', 'bench'];

/**
 * The parts of a build in their order: what they are made from, what they make, and the command that makes it.
 * An output is fresh when nothing that it is made from is newer.
 */
export const PARTS = [
  {
    name: 'node packages',
    inputs: NODE_PACKAGES.flatMap((name) => [`${name}/src`, `${name}/tsconfig.json`]),
    outputs: NODE_PACKAGES.map((name) => `${name}/dist/.tsbuildinfo`),
    command: ['npx', ['tsc', '-b']],
  },
  ...PLUGINS.map(({ folder }) => ({
    name: folder,
    inputs: [
      `${folder}/src`,
      `${folder}/package.json`,
      `${folder}/webpack.config.ts`,
      `${folder}/README.md`,
      `${folder}/CHANGELOG.md`,
      'contract/src',
      ...(folder === DATASOURCE.folder
        ? ['scripts/lib/dashboards.mjs', 'provisioning/dashboards']
        : [`${folder}/worker-source-loader.mjs`]),
    ],
    outputs: [`${folder}/dist/module.js`],
    command: npmRun(`@pneumograph/${folder}`, 'build'),
  })),
  {
    name: 'datasource-plugin (Go)',
    inputs: ['datasource-plugin/pkg', 'datasource-plugin/go.mod', 'datasource-plugin/Magefile.go'],
    outputs: [`datasource-plugin/dist/${GO_BINARY}`],
    command: npmRun('@pneumograph/datasource-plugin', 'build:go'),
  },
];

/** Whether every output of a part is there and at least as new as each of its inputs. */
export function isFresh({ inputs, outputs }) {
  const oldest = Math.min(...outputs.map((file) => newest(file) || -Infinity));
  return inputs.every((file) => newest(file) <= oldest);
}

/** Epoch milliseconds of the newest file at or under a path; 0 where there is none. */
function newest(name) {
  const file = path.join(ROOT, name);
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined) {
    return 0;
  }
  if (!found.isDirectory()) {
    return found.mtimeMs;
  }
  const inside = readdirSync(file).filter((entry) => entry !== 'node_modules');
  return Math.max(0, ...inside.map((entry) => newest(path.join(name, entry))));
}
