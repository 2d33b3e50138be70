import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { formatTimestamp } from '@pneumograph/contract';
import { PANEL_PLUGIN } from '@pneumograph/test/dist/host/index.js';
import { startChromium } from '@pneumograph/test/dist/servers/index.js';
import { BenchBackend } from './backend.js';
import { costOf } from './main-thread.js';
import { engines } from './reports.js';
import { dataSourceIn, grafanaCall, PLUGIN } from './ways.js';

const SIZE = { width: 1800, height: 1000 };
const REFRESHES = 10;
/** One engine in so many has another state at each refresh. */
const CHANGING = 40;
/** What takes longer is told as that. */
const PATIENCE_MS = 60_000;

interface Panel {
  readonly type: string;
  readonly options: object;
  /** What is there as soon as it shows its data. */
  readonly drawn: string;
}

interface Case {
  readonly what: string;
  readonly models: number;
  readonly engines: number;
  readonly query: object;
  readonly own: Panel;
  readonly grafanas: Panel;
}

const own = (name: string, drawn: string): Panel => ({
  type: PANEL_PLUGIN,
  options: { view: { name, switch: true, rows: 'engines' } },
  drawn,
});
const GRAPH = {
  own: own('graph', '[data-card]'),
  grafanas: { type: 'nodeGraph', options: {}, drawn: '[data-node-id]' },
};
const TIMELINE = {
  own: own('timeline', '[data-state]'),
  grafanas: {
    type: 'state-timeline',
    options: { showValue: 'auto', rowHeight: 0.9, perPage: 10_000 },
    drawn: '.u-over',
  },
};

const CASES: Case[] = [
  ...[12, 200, 1000].map((models) => ({
    ...{ what: 'graph', models, engines: models, query: { kind: 'topology' } },
    ...GRAPH,
  })),
  ...[12, 200, 1000, 10_000].map((count) => ({
    ...{ what: 'timeline', models: Math.min(count, 200), engines: count, query: { kind: 'status' } },
    ...TIMELINE,
  })),
];

/**
 * The panel beside Grafana's own node graph and state timeline in the Grafana of GRAFANA_URL, each alone on a dashboard
 * with the same query of one ingest backend: how long after the answer it first shows something, and what processor
 * time a refresh costs the page's main thread, all that Grafana does for it included.
 */
export async function benchPanelPeers(grafana: string): Promise<string[][]> {
  const rows = [['', 'first shown', "Grafana's", 'refresh, main thread', "Grafana's", 'ratio']];
  for (const one of CASES) {
    rows.push(await measureCase(grafana, one));
  }
  return rows;
}

async function measureCase(grafana: string, one: Case): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'pneumograph-bench-'));
  const fleet = engines(one.engines).map(({ src }, index) => ({
    src,
    ...{ model: `model-${index % one.models}`, workflow: 'bench' },
  }));
  const links = Array.from({ length: one.models - 1 }, (_, n) => `model-${Math.floor(n / 2)}:1 -> model-${n + 1}:0`);
  const backend = await BenchBackend.start(folder, 0, {
    fleet: [{ kind: 'static', engines: fleet }],
    workflows: [{ name: 'bench', links }],
    derive: { silentAfter: '1h' },
  });
  const source = await dataSourceIn(grafana, backend.url);
  try {
    await backend.report(fleet.map(({ src }) => state(src, 'RUNNING', 600)));
    await sleep(3000);
    const [mine, theirs] = [
      await measurePanel(grafana, source.uid, backend, fleet, one.query, one.own),
      await measurePanel(grafana, source.uid, backend, fleet, one.query, one.grafanas),
    ];
    const millis = (value: number) =>
      Number.isFinite(value) ? `${value.toFixed(0)} ms` : `over ${PATIENCE_MS / 1000} s`;
    return [
      `${one.what}, ${one.models} models, ${one.engines.toLocaleString('en')} engines`,
      ...[mine.first, theirs.first, mine.refresh, theirs.refresh].map(millis),
      `${(mine.refresh / theirs.refresh).toFixed(2)}×`,
    ];
  } finally {
    await source.remove();
    await backend.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

function state(src: string, name: string, secondsAgo: number): object {
  const timestamp = formatTimestamp((Date.now() - secondsAgo * 1000) * 1000);
  return { type: 'engine-state', timestamp, src, state: name };
}

/** Milliseconds; infinite where it did not come within the bound. */
interface Measured {
  readonly first: number;
  readonly refresh: number;
}

async function measurePanel(
  grafana: string,
  uid: string,
  backend: BenchBackend,
  fleet: ReadonlyArray<{ src: string }>,
  query: object,
  { type, options, drawn }: Panel
): Promise<Measured> {
  const call = grafanaCall(grafana);
  const datasource = { type: PLUGIN, uid };
  const panel = {
    ...{ id: 1, type, title: 'Bench', datasource, options, gridPos: { x: 0, y: 0, w: 24, h: 24 } },
    targets: [{ refId: 'A', datasource, workflow: 'bench', ...query }],
  };
  const dashboard = {
    title: `Bench ${Date.now()}`,
    time: { from: 'now-15m', to: 'now' },
    schemaVersion: 41,
    panels: [panel],
  };
  const saved = JSON.parse((await call('POST', '/api/dashboards/db', { dashboard })).text) as {
    uid: string;
    url: string;
  };
  const browser = await startChromium();
  try {
    const page = await browser.context.newPage();
    await page.setViewportSize(SIZE);
    const cost = await costOf({ page });
    const answered = () =>
      page.waitForResponse((response) => response.url().includes('/api/ds/query'), { timeout: PATIENCE_MS });
    const first = answered();
    await page.goto(new URL(saved.url, grafana).href);
    await (await first).finished();
    const began = performance.now();
    const shown = await page
      .locator(drawn)
      .first()
      .waitFor({ state: 'attached', timeout: PATIENCE_MS })
      .then(() => performance.now() - began)
      .catch(() => Infinity);
    if (shown === Infinity) {
      return { first: Infinity, refresh: Infinity };
    }
    await page.waitForTimeout(5000);
    let refresh = 0;
    for (let round = 0; round < REFRESHES; round++) {
      const changed = fleet.filter((_, index) => index % CHANGING === round % CHANGING);
      await backend.report(changed.map(({ src }) => state(src, round % 2 === 0 ? 'PAUSED' : 'RUNNING', 1)));
      await page.waitForTimeout(1000);
      refresh += await cost(async () => {
        const next = answered();
        await page.getByTestId('data-testid RefreshPicker run button').click();
        await (await next).finished();
        await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestIdleCallback(done)))');
        await page.waitForTimeout(500);
      });
    }
    return { first: shown, refresh: refresh / REFRESHES };
  } finally {
    await browser.stop();
    await call('DELETE', `/api/dashboards/uid/${saved.uid}`);
  }
}
