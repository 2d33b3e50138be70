/** What Grafana's plugin validator finds fault with, as far as it can be told from a plugin's sources. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * @typedef {object} Plugin
 * @property {string} folder absolute
 * @property {Record<string, any>} json plugin.json
 */

/**
 * Every check says what it found: lines that name the place and the expectation. Errors keep a plugin out of Grafana's
 * catalogue, warnings do not.
 * @type {Array<{ name: string, level: 'error' | 'warning', check: (plugin: Plugin) => string[] }>}
 */
export const SOURCE_CHECKS = [
  { name: 'plugin.json', level: 'error', check: checkManifest },
  { name: 'dependencies', level: 'error', check: checkDependencies },
  { name: 'kinds of data', level: 'error', check: checkDataSource },
  { name: 'images', level: 'error', check: checkImages },
  { name: 'licence', level: 'error', check: checkLicence },
  { name: 'README', level: 'error', check: checkReadme },
  { name: 'build tools', level: 'error', check: checkTools },
  { name: 'languages', level: 'error', check: checkLanguages },
  { name: 'browser code', level: 'error', check: (plugin) => findIn(plugin, 'src', /\.tsx?$/, FORBIDDEN_IN_BROWSER) },
  { name: 'Go code', level: 'error', check: (plugin) => findIn(plugin, 'pkg', /\.go$/, FORBIDDEN_IN_GO) },
  { name: 'CHANGELOG', level: 'warning', check: checkChangelog },
  { name: 'search', level: 'warning', check: checkFound },
  { name: 'habits', level: 'warning', check: (plugin) => findIn(plugin, 'src', /\.tsx?$/, UNWISE_IN_BROWSER) },
];

