/**
 * Holds the plugins' code to the types of the oldest and the newest Grafana that they run in:
 * `node scripts/check-grafana-types.mjs`. Installs those packages from the registry into .cache/, once.
 */
import { cpSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PLUGINS } from './lib/parts.mjs';
import { mustRun, ROOT, run } from './lib/run.mjs';

/** Grafana's packages of one release, with the React that it runs. */
const RELEASES = [
  {
    ...{ grafana: '12.3.3', pluginUi: '0.17.6', react: '^18.3.0' },
    // Before 12.4 Grafana keeps the supplier of suggestions and asks only those of its own panels.
    known: [
      /panel-plugin\/src\/module\.ts.*VisualizationSuggestionsSupplier/,
      /panel-plugin\/src\/suggestions\.ts.*rawFrames/,
    ],
  },
  { grafana: '13.2.2', pluginUi: '0.18.0', react: '^19.0.0', known: [] },
];

const packages = ({ grafana, pluginUi, react }) => ({
  ...Object.fromEntries(
    ['data', 'ui', 'runtime', 'schema', 'i18n', 'e2e-selectors'].map((name) => [`@grafana/${name}`, grafana])
  ),
  '@grafana/plugin-ui': pluginUi,
  ...Object.fromEntries(['react', 'react-dom', '@types/react', '@types/react-dom'].map((name) => [name, react])),
});

// 12.3 names a tarball of GitHub; the registry has the same grid.
const overrides = { 'react-data-grid': 'npm:@grafana/react-data-grid@7.0.0-beta.57' };

const tsconfig = {
  compilerOptions: {
    ...{ target: 'es2022', module: 'esnext', moduleResolution: 'bundler', lib: ['dom', 'dom.iterable', 'es2022'] },
    ...{ jsx: 'react', strict: true, skipLibCheck: true, noEmit: true, types: ['node'] },
    ...{ esModuleInterop: true, resolveJsonModule: true, typeRoots: [path.join(ROOT, 'node_modules/@types')] },
  },
  // Tests run with the packages that are installed; what Grafana loads is held to each of its releases.
  include: PLUGINS.map(({ folder }) => `${folder}/src`),
  exclude: ['**/*.test.ts', '**/*.test.tsx', '**/testing/**'],
};

let failed = false;
for (const release of RELEASES) {
  const folder = path.join(ROOT, '.cache/grafana-types', release.grafana);
  if (!existsSync(path.join(folder, 'node_modules/.package-lock.json'))) {
    console.log(`Installing the packages of Grafana ${release.grafana} …`);
    mkdirSync(folder, { recursive: true });
    const manifest = { private: true, dependencies: packages(release), overrides };
    writeFileSync(path.join(folder, 'package.json'), JSON.stringify(manifest));
    const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--legacy-peer-deps', '--loglevel=error'];
    await mustRun('npm', ['install', ...flags], { cwd: folder, quiet: true });
  }
  for (const { folder: plugin } of PLUGINS) {
    rmSync(path.join(folder, plugin), { recursive: true, force: true });
    cpSync(path.join(ROOT, plugin, 'src'), path.join(folder, plugin, 'src'), { recursive: true });
  }
  const contract = path.join(folder, 'node_modules/@pneumograph/contract');
  mkdirSync(path.dirname(contract), { recursive: true });
  rmSync(contract, { force: true, recursive: true });
  symlinkSync(path.join(ROOT, 'contract'), contract, 'junction');
  writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify(tsconfig));
  const { code, output } = await run('npx', ['tsc', '--pretty', 'false', '-p', folder], { quiet: true });
  const told = output.split('\n').filter((line) => /^\S.*error TS/.test(line));
  const unknown = told.filter((line) => !release.known.some((pattern) => pattern.test(line)));
  const gone = release.known.filter((pattern) => !told.some((line) => pattern.test(line)));
  const ok = unknown.length === 0 && gone.length === 0 && (code === 0 || told.length > 0);
  console.log(`${ok ? 'ok    ' : 'FAILED'} Grafana ${release.grafana}`);
  if (!ok) {
    gone.forEach((pattern) => console.log(`${pattern} is no difference any more: take it off the list`));
    console.log(told.length > 0 ? unknown.join('\n') : output);
    failed = true;
  }
}
process.exitCode = failed ? 1 : 0;
