import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import {
  builtPlugin,
  channelOf,
  type DatasourceSettings,
  datasourceSettings,
  type GoPlugin,
  type JsonFrame,
  type LiveMessage,
  type QueryAnswer,
  startGoPlugin,
} from './host/index.js';
import { eventually, type RunningBackend, startBackend } from './servers/index.js';
import { TUTORIAL_CONFIG, tutorialMessages, tutorialRange, WORKFLOW } from './tutorial.js';

/** What panels are told live: by the real backend, through the real Go plugin, as Grafana runs its streams. */
let backend: RunningBackend;
let plugin: GoPlugin;
let settings: DatasourceSettings;
const range = tutorialRange(Date.now());
const messages = tutorialMessages(range);
const WIDTH = 1_000;
const COUNTS = { kind: 'metric', metric: 'record.count', workflow: WORKFLOW, by: ['model', 'slot', 'engine'] };

beforeAll(async () => {
  backend = await startBackend({ config: TUTORIAL_CONFIG });
  settings = datasourceSettings(backend.url);
  plugin = await startGoPlugin(await builtPlugin());
}, 240_000);

const open: AbortController[] = [];
afterEach(() => open.splice(0).forEach((controller) => controller.abort()));
afterAll(async () => {
  await plugin?.stop();
  await backend?.stop();
});

type Series = Record<string, Record<number, number>>;

/** A panel: history by query, whenever it is told to query anew, and the frames that it is told in between. */
class Panel {
  readonly heard: LiveMessage[] = [];
  series: Series = {};

  constructor(private readonly query: object) {}

  async follow(): Promise<void> {
    const controller = new AbortController();
    open.push(controller);
    const told = await plugin.stream(settings, channelOf(this.query, WIDTH), controller.signal);
    void this.#read(told).catch(() => undefined);
  }

  async #read(told: AsyncIterable<LiveMessage>): Promise<void> {
    for await (const message of told) {
      this.heard.push(message);
      if (message.type === 'reset') {
        this.series = await history(this.query);
      } else if (message.event !== undefined) {
        this.#put(message.event);
      }
    }
  }

  #put({ from, to, frames }: NonNullable<LiveMessage['event']>): void {
    for (const values of Object.values(this.series)) {
      Object.keys(values)
        .filter((time) => Number(time) >= from && Number(time) < to)
        .forEach((time) => delete values[Number(time)]);
    }
    for (const [name, values] of Object.entries(seriesOf(frames))) {
      this.series[name] = { ...this.series[name], ...values };
    }
  }
}

function seriesOf(frames: readonly JsonFrame[]): Series {
  return Object.fromEntries(
    frames
      .filter(({ data }) => (data.values[0]?.length ?? 0) > 0)
      .map(({ schema, data }) => [
        schema.name ?? '',
        Object.fromEntries((data.values[0] as number[]).map((time, row) => [time, data.values[1]?.[row] as number])),
      ])
  );
}

async function history(query: object): Promise<Series> {
  const queries = [{ refId: 'A', intervalMs: WIDTH, maxDataPoints: 10_000, ...query }];
  const response = await plugin.query(settings, { from: range.from, to: range.to + 60_000, queries });
  const { results } = (await response.json()) as QueryAnswer;
  return seriesOf(results['A']?.frames ?? []);
}

const kinds = ({ heard }: Panel) => new Set(heard.map(({ type }) => type));
const isWhole = (panel: Panel, records: number) =>
  eventually(async () => {
    const counted = Object.values(panel.series).flatMap((values) => Object.values(values));
    expect(counted.reduce((sum, count) => sum + count, 0)).toBe(records);
    expect(panel.series).toEqual(await history(COUNTS));
  }, 30_000);

const counted = (some: object[]) =>
  some
    .map((message) => message as { tap?: string; data?: number | number[] })
    .filter(({ tap }) => tap?.endsWith('records.count') ?? false)
    .flatMap(({ data = [] }) => data)
    .reduce((sum, count) => sum + count, 0);

test(
  'panels have all that came, through an interruption and a restart of the backend',
  { timeout: 120_000 },
  async () => {
    const third = Math.floor(messages.length / 3);
    const [first, second] = [messages.slice(0, third), messages.slice(third, 2 * third)];
    const panels = [new Panel(COUNTS), new Panel(COUNTS)];
    await Promise.all(panels.map((panel) => panel.follow()));
    await backend.report(first);
    for (const panel of panels) {
      await isWhole(panel, counted(first));
    }
    await backend.restart();
    await backend.report(second);
    for (const panel of panels) {
      await isWhole(panel, counted([...first, ...second]));
      // The new process does not know what came before it: panels were told to query anew.
      expect(panel.heard.filter(({ type }) => type === 'reset').length).toBeGreaterThan(1);
    }
    await backend.report(messages.slice(2 * third));
    for (const panel of panels) {
      await isWhole(panel, counted(messages));
      expect(kinds(panel)).toContain('frames');
    }
    // A series has the same columns in every event.
    const columns = new Map<string, string>();
    for (const { event } of panels.flatMap(({ heard }) => heard)) {
      for (const { schema, data } of event?.frames ?? []) {
        const [name, fields] = [schema.name ?? '', JSON.stringify(schema.fields)];
        if (data.values[0]?.length) {
          expect(columns.get(name) ?? fields).toBe(fields);
          columns.set(name, fields);
        }
      }
    }
    expect(columns.size).toBeGreaterThan(3);
  }
);

test('a backend that is away is told in words, and found again', { timeout: 120_000 }, async () => {
  const away = { ...settings, uid: 'away', url: 'http://127.0.0.1:1', updated: 1 };
  const controller = new AbortController();
  open.push(controller);
  const told = await plugin.stream(away, channelOf(COUNTS, WIDTH), controller.signal);
  for await (const { type, message } of told) {
    expect([type, message]).toEqual(['problem', expect.stringContaining('Nothing answers at http://127.0.0.1:1')]);
    break;
  }
});

test.each([
  ['a graph', { kind: 'topology', workflow: WORKFLOW }],
  ['a table of states', { kind: 'status', format: 'table', workflow: WORKFLOW }],
])('of %s panels are told when to query anew', async (_, query) => {
  const panel = new Panel(query);
  await panel.follow();
  await eventually(async () => expect(panel.heard).not.toEqual([]), 10_000);
  // What came before may still be told: engines that have fallen silent since.
  const before = panel.heard.length;
  const timestamp = new Date().toISOString();
  const src = (messages[0] as { src: string }).src;
  await backend.report([{ type: 'engine-state', timestamp, state: 'PAUSED', src }]);
  await eventually(async () => expect(panel.heard.length).toBeGreaterThan(before), 20_000);
  expect([...kinds(panel)]).toEqual(['reset']);
});

test('what cannot be followed is told in words', async () => {
  const panel = new Panel({ kind: 'metric', metric: 'rps', topN: 3 });
  await panel.follow();
  await eventually(async () => expect(panel.heard[0]?.message).toContain('topN: expected none in a stream'), 10_000);
});

test('a channel whose path is not that of its content is refused', async () => {
  const { data } = channelOf(COUNTS, WIDTH);
  const other = channelOf({ kind: 'topology' }, WIDTH);
  const { signal } = new AbortController();
  await expect(plugin.stream(settings, { path: other.path, data }, signal)).rejects.toThrow('refused');
});