/** @type {Array<[RegExp, string]>} */
const FORBIDDEN_IN_BROWSER = [
  [/\bimport\s[^;]*\.s?css['"]/, 'imports CSS: use useStyles2'],
  [/api\/ds\/query/, 'calls /api/ds/query: use the data source'],
  [/(?<![.\w])(?:window\.)?(?:alert|confirm|prompt)\(/, "opens a native dialog: use Grafana's"],
  [/window\.open\((?![^)]*noopener)/, 'opens a window without noopener'],
  [/\btestDatasource\s*\(/, 'overrides testDatasource of a data source with a backend'],
  [/\bdangerouslySetInnerHTML\b|\.innerHTML\s*=/, 'writes HTML of its own'],
];

/** @type {Array<[RegExp, string]>} */
const UNWISE_IN_BROWSER = [
  [/\bconsole\.(log|debug|info)\(/, 'writes to the console'],
  [/@ts-ignore/, 'has @ts-ignore: use @ts-expect-error'],
  [/gf-form/, "uses gf-form: use Grafana's components"],
  [/\bwindow\.location\b/, 'reads window.location: use locationService'],
];

/** @type {Array<[RegExp, string]>} */
const FORBIDDEN_IN_GO = [
  [/\bos\.(Getenv|LookupEnv|Environ)\b/, 'reads the environment: use the settings'],
  [/\bos\.(Open|OpenFile|Create|ReadFile|WriteFile|ReadDir|Mkdir\w*|Remove\w*|Stat)\b/, 'reaches into the file system'],
  [/"(syscall|unsafe|os\/exec|io\/ioutil)"/, 'imports a package that plugins must not use'],
  [/\bfmt\.Print\w*\(/, 'prints: use the logger'],
];

const IMAGE = {
  '.png': /^\x89PNG/,
  '.jpg': /^\xff\xd8\xff/,
  '.jpeg': /^\xff\xd8\xff/,
  '.gif': /^GIF8/,
  '.svg': /<svg[\s>]/,
};

function checkManifest({ json: { id, type, name, info = {} } }) {
  const links = (info.links ?? []).map(({ url }) => url);
  return lines([
    // The middle segment is what the organisation calls the plugin: exactly one.
    [/^[0-9a-z]+-[0-9a-z]+-(panel|datasource|app)$/.test(id), `id ${id}: expected org-name-type`],
    [String(id).endsWith(`-${type}`), `type ${type}: expected the last part of the id ${id}`],
    [
      Boolean(name) && !/plugin|grafana|datasource|panel$/i.test(name),
      `name ${name}: expected no word that says it is a plugin`,
    ],
    [(info.description ?? '').length >= 20, 'info.description: expected a sentence'],
    [Boolean(info.author?.name && info.author?.url), 'info.author: expected name and url'],
    [
      links.length > 0 && links.every((url) => URL.canParse(url)),
      'info.links: expected at least one, each an absolute URL',
    ],
    [new Set(links).size === links.length, 'info.links: expected no URL twice'],
    // What the build replaces is not there any more in what it made.
    [/^%VERSION%$|^\d+\.\d+\.\d+/.test(info.version), `info.version ${info.version}: expected %VERSION% or a version`],
    [/^%TODAY%$|^\d{4}-\d\d-\d\d$/.test(info.updated), `info.updated ${info.updated}: expected %TODAY% or a date`],
  ]);
}

function checkDependencies({ json: { dependencies = {} } }) {
  return lines([
    [
      /^>=?\d+\.\d+\.\d+/.test(dependencies.grafanaDependency),
      'dependencies.grafanaDependency: expected a range such as >=12.3.0',
    ],
    [Array.isArray(dependencies.plugins), 'dependencies.plugins: expected a list'],
  ]);
}

function checkDataSource({ json }) {
  if (json.type !== 'datasource') {
    return [];
  }
  const told = ['metrics', 'logs', 'annotations', 'alerting', 'streaming', 'backend'];
  return lines([
    ...told.map((key) => [typeof json[key] === 'boolean', `${key}: expected true or false`]),
    [Boolean(json.category), 'category: expected one'],
    [!json.alerting || json.backend, 'alerting: needs a backend'],
    [!json.backend || /^gpx_\w+$/.test(json.executable), 'executable: expected gpx_… for a plugin with a backend'],
  ]);
}

function checkImages({ folder, json: { info = {} } }) {
  const { logos = {}, screenshots = [] } = info;
  const named = [
    ['logos.small', logos.small],
    ['logos.large', logos.large],
    ...screenshots.map(({ path }) => ['screenshots', path]),
  ];
  return named.flatMap(([where, file]) => {
    const found = file && [path.join(folder, 'src', file), path.join(folder, file)].find((name) => existsSync(name));
    if (!found) {
      return [`info.${where} ${file}: no such file`];
    }
    const looksLike = IMAGE[path.extname(found).toLowerCase()];
    return looksLike?.test(readFileSync(found, 'latin1')) ? [] : [`info.${where} ${file}: expected an image`];
  });
}

function checkLicence({ folder }) {
  const text = read(folder, 'LICENSE');
  return lines([
    [
      /Apache License|MIT License|GNU (AFFERO )?GENERAL PUBLIC/i.test(text),
      'LICENSE: expected the text of a licence that Grafana takes',
    ],
  ]);
}

function checkReadme({ folder }) {
  const text = read(folder, 'src/README.md') || read(folder, 'README.md');
  const relative = [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)]+)\)/g)].map(([, target]) => target);
  return [
    ...lines([
      [text.length >= 500, 'README.md: expected what the plugin is for and how to use it'],
      [!/<!-- |This is a template|TODO/i.test(text), 'README.md: expected nothing of a template'],
    ]),
    // In the catalogue there is no repository around it.
    ...relative.map((target) => `README.md: expected an absolute link instead of ${target}`),
  ];
}

function checkTools({ folder, json }) {
  const needed = [
    '.config/webpack/webpack.config.ts',
    '.config/.cprc.json',
    ...(json.backend ? ['Magefile.go', 'go.mod'] : []),
  ];
  return needed.filter((file) => !existsSync(path.join(folder, file))).map((file) => `${file}: no such file`);
}

function checkLanguages({ folder, json: { id, languages = [] } }) {
  const there = existsSync(path.join(folder, 'src/locales')) ? readdirSync(path.join(folder, 'src/locales')) : [];
  return [
    ...languages
      .filter((language) => read(folder, `src/locales/${language}/${id}.json`) === '')
      .map((language) => `languages: expected src/locales/${language}/${id}.json`),
    ...there.filter((name) => !languages.includes(name)).map((name) => `src/locales/${name}: expected in languages`),
  ];
}

function checkChangelog({ folder }) {
  const { version } = JSON.parse(read(folder, 'package.json') || '{}');
  return lines([
    [read(folder, 'CHANGELOG.md').includes(`## ${version}`), `CHANGELOG.md: expected a heading for ${version}`],
  ]);
}

function checkFound({ json: { info = {} } }) {
  return lines([
    [(info.keywords ?? []).length > 0, 'info.keywords: expected some'],
    [(info.screenshots ?? []).length > 0, 'info.screenshots: expected at least one'],
  ]);
}

/** Lines of code that hold what they must not. Tests are never part of a plugin. */
function findIn({ folder }, below, suffix, patterns) {
  const root = path.join(folder, below);
  const names = existsSync(root) ? readdirSync(root, { recursive: true }).sort() : [];
  return names
    .filter((name) => suffix.test(name) && !/(\.test\.tsx?|_test\.go)$|(^|[\\/])testing[\\/]/.test(name))
    .flatMap((name) =>
      read(root, name)
        .split('\n')
        .flatMap((line, index) =>
          patterns.filter(([pattern]) => pattern.test(line)).map(([, what]) => `${below}/${name}:${index + 1} ${what}`)
        )
    );
}

/** The texts of the expectations that do not hold. */
function lines(expectations) {
  return expectations.filter(([holds]) => !holds).map(([, text]) => text);
}

function read(folder, name) {
  const file = path.join(folder, name);
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}
