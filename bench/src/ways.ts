/** Grafana's request of a panel: what it asks the data source, whichever way that is reached. */
export interface PanelRequest {
  readonly from: number;
  readonly to: number;
  readonly queries: ReadonlyArray<Record<string, unknown> & Resolution & { refId: string }>;
}

interface Resolution {
  readonly intervalMs: number;
  readonly maxDataPoints: number;
}

export interface Answer {
  readonly text: string;
  readonly millis: number;
}

/** One way to the answer of a panel's queries. */
export interface Way {
  readonly name: string;
  /** The answer as text, read to its end, and how long it took in milliseconds. */
  ask(request: PanelRequest): Promise<Answer>;
  stop(): Promise<void>;
}

/** What the tests know of plugins. */
interface Plugins {
  readonly builtPlugin: () => Promise<string>;
  readonly datasourceSettings: (url: string) => object;
  readonly channelOf: (query: object, intervalMs: number) => object;
  readonly startGoPlugin: (binary: string) => Promise<{
    query(datasource: object, request: PanelRequest): Promise<Response>;
    health(datasource: object): Promise<Response>;
    stream(datasource: object, channel: object, signal: AbortSignal): Promise<AsyncIterable<{ type: string }>>;
    readonly pid: number;
    stop(): Promise<void>;
  }>;
}

function plugins(): Promise<Plugins> {
  return import('../../test/dist/host/index.js') as Promise<Plugins>;
}

export const PLUGIN = 'pneumograph-workflow-datasource';

/** The ingest backend itself. */
export function directWay(url: string): Way {
  return {
    name: 'The ingest backend alone, /api/v1/query',
    ask: ({ from, to, queries }) => {
      const [{ intervalMs, maxDataPoints } = { intervalMs: 1000, maxDataPoints: 1000 }] = queries;
      const body = { from, to, intervalMs, maxDataPoints, queries };
      return answerOf(
        fetch(`${url}/api/v1/query`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(body),
        })
      );
    },
    stop: async () => {},
  };
}

/** The plugin's built binary, driven as Grafana drives it. */
export async function binaryWay(url: string): Promise<Way> {
  const { builtPlugin, datasourceSettings, startGoPlugin } = await plugins();
  const plugin = await startGoPlugin(await builtPlugin());
  const settings = datasourceSettings(url);
  return {
    name: 'The plugin over gRPC, as Grafana calls it',
    ask: async (request) => {
      let timing: string | null = null;
      const asked = plugin.query(settings, request).then((response) => {
        timing = response.headers.get('server-timing');
        return response;
      });
      const { text } = await answerOf(asked);
      // Without what the bridge adds, which reads the answer and writes it as JSON.
      return { text, millis: Number(/dur=([\d.]+)/.exec(timing ?? '')?.[1]) };
    },
    stop: () => plugin.stop(),
  };
}

/** The plugin's built binary with a data source, for the streams of Grafana Live. */
export async function streamingPlugin(url: string) {
  const { builtPlugin, channelOf, datasourceSettings, startGoPlugin } = await plugins();
  const plugin = await startGoPlugin(await builtPlugin());
  const settings = datasourceSettings(url);
  return {
    pid: plugin.pid,
    health: () => plugin.health(settings),
    stream: (query: object, intervalMs: number, signal: AbortSignal) =>
      plugin.stream(settings, channelOf(query, intervalMs), signal),
    stop: () => plugin.stop(),
  };
}

async function answerOf(asked: Promise<Response>): Promise<Answer> {
  const started = performance.now();
  const response = await asked;
  const text = await response.text();
  const millis = performance.now() - started;
  if (response.status !== 200) {
    throw new Error(`${response.url} answered ${response.status}: ${text.slice(0, 500)}`);
  }
  return { text, millis };
}

/** Calls of a running Grafana. Whoever asks is an anonymous administrator as in `npm run grafana`, or has GRAFANA_TOKEN. */
export function grafanaCall(grafana: string) {
  const token = process.env['GRAFANA_TOKEN'];
  const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) };
  return (method: string, path: string, body?: object): Promise<Answer> =>
    answerOf(
      fetch(new URL(path, grafana), { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) })
    );
}

/** A data source of its own in a running Grafana on this machine, that goes with the measurement. */
export async function dataSourceIn(
  grafana: string,
  backend: string
): Promise<{ readonly uid: string; readonly remove: () => Promise<void> }> {
  const call = grafanaCall(grafana);
  const name = `Pneumograph bench ${Date.now()}`;
  const created = await call('POST', '/api/datasources', { name, type: PLUGIN, access: 'proxy', url: backend });
  const { uid } = (JSON.parse(created.text) as { datasource: { uid: string } }).datasource;
  return { uid, remove: async () => void (await call('DELETE', `/api/datasources/uid/${uid}`)) };
}

/** Through a running Grafana on this machine. */
export async function grafanaWay(grafana: string, backend: string): Promise<Way> {
  const call = grafanaCall(grafana);
  const { uid, remove } = await dataSourceIn(grafana, backend);
  const datasource = { type: PLUGIN, uid };
  return {
    name: `Grafana with the plugin, ${new URL('/api/ds/query', grafana).href}`,
    ask: ({ from, to, queries }) =>
      call('POST', '/api/ds/query', {
        from: String(from),
        to: String(to),
        queries: queries.map((query) => ({ ...query, datasource })),
      }),
    stop: remove,
  };
}
