/** What Grafana's plugin validator finds fault with in a built plugin and in its zip. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** The platforms that a release has to serve: the end of a binary's name. */
const PLATFORMS = [
  'linux_amd64',
  'linux_arm64',
  'linux_arm',
  'darwin_amd64',
  'darwin_arm64',
  'windows_amd64.exe',
  'windows_arm64.exe',
];

/**
 * @param {import('./plugin-checks.mjs').Plugin} plugin
 * @param {{ everyPlatform?: boolean }} [options] everyPlatform: whether a binary for each has to be there
 * @returns {string[]} what is wrong with the plugin's dist folder
 */
export function checkBuilt({ folder, json }, { everyPlatform = false } = {}) {
  const dist = path.join(folder, 'dist');
  const needed = [
    ...['module.js', 'plugin.json', 'README.md', 'LICENSE', 'CHANGELOG.md'],
    ...[json.info.logos.small, json.info.logos.large, ...json.info.screenshots.map((shot) => shot.path)],
    ...(json.includes ?? []).map((included) => included.path).filter(Boolean),
    ...(json.languages ?? []).map((language) => `locales/${language}/${json.id}.json`),
    ...(json.backend ? ['go_plugin_build_manifest'] : []),
    ...(json.backend && everyPlatform ? PLATFORMS.map((platform) => `${json.executable}_${platform}`) : []),
  ];
  const missing = needed.filter((file) => !existsSync(path.join(dist, file)));
  if (missing.length > 0) {
    return missing.map((file) => `dist/${file}: no such file`);
  }
  return [...checkMade(dist), ...checkSourceMaps(folder, dist), ...(json.backend ? checkGoManifest(folder, dist) : [])];
}

function checkMade(dist) {
  const { info } = JSON.parse(readFileSync(path.join(dist, 'plugin.json'), 'utf8'));
  const replaced = /^\d+\.\d+\.\d+/.test(info.version) && /^\d{4}-\d\d-\d\d$/.test(info.updated);
  return replaced ? [] : ['dist/plugin.json: expected a version and a date of the build'];
}

/** Grafana's people compare what a plugin runs with its sources: every source that a map names has to be there. */
function checkSourceMaps(folder, dist) {
  const scripts = readdirSync(dist, { recursive: true }).filter((name) => name.endsWith('.js'));
  return scripts.flatMap((name) => {
    const file = path.join(dist, `${name}.map`);
    if (!existsSync(file)) {
      return [`dist/${name}: expected a source map beside it`];
    }
    const { sources, sourcesContent } = JSON.parse(readFileSync(file, 'utf8'));
    return sources.flatMap((source, index) => {
      const own = /^webpack:\/\/[^/]+\/\.\/((?!node_modules\/|external ).+\.tsx?)$/.exec(source);
      if (own === null) {
        return [];
      }
      const original = path.join(folder, 'src', own[1]);
      if (!existsSync(original)) {
        return [`dist/${name}.map: ${source} is not below src`];
      }
      const same = sourcesContent[index] === readFileSync(original, 'utf8');
      return same ? [] : [`dist/${name}.map: ${source} is not what is in src now: build again`];
    });
  });
}

function checkGoManifest(folder, dist) {
  const told = readFileSync(path.join(dist, 'go_plugin_build_manifest'), 'utf8').trim().split('\n');
  return told.flatMap((line) => {
    const [hash, name] = [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)];
    const file = path.join(folder, name);
    const is = existsSync(file) && createHash('sha256').update(readFileSync(file)).digest('hex');
    return is === hash ? [] : [`dist/go_plugin_build_manifest: ${name} is not what was built: build again`];
  });
}

/**
 * @param {string} file a zip of a plugin
 * @param {string} id of the plugin
 * @returns {string[]} what is wrong with the names and modes in it
 */
export function checkZip(file, id) {
  const entries = zipEntries(readFileSync(file));
  const name = path.basename(file);
  return [
    ...entries
      .filter((entry) => !entry.name.startsWith(`${id}/`))
      .map((entry) => `${name}: ${entry.name} is not below ${id}/`),
    ...entries.flatMap((entry) => {
      const wanted = path.posix.basename(entry.name).startsWith('gpx_') ? 0o755 : 0o644;
      const mode = entry.mode & 0o777;
      return mode === wanted
        ? []
        : [`${name}: ${entry.name} has mode ${mode.toString(8)}, expected ${wanted.toString(8)}`];
    }),
    ...(entries.some((entry) => entry.name === `${id}/plugin.json`) ? [] : [`${name}: expected ${id}/plugin.json`]),
  ];
}

/** Names and Unix modes from a zip's central directory (APPNOTE 4.3.12; no zip64, no comment: as `npm run package` writes). */
function zipEntries(bytes) {
  const end = bytes.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  const count = bytes.readUInt16LE(end + 10);
  let at = bytes.readUInt32LE(end + 16);
  return Array.from({ length: count }, () => {
    const [nameLength, extra, comment] = [28, 30, 32].map((offset) => bytes.readUInt16LE(at + offset));
    const entry = {
      name: bytes.toString('utf8', at + 46, at + 46 + nameLength),
      mode: bytes.readUInt32LE(at + 38) >>> 16,
    };
    at += 46 + nameLength + extra + comment;
    return entry;
  });
}
