import { configuration, loadConfiguration, type Configuration } from '../config/index.js';
import { Service, type Role } from '../service/index.js';
import { createLog } from './log.js';

/** Signals that follow the first one so closely come from the same press. */
const SAME_PRESS_MILLIS = 1000;

const LINGER_MILLIS = 2000;

export interface StartOptions {
  readonly config?: string;
  readonly demo?: boolean;
  readonly kafka?: readonly string[];
  readonly roles?: readonly Role[];
  readonly version: string;
}

/** Runs the service until it is told to stop. Resolves when all is stopped. */
export async function start(options: StartOptions): Promise<void> {
  const log = createLog();
  const settings = await readSettings(options);
  const stopping = stopSignal();
  const demo = options.demo === true ? await startDemo(settings, options.kafka) : undefined;
  try {
    const service = await Service.start(withDemo(settings, options.kafka, demo?.composerUrl), {
      version: options.version,
      log,
      ...(options.roles === undefined ? {} : { roles: options.roles }),
    });
    const answers = options.roles?.includes('derive') ?? true;
    console.log(answers ? welcome(service.url, demo !== undefined) : `Pneumograph (rekey) listens on ${service.url}`);
    await stopping;
    console.log('Stopping…');
    // The engines go first, so that their last reports are still taken; their fleet service last, since it is asked
    // until the end.
    await demo?.finish();
    await service.stop();
  } finally {
    await demo?.stop();
    // All that matters is stored and closed: a connection that still waits for its peer must not keep the process.
    setTimeout(() => process.exit(), LINGER_MILLIS).unref();
  }
}

async function readSettings({ config, demo }: StartOptions): Promise<Configuration> {
  if (config !== undefined) {
    return loadConfiguration(config);
  }
  return configuration.parse(demo === true ? { store: { kind: 'duckdb', path: 'data/demo.duckdb' } } : {});
}

/** The demo is a package of its own, loaded only when it is asked for. */
async function startDemo({ listen }: Configuration, kafka: readonly string[] | undefined) {
  const { startDemo: run } = await import('@pneumograph/demo-workflow');
  const url = `http://${listen.host}:${listen.port}/api/v1/reports`;
  return run({
    reports: kafka === undefined ? { kind: 'http', url } : { kind: 'kafka', brokers: [...kafka] },
    composerPort: 0,
  });
}

function withDemo(
  settings: Configuration,
  kafka: readonly string[] | undefined,
  composerUrl: string | undefined
): Configuration {
  if (composerUrl === undefined) {
    return settings;
  }
  // A configuration that reads from Kafka already says how.
  const add = kafka !== undefined && !settings.sources.some(({ kind }) => kind === 'kafka');
  const { sources, fleet, workflows } = configuration.parse({
    sources: add ? [{ kind: 'kafka', brokers: kafka }] : [],
    fleet: [{ kind: 'composer', url: composerUrl, workflow: 'prices', every: '2s' }],
    // The scorer makes one score of a prediction and a truth.
    workflows: [{ name: 'prices', amplification: { 'scorer:1': 0.5 } }],
  });
  return {
    ...settings,
    sources: [...settings.sources, ...sources],
    fleet: [...settings.fleet, ...fleet],
    workflows: [...settings.workflows, ...workflows],
  };
}

/**
 * Resolves when the process is told to stop. One Ctrl-C may come several times: from the terminal, from npm and from the
 * script in between. Whoever presses it again later does not want to wait.
 */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    let first: number | undefined;
    const told = (): void => {
      first ??= Date.now();
      if (Date.now() - first > SAME_PRESS_MILLIS) {
        process.exit(1);
      }
      resolve();
    };
    process.on('SIGINT', told);
    process.on('SIGTERM', told);
  });
}

function welcome(url: string, demo: boolean): string {
  const example = JSON.stringify({
    from: 0,
    to: 4e12,
    queries: [{ refId: 'A', kind: 'metric', metric: 'rps', format: 'latest' }],
  });
  const lines = [
    `Pneumograph listens on ${url}`,
    '',
    ...(demo ? ['The demo workflow "prices" runs: reader → predictor (two engines) → scorer.', ''] : []),
    'Look at it',
    '  in Grafana, with Docker        npm run grafana',
    '  in a Grafana you installed     GRAFANA_HOME=/path/to/grafana npm run grafana',
    '  then open                      http://127.0.0.1:3000',
    '',
    'Ask it',
    `  curl -s ${url}/api/v1/catalog`,
    `  curl -s ${url}/api/v1/query -H 'content-type: application/json' \\`,
    `    -d '${example}'`,
    '',
    'Ctrl-C stops everything.',
  ];
  return lines.join('\n');
}
