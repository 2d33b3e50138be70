/**
 * Holds the plugins' code to the types of the oldest and the newest Grafana that they run in:
 * `node scripts/check-grafana-types.mjs`. Installs those packages from the registry into .cache/, once.
 */
import { cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { installGrafanaPackages, NEWEST, OLDEST } from './grafana-packages.mjs';
import { PLUGINS } from './lib/parts.mjs';
import { ROOT, run } from './lib/run.mjs';

const RELEASES = [
  {
    grafana: OLDEST,
    // Before 12.4 Grafana's summary of the data has no frames; `supplier` has a method for it.
    known: [/panel-plugin\/src\/suggestions\.ts.*rawFrames/],
  },
  { grafana: NEWEST, known: [] },
];

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
  const folder = await installGrafanaPackages(release.grafana);
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
