/**
 * A Grafana with both plugins and all dashboards against the running ingest backend: `npm run grafana`.
 *
 * GRAFANA_HOME=DIR     an installed Grafana (the folder that holds bin/ and conf/); without it, Docker Compose
 * GRAFANA_PORT         3000
 * GRAFANA_DATA         where that Grafana keeps its database and logs; data/grafana
 * PNEUMOGRAPH_URL      http://127.0.0.1:8420
 */
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { PLUGINS } from './lib/parts.mjs';
import { mustRun, passSignals, ROOT, run } from './lib/run.mjs';

const home = process.env.GRAFANA_HOME;
const port = process.env.GRAFANA_PORT ?? '3000';
const backend = process.env.PNEUMOGRAPH_URL ?? 'http://127.0.0.1:8420';
const dashboard = `http://127.0.0.1:${port}/d/pneumograph-workflow`;

/** Settings that keep a Grafana from calling anybody. */
const QUIET = {
  GF_ANALYTICS_REPORTING_ENABLED: 'false',
  GF_ANALYTICS_CHECK_FOR_UPDATES: 'false',
  GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES: 'false',
  GF_ANALYTICS_FEEDBACK_LINKS_ENABLED: 'false',
  GF_NEWS_NEWS_FEED_ENABLED: 'false',
  GF_SECURITY_DISABLE_GRAVATAR: 'true',
  GF_SNAPSHOTS_EXTERNAL_ENABLED: 'false',
  GF_PLUGINS_PREINSTALL_DISABLED: 'true',
  GF_PLUGINS_PUBLIC_KEY_RETRIEVAL_DISABLED: 'true',
  GF_LOG_LEVEL: 'warn',
};

async function main() {
  if (home) {
    const binary = findBinary(home);
    await buildPlugins();
    await tellBackend();
    startInstalled(binary);
  } else if ((await run('docker', ['compose', 'version'], { quiet: true })).code === 0 && (await dockerRuns())) {
    await buildPlugins();
    await startCompose();
  } else {
    console.error(
      [
        'There is no Grafana to start: GRAFANA_HOME is not set and Docker does not answer.',
        'Either install Grafana 12.3 or later and run  GRAFANA_HOME=/path/to/grafana npm run grafana',
        '  (the folder that holds bin/, conf/ and public/),',
        'or start Docker and run  npm run grafana  again.',
      ].join('\n')
    );
    process.exitCode = 1;
  }
}

function findBinary(folder) {
  const binary = path.join(folder, 'bin', process.platform === 'win32' ? 'grafana.exe' : 'grafana');
  if (!existsSync(binary)) {
    console.error(
      `GRAFANA_HOME=${folder} holds no bin/grafana: name the folder of an installed Grafana 12.3 or later.`
    );
    process.exit(2);
  }
  return binary;
}

async function dockerRuns() {
  return (await run('docker', ['info'], { quiet: true })).code === 0;
}

async function buildPlugins() {
  await mustRun(process.execPath, [path.join(ROOT, 'scripts/build.mjs'), '--if-needed']);
}

function answers(url) {
  return fetch(url).then(
    (response) => response.ok,
    () => false
  );
}

async function tellBackend() {
  if (!(await answers(`${backend}/health/ready`))) {
    console.log(`The ingest backend does not answer at ${backend} yet: start it with  npm start  in another terminal.`);
  }
}

/** Copies, not links: Grafana does not follow links out of its plugin folder. */
function installPlugins(folder) {
  rmSync(folder, { recursive: true, force: true });
  for (const { id, folder: source } of PLUGINS) {
    cpSync(path.join(ROOT, source, 'dist'), path.join(folder, id), { recursive: true });
  }
}

function startInstalled(binary) {
  const data = path.resolve(ROOT, process.env.GRAFANA_DATA ?? 'data/grafana');
  const plugins = path.join(data, 'plugins');
  mkdirSync(data, { recursive: true });
  installPlugins(plugins);
  const log = path.join(data, 'log');
  console.log(`Starting Grafana; its log is in ${path.relative(ROOT, log) || log} …`);
  const grafana = spawn(binary, ['server', '--homepath', path.resolve(home)], {
    cwd: path.resolve(home),
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...process.env,
      GF_PATHS_DATA: data,
      GF_PATHS_LOGS: log,
      GF_PATHS_PLUGINS: plugins,
      GF_PATHS_PROVISIONING: path.join(ROOT, 'provisioning'),
      PNEUMOGRAPH_URL: backend,
      // Anonymous visitors are administrators here, so that everything can be tried without a password. That is only
      // sound because nothing but this machine can reach the address.
      GF_SERVER_HTTP_ADDR: '127.0.0.1',
      GF_SERVER_HTTP_PORT: port,
      GF_AUTH_ANONYMOUS_ENABLED: 'true',
      GF_AUTH_ANONYMOUS_ORG_ROLE: 'Admin',
      GF_PLUGINS_ALLOW_LOADING_UNSIGNED_PLUGINS: PLUGINS.map(({ id }) => id).join(','),
      ...QUIET,
    },
  });
  stopTogether(grafana);
  void announce(grafana);
}

/** Beside a backend that runs already, Grafana alone; else the whole stack, with a backend and the demo of its own. */
async function startCompose() {
  const alone = await answers(`${backend}/health/ready`);
  const file = (name) => ['-f', path.join(ROOT, 'provisioning', name)];
  const files = [...file('docker-compose.yaml'), ...(alone ? file('docker-compose.grafana.yaml') : [])];
  const what = alone ? ['grafana'] : ['--build'];
  const grafana = spawn('docker', ['compose', ...files, 'up', ...what], {
    cwd: ROOT,
    // Compose kills the containers at the second Ctrl-C: here it gets one from this script, and none from the terminal.
    detached: process.platform !== 'win32',
    stdio: 'inherit',
    env: { ...process.env, GRAFANA_PORT: port, PNEUMOGRAPH_URL: backend },
  });
  stopTogether(grafana);
  void announce(grafana);
}

/** Waits until Grafana answers, then says where to look. */
async function announce(grafana) {
  while (grafana.exitCode === null) {
    if (await answers(`http://127.0.0.1:${port}/api/health`)) {
      console.log(`\nGrafana is at ${dashboard}\nCtrl-C stops it.`);
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** Grafana ends in its own time, and this script ends after it. */
function stopTogether(child) {
  passSignals(child);
  child.on('error', (error) => {
    console.error(`Grafana cannot be started: ${error.message}`);
    process.exit(1);
  });
  child.on('exit', (code) => {
    if (code) {
      console.error(`Grafana ended with ${code}.`);
    }
    process.exit(code ?? 0);
  });
}

await main();
