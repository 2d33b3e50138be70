import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { runToEnd, startProcess } from '../servers/index.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const SOURCE = path.join(ROOT, 'test/goclient');
const BINARY = path.join(ROOT, 'test/goclient/dist/goclient');
const START_MILLIS = 30_000;

/** A configured data source: what Grafana hands to a backend plugin with each call. */
export interface DatasourceSettings {
  uid: string;
  type: string;
  name: string;
  url: string;
  jsonData: Record<string, unknown>;
  secureJsonData: Record<string, string>;
  /** Epoch milliseconds of the last change. */
  updated: number;
  /** Version of the plugin, which Grafana knows from its plugin.json. */
  pluginVersion: string;
}

export interface HealthAnswer {
  status: 'OK' | 'ERROR' | 'UNKNOWN';
  message: string;
  details: unknown;
}

/** A frame as plugins answer it over /api/ds/query. */
export interface JsonFrame {
  schema: {
    refId?: string;
    name?: string;
    meta?: { type?: string; typeVersion?: number[]; custom?: Record<string, unknown> };
    fields: Array<{ name: string; type: string; labels?: Record<string, string>; config?: Record<string, unknown> }>;
  };
  data: { values: unknown[][] };
}

export interface QueryAnswer {
  results: Record<string, { status: number; error?: string; errorSource?: string; frames?: JsonFrame[] }>;
}

/** What the plugin tells through a channel of Grafana Live. */
export interface LiveMessage {
  type: 'frames' | 'reset' | 'resumed' | 'problem';
  event?: { from: number; to: number; frames: JsonFrame[] };
  message?: string;
}

/** The Go plugin's process, driven through the plugin protocol. Each call answers with HTTP's own Response. */
export interface GoPlugin {
  query(
    datasource: DatasourceSettings,
    request: { from: number | string; to: number | string; queries: object[] }
  ): Promise<Response>;
  health(datasource: DatasourceSettings): Promise<Response>;
  /** `url` is the resource's path with its query string, without a leading slash. */
  resource(datasource: DatasourceSettings, url: string, method?: string, body?: string): Promise<Response>;
  /**
   * Subscribes to a channel and runs its stream, as Grafana does for the first panel of a channel.
   * @throws where the plugin refuses
   */
  stream(
    datasource: DatasourceSettings,
    channel: { path: string; data: object },
    signal: AbortSignal
  ): Promise<AsyncIterable<LiveMessage>>;
  /** Of the plugin's own process. */
  readonly pid: number;
  stop(): Promise<void>;
}

/** The data source plugin's binary for this machine, as its build leaves it. @throws where it is not built */
export function pluginBinary(dist: string, executable: string): string {
  const os = process.platform === 'win32' ? 'windows' : process.platform;
  const arch = process.arch === 'x64' ? 'amd64' : process.arch;
  const file = path.join(dist, `${executable}_${os}_${arch}${os === 'windows' ? '.exe' : ''}`);
  if (!existsSync(file)) {
    throw new Error(`${path.relative(ROOT, file)} is not there: run \`npm run build\``);
  }
  return file;
}

/** Starts a plugin's binary behind the bridge of test/goclient, which is built on first use. */
export async function startGoPlugin(binary: string): Promise<GoPlugin> {
  await mkdir(path.dirname(BINARY), { recursive: true });
  // The Go toolchain's cache makes this nothing where the source is unchanged.
  await runToEnd('go', ['build', '-tags', 'arrow_json_stdlib', '-o', BINARY, '.'], SOURCE);
  const bridge = startProcess(BINARY, ['-plugin', binary]);
  const { url, pid } = JSON.parse(await bridge.line(/^\{"pid"/, START_MILLIS)) as { url: string; pid: number };
  const post = (call: string, body: object) => fetch(`${url}/${call}`, { method: 'POST', body: JSON.stringify(body) });
  return {
    query: (datasource, request) => post('query', { datasource, ...request }),
    health: (datasource) => post('health', { datasource }),
    resource: (datasource, target, method = 'GET', body = '') =>
      post('resource', { datasource, method, body, url: target, path: target.split('?')[0] }),
    async stream(datasource, channel, signal) {
      const body = JSON.stringify({ datasource, ...channel });
      const response = await fetch(`${url}/stream`, { method: 'POST', body, signal });
      if (!response.ok || response.body === null) {
        throw new Error(`the stream was refused: ${response.status} ${await response.text()}`);
      }
      return messagesOf(response.body);
    },
    pid,
    stop: bridge.stop,
  };
}

async function* messagesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<LiveMessage> {
  let text = '';
  for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
    const lines = (text + chunk).split('\n');
    text = lines.pop() ?? '';
    yield* lines.map((line) => JSON.parse(line) as LiveMessage);
  }
}
