/**
 * Grafana's packages of the oldest and the newest release that the plugins run in, each with its React:
 * `node scripts/grafana-packages.mjs 13.2.2` installs them from the registry into .cache/, once, and prints their folder.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { mustRun, ROOT } from './lib/run.mjs';

export const OLDEST = '12.3.3';
export const NEWEST = '13.2.2';

const RELEASES = {
  [OLDEST]: { pluginUi: '0.17.6', react: '^18.3.0' },
  [NEWEST]: { pluginUi: '0.18.0', react: '^19.0.0' },
};

// 12.3 names a tarball of GitHub; the registry has the same grid.
const overrides = { 'react-data-grid': 'npm:@grafana/react-data-grid@7.0.0-beta.57' };

const packages = (grafana, { pluginUi, react }) => ({
  ...Object.fromEntries(
    ['data', 'ui', 'runtime', 'schema', 'i18n', 'e2e-selectors'].map((name) => [`@grafana/${name}`, grafana])
  ),
  '@grafana/plugin-ui': pluginUi,
  ...Object.fromEntries(['react', 'react-dom', '@types/react', '@types/react-dom'].map((name) => [name, react])),
});

/** @returns the folder whose node_modules has the packages of the release */
export async function installGrafanaPackages(grafana) {
  const release = RELEASES[grafana];
  if (release === undefined) {
    throw new Error(`expected a release of ${Object.keys(RELEASES).join(', ')}, found ${grafana}`);
  }
  const folder = path.join(ROOT, '.cache/grafana-types', grafana);
  if (!existsSync(path.join(folder, 'node_modules/.package-lock.json'))) {
    console.error(`Installing the packages of Grafana ${grafana} …`);
    mkdirSync(folder, { recursive: true });
    const manifest = { private: true, dependencies: packages(grafana, release), overrides };
    writeFileSync(path.join(folder, 'package.json'), JSON.stringify(manifest));
    const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--legacy-peer-deps', '--loglevel=error'];
    await mustRun('npm', ['install', ...flags], { cwd: folder, quiet: true });
  }
  return folder;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  console.log(await installGrafanaPackages(process.argv[2] ?? NEWEST));
}
