import { formatTimestamp } from '@pneumograph/contract';
import { expect, test as base, type DataSourceSettings } from '@grafana/plugin-e2e';
import { fileURLToPath } from 'node:url';
import { type RunningBackend, startBackend } from '../src/servers/index.js';
import { ENGINES, TUTORIAL_CONFIG, tutorialMessages, tutorialRange } from '../src/tutorial.js';

export const PLUGIN = 'pneumograph-workflow-datasource';
export const PANEL_PLUGIN = 'pneumograph-workflowhealth-panel';

/** The provisioned data source, over the demo that `npm start` runs. */
export const DEMO = { name: 'Pneumograph', uid: 'pneumograph', workflow: 'prices' };
export const DEMO_MODELS = ['predictor', 'reader', 'scorer'];

export { ENGINES, expect };

const MONITORS = fileURLToPath(new URL('monitors', import.meta.url));

interface Own {
  /** An ingest backend of this run alone, with the tutorial's run up to now. Grafana must be on the same machine. */
  readonly backend: RunningBackend;
}

interface OfTest {
  /** A data source of this test alone, for that ingest backend. */
  readonly source: DataSourceSettings;
  /** Saves a dashboard that goes with the test, and answers its uid. */
  readonly saveDashboard: (dashboard: Dashboard) => Promise<string>;
}

interface Dashboard {
  title: string;
  panels: object[];
  templating?: { list: object[] };
  annotations?: { list: object[] };
}

export const test = base.extend<OfTest, Own>({
  backend: [
    async ({}, use) => {
      const backend = await startBackend({ config: { ...TUTORIAL_CONFIG, monitors: { path: MONITORS } } });
      await backend.report(tutorialMessages(tutorialRange(Date.now())));
      await use(backend);
      await backend.stop();
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  source: async ({ backend, createDataSource, grafanaAPIClient }, use) => {
    const source = await createDataSource({ type: PLUGIN, name: `Tutorial ${Date.now()}`, url: backend.url });
    await use(source);
    await grafanaAPIClient.deleteDataSourceByUID(source.uid);
  },
  saveDashboard: async ({ request }, use) => {
    const saved: string[] = [];
    await use(async (dashboard) => {
      const complete = { time: { from: 'now-15m', to: 'now' }, schemaVersion: 41, ...dashboard };
      const response = await request.post('/api/dashboards/db', { data: { dashboard: complete } });
      await expect(response, await response.text()).toBeOK();
      const { uid } = (await response.json()) as { uid: string };
      saved.push(uid);
      return uid;
    });
    for (const uid of saved) {
      await request.delete(`/api/dashboards/uid/${uid}`);
    }
  },
});

/** What an engine tells of its CPU now, in percent: a message for the ingest backend. */
export function cpuReport(src: string, data: number): object {
  const timestamp = formatTimestamp(Date.now() * 1000);
  return { type: 'sensor-report', timestamp, tap: 'sys.cpu.utilization', src, id: 7, delta_time: 1, data };
}

/** A panel of a dashboard, in all its width. */
export function panel(id: number, type: string, title: string, source: { uid: string }, targets: object[]): object {
  const datasource = { type: PLUGIN, uid: source.uid };
  return {
    id,
    type,
    title,
    datasource,
    gridPos: { x: 0, y: 10 * (id - 1), w: 24, h: 10 },
    targets: targets.map((target, index) => ({ refId: String.fromCharCode(65 + index), datasource, ...target })),
  };
}
