/**
 * Packs the plugins for installation: `npm run package`. Writes to packages/ one zip a plugin, as Grafana installs them,
 * and an offline bundle with both, the provisioning files and a note on what to do with them. --this-platform packs
 * the Go part for this machine alone, which is faster.
 */
import { createWriteStream, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import yazl from 'yazl';
import { DATASOURCE, isFresh, PARTS, PLUGINS } from './lib/parts.mjs';
import { mustRun, npmRun, ROOT } from './lib/run.mjs';

const OUT = path.join(ROOT, 'packages');
const version = JSON.parse(readFileSync(path.join(ROOT, DATASOURCE.folder, 'package.json'), 'utf8')).version;

// The zip holds no times of this machine: the same files give the same archive.
const MTIME = new Date('2020-01-01T00:00:00Z');

const INSTALL = `Pneumograph ${version} for Grafana 12.3 and later, without internet access

1. Copy the folders below plugins/ into Grafana's plugin folder (GF_PATHS_PLUGINS, often /var/lib/grafana/plugins).
2. The plugins are not signed yet: allow them by
   GF_PLUGINS_ALLOW_LOADING_UNSIGNED_PLUGINS=${PLUGINS.map(({ id }) => id).join(',')}
3. Copy what is in provisioning/ into Grafana's provisioning folder (GF_PATHS_PROVISIONING), and set PNEUMOGRAPH_URL to
   the address of the ingest backend. Or add the data source by hand, and import the dashboards on its page, at
   Dashboards.
4. Restart Grafana.
`;

/** Adds every file under a folder; binaries keep the right to run, which a checkout may have lost. */
function addFolder(zip, folder, prefix) {
  for (const name of readdirSync(folder, { recursive: true }).sort()) {
    const file = path.join(folder, name);
    if (statSync(file).isFile()) {
      const mode = path.basename(name).startsWith('gpx_') ? 0o100755 : 0o100644;
      zip.addFile(file, `${prefix}/${name.split(path.sep).join('/')}`, { mode, mtime: MTIME });
    }
  }
}

async function write(zip, name) {
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(path.join(OUT, name)));
  console.log(`packages/${name}`);
}

const goPart = PARTS.at(-1);
for (const part of PARTS) {
  if (part !== goPart && !isFresh(part)) {
    console.log(`Building ${part.name} …`);
    await mustRun(...part.command);
  }
}
const goScript = process.argv.includes('--this-platform') ? 'build:go' : 'build:go:all';
console.log('Building the Go part …');
await mustRun(...npmRun('@pneumograph/datasource-plugin', goScript));

rmSync(OUT, { recursive: true, force: true });
mkdirSync(OUT, { recursive: true });
const bundle = new yazl.ZipFile();
for (const { id, folder } of PLUGINS) {
  const dist = path.join(ROOT, folder, 'dist');
  const zip = new yazl.ZipFile();
  addFolder(zip, dist, id);
  await write(zip, `${id}-${version}.zip`);
  addFolder(bundle, dist, `pneumograph-${version}/plugins/${id}`);
}
for (const folder of ['datasources', 'dashboards', 'alerting']) {
  addFolder(bundle, path.join(ROOT, 'provisioning', folder), `pneumograph-${version}/provisioning/${folder}`);
}
bundle.addFile(path.join(ROOT, 'LICENSE'), `pneumograph-${version}/LICENSE`, { mtime: MTIME, mode: 0o100644 });
bundle.addBuffer(Buffer.from(INSTALL), `pneumograph-${version}/INSTALL.txt`, { mtime: MTIME, mode: 0o100644 });
await write(bundle, `pneumograph-${version}-offline.zip`);
await mustRun(process.execPath, [path.join(ROOT, 'scripts/validate-plugins.mjs'), '--packages']);
