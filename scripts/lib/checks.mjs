import { npmRun } from './run.mjs';
import { PLUGINS } from './parts.mjs';

const GO_MODULES = ['datasource-plugin', 'test/goclient'];

/** Checks that need no running program, in order: the name for people, the command, and what counts as a failure. */
export const CHECKS = [
  { name: 'format', command: ['npx', ['prettier', '--check', '--log-level', 'warn', '.']] },
  { name: 'types of the node packages', command: ['npx', ['tsc', '-b']] },
  { name: 'types of the plugin host', command: ['npx', ['tsc', '-p', 'test/host']] },
  { name: 'types of the end-to-end tests', command: ['npx', ['tsc', '-p', 'test/e2e']] },
  { name: 'list of the end-to-end tests', command: npmRun('@pneumograph/test', 'e2e', ['--list']) },
  { name: 'rules of the node packages', command: ['npx', ['eslint', '.']] },
  { name: "what Grafana's validator checks", command: [process.execPath, ['scripts/validate-plugins.mjs']] },
  ...PLUGINS.flatMap(({ folder }) => [
    { name: `types of ${folder}`, command: npmRun(`@pneumograph/${folder}`, 'typecheck') },
    { name: `rules of ${folder}`, command: npmRun(`@pneumograph/${folder}`, 'lint') },
  ]),
  ...GO_MODULES.flatMap((cwd) => [
    { name: `format of ${cwd} (Go)`, command: ['gofmt', ['-l', '.'], { cwd }], failsOnOutput: true },
    { name: `vet of ${cwd} (Go)`, command: ['go', ['vet', '-tags', 'arrow_json_stdlib', './...'], { cwd }] },
  ]),
];
