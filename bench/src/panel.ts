import { type HostPage, openHostPage, PANEL_PLUGIN, startPluginHost } from '@pneumograph/test/dist/host/index.js';
import { startChromium } from '@pneumograph/test/dist/servers/index.js';
import { costOf } from './main-thread.js';

const SIZE = { width: 1800, height: 900 };
const RANGE = { from: Date.UTC(2026, 0, 1), to: Date.UTC(2026, 0, 1, 6) };
/** Updates whose cost is measured, and those of the run that watches the frames, each second one. */
const UPDATES = 40;
const SECONDS = 10;
/** Updates over which memory has to stay flat. */
const LONG = 1000;

interface Case {
  view: 'graph' | 'grid' | 'timeline' | 'table';
  fleet: { models: number; engines: number; perWorkflow: number };
  rows: 'models' | 'engines';
  long?: boolean;
}

const FLEETS = [12, 200, 1000].map((models) => ({ models, engines: 2 * models, perWorkflow: 12 }));
const TEN_THOUSAND = { models: 200, engines: 10_000, perWorkflow: 12 };
const CASES: Case[] = [
  ...FLEETS.flatMap((fleet) =>
    (['graph', 'grid', 'timeline', 'table'] as const).map((view) => ({ view, fleet, rows: 'models' as const }))
  ),
  ...(['graph', 'grid', 'timeline', 'table'] as const).map((view) => ({
    ...{ view, fleet: TEN_THOUSAND, rows: 'engines' as const },
    long: view === 'grid',
  })),
];

/** What is there as soon as a view shows its data. */
const DRAWN = {
  graph: '[data-card]',
  grid: 'canvas[aria-hidden], [data-index]',
  timeline: '[data-state]',
  table: 'td',
};

/** The panel as it is built, in this machine's browser with Grafana's own packages around it. */
export async function benchPanel(): Promise<string[][]> {
  const host = await startPluginHost('http://127.0.0.1:9');
  const browser = await startChromium();
  try {
    const shown = await openHostPage(browser, host.url);
    const rows: string[][] = [
      ['', 'first shown', 'update, main thread', 'plain canvas', 'ratio', 'dropped frames', 'heap, 1,000 updates'],
    ];
    for (const one of CASES) {
      rows.push(await measure(shown, one));
    }
    return rows;
  } finally {
    await browser.stop();
    await host.stop();
  }
}

async function measure(shown: HostPage, { view, fleet, rows, long }: Case): Promise<string[]> {
  const cost = await costOf(shown);
  await shown.show({
    ...{ kind: 'panel', pluginId: PANEL_PLUGIN, title: 'Workflow', theme: 'dark', range: RANGE, queries: [], fleet },
    ...SIZE,
    options: { view: { name: view, switch: true, rows } },
  });
  const first = await shown.call('firstPaint');
  // A large graph is drawn a little later than the panel around it.
  const started = Date.now();
  await shown.page.locator(DRAWN[view]).first().waitFor({ state: 'attached' });
  const settled = first + (view === 'graph' ? Date.now() - started : 0);
  await shown.call('update', 10, 0);
  const update = await cost(() => shown.call('update', UPDATES, 0));
  const cells = rows === 'engines' ? fleet.engines : fleet.models;
  const plain = await cost(() => shown.call('plain', cells, UPDATES, 0));
  const { dropped, frames } = await shown.call('update', SECONDS, 1000);
  const growth = long ? await heapGrowth(shown) : '';
  return [
    `${view}, ${fleet.models} models, ${fleet.engines.toLocaleString('en')} engines`,
    `${settled.toFixed(0)} ms`,
    `${(update / UPDATES).toFixed(1)} ms`,
    `${(plain / UPDATES).toFixed(1)} ms`,
    `${(update / plain).toFixed(1)}×`,
    `${dropped} of ${frames}`,
    growth,
  ];
}

async function heapGrowth(shown: HostPage): Promise<string> {
  const session = await shown.page.context().newCDPSession(shown.page);
  const used = async () => {
    await session.send('HeapProfiler.collectGarbage');
    const { usedSize } = await session.send('Runtime.getHeapUsage');
    return usedSize / 2 ** 20;
  };
  const before = await used();
  await shown.call('update', LONG, 0);
  const after = await used();
  return `${before.toFixed(1)} → ${after.toFixed(1)} MiB`;
}
