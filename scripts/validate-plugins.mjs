/**
 * Checks the plugins for what Grafana's plugin validator finds fault with: `node scripts/validate-plugins.mjs`.
 *
 * --built      also what was built, in each plugin's dist
 * --packages   also a binary for every platform, and the zips that `npm run package` wrote
 * --root DIR   the repository to check, instead of this one
 *
 * What needs the network is left to others: known vulnerabilities (`npm audit`, `osv-scanner`) and dead links.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { checkBuilt, checkZip } from './lib/built-checks.mjs';
import { PLUGINS } from './lib/parts.mjs';
import { SOURCE_CHECKS } from './lib/plugin-checks.mjs';
import { ROOT } from './lib/run.mjs';

const { values } = parseArgs({
  options: { built: { type: 'boolean' }, packages: { type: 'boolean' }, root: { type: 'string' } },
});
const root = path.resolve(values.root ?? ROOT);

/** Grafana takes no plugin whose SDK for Go is older. */
const SDK_MONTHS = 5;
const SDK = 'github.com/grafana/grafana-plugin-sdk-go';

let errors = 0;
function tell(level, place, found) {
  found.forEach((text) => console.log(`${level} ${place}: ${text}`));
  errors += level === 'error' ? found.length : 0;
}

/** A warning alone: no change of the code may be held up because time went by. */
function checkSdkAge(folder) {
  const answer = execFileSync('go', ['list', '-m', '-f', '{{.Version}} {{.Time.Unix}}', SDK], { cwd: folder });
  const [version, seconds] = answer.toString().trim().split(' ');
  const months = (Date.now() / 1000 - Number(seconds)) / (30 * 86_400);
  return months < SDK_MONTHS
    ? []
    : [`go.mod: ${SDK} ${version} is older than ${SDK_MONTHS} months: bring it up to date`];
}

for (const { id, folder: name } of PLUGINS) {
  const folder = path.join(root, name);
  const json = JSON.parse(readFileSync(path.join(folder, 'src/plugin.json'), 'utf8'));
  const plugin = { folder, json };
  for (const { level, check } of SOURCE_CHECKS) {
    tell(level, name, check(plugin));
  }
  if (json.backend) {
    tell('warning', name, checkSdkAge(folder));
  }
  if (values.built || values.packages) {
    tell('error', name, checkBuilt(plugin, { everyPlatform: values.packages }));
  }
  if (values.packages) {
    const { version } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
    tell('error', name, checkZip(path.join(root, 'packages', `${id}-${version}.zip`), id));
  }
}
console.log(errors === 0 ? 'The plugins pass.' : `${errors} errors`);
process.exitCode = errors === 0 ? 0 : 1;
