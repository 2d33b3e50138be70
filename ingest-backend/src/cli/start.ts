import { fileURLToPath } from 'node:url';
import type { Demo, RecordStream, ReportTarget, ScenarioName } from '@pneumograph/demo-workflow';
import { configuration, loadConfiguration, type Configuration } from '../config/index.js';
import { Service, WHOLE, type Role } from '../service/index.js';
import { createLog } from './log.js';

/** Signals that follow the first one so closely come from the same press. */
const SAME_PRESS_MILLIS = 1000;

const LINGER_MILLIS = 2000;

/** What looks at the records of the demo, where the configuration names no monitors. */
const DEMO_MONITORS = fileURLToPath(new URL('../../../provisioning/monitors', import.meta.url));

/** Where alerts of the demo lead, in whichever Grafana shows them; `provisioning/dashboards` has the dashboard. */
const DEMO_LINK = '/d/pneumograph-workflow?var-workflow={{workflow}}&var-model={{model}}&from={{from}}&to={{to}}';

export interface StartOptions {
  readonly config?: string;
  readonly demo?: boolean;
  readonly kafka?: readonly string[];
  readonly scenario?: ScenarioName;
  readonly scenarioAfter?: number;
  readonly roles?: readonly Role[];
  readonly version: string;
}

/** Runs the service until it is told to stop. Resolves when all is stopped. */
export async function start(options: StartOptions): Promise<void> {
  const log = createLog();
  const settings = await readSettings(options);
  const stopping = stopSignal();
  const demo = options.demo === true ? await startDemo(settings, options) : undefined;
  try {
    const service = await Service.start(withDemo(settings, options.kafka, demo), {
      version: options.version,
      log,
      ...(options.roles === undefined ? {} : { roles: options.roles }),
    });
    const { roles = WHOLE } = options;
    const answers = roles.includes('query');
    const part = `Pneumograph (${roles.join(', ')}) listens on ${service.url}`;
    console.log(answers ? welcome(service.url, demo !== undefined) : part);
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
async function startDemo(
  { listen }: Configuration,
  { kafka, scenario, scenarioAfter }: StartOptions
): Promise<Demo & { readonly streams: readonly RecordStream[] }> {
  const { startDemo: run, recordStreams } = await import('@pneumograph/demo-workflow');
  const api = `http://${listen.host}:${listen.port}/api/v1`;
  const reports: ReportTarget =
    kafka === undefined
      ? { kind: 'http', url: `${api}/reports`, records: { url: `${api}/records` } }
      : { kind: 'kafka', brokers: [...kafka] };
  const plan = scenario === undefined ? {} : { scenario: { name: scenario, after: scenarioAfter } };
  const demo = await run({ reports, composerPort: 0, ...plan });
  return { ...demo, streams: recordStreams(reports) };
}

function withDemo(
  settings: Configuration,
  kafka: readonly string[] | undefined,
  demo: { readonly composerUrl: string; readonly streams: readonly RecordStream[] } | undefined
): Configuration {
  if (demo === undefined) {
    return settings;
  }
  // A configuration that reads from Kafka already says how.
  const add = kafka !== undefined && !settings.sources.some(({ kind }) => kind === 'kafka');
  const isNew = ({ workflow, model, slot }: Pick<RecordStream, 'workflow' | 'model' | 'slot'>): boolean =>
    !settings.streams.some((one) => one.workflow === workflow && one.model === model && one.slot === slot);
  const { sources, fleet, workflows, streams } = configuration.parse({
    sources: add ? [{ kind: 'kafka', brokers: kafka }] : [],
    fleet: [{ kind: 'composer', url: demo.composerUrl, workflow: 'prices', every: '2s' }],
    streams: demo.streams.filter(isNew),
    // The scorer makes one score of a prediction and a truth.
    workflows: [{ name: 'prices', amplification: { 'scorer:1': 0.5 } }],
  });
  return {
    ...settings,
    sources: [...settings.sources, ...sources],
    fleet: [...settings.fleet, ...fleet],
    workflows: [...settings.workflows, ...workflows],
    streams: [...settings.streams, ...streams],
    monitors: settings.monitors ?? { path: DEMO_MONITORS },
    alerts: { link: settings.alerts.link ?? DEMO_LINK },
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
