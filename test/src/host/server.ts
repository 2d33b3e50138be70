import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleHost } from './bundle.js';
import { runToEnd } from '../servers/index.js';
import { type DatasourceSettings, type GoPlugin, pluginBinary, startGoPlugin } from './plugin-client.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const require = createRequire(import.meta.url);

export const DATASOURCE_PLUGIN = 'pneumograph-workflow-datasource';
export const PANEL_PLUGIN = 'pneumograph-workflowhealth-panel';

const DISTS: Record<string, string> = {
  [DATASOURCE_PLUGIN]: path.join(ROOT, 'datasource-plugin/dist'),
  [PANEL_PLUGIN]: path.join(ROOT, 'panel-plugin/dist'),
};

const FONTS = path.join(path.dirname(require.resolve('@fontsource-variable/inter/package.json')), 'files');

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.map': 'application/json',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

export interface PluginHost {
  readonly url: string;
  readonly plugin: GoPlugin;
  /** The data source as it is configured now. */
  settings(): DatasourceSettings;
  stop(): Promise<void>;
}

/** The settings of the one data source of a host. */
export function datasourceSettings(backendUrl: string): DatasourceSettings {
  const manifest = readFileSync(path.join(ROOT, 'datasource-plugin/package.json'), 'utf8');
  return {
    uid: 'pneumograph',
    type: DATASOURCE_PLUGIN,
    name: 'Pneumograph',
    url: backendUrl,
    jsonData: {},
    secureJsonData: {},
    updated: Date.now(),
    pluginVersion: (JSON.parse(manifest) as { version: string }).version,
  };
}

/** The binary of the built data source plugin. @throws where it is not built */
export async function builtPlugin(): Promise<string> {
  const manifest = await readFile(path.join(ROOT, 'datasource-plugin/src/plugin.json'), 'utf8');
  const { executable } = JSON.parse(manifest) as { executable: string };
  return pluginBinary(DISTS[DATASOURCE_PLUGIN]!, executable);
}

/**
 * Serves a page that loads the built plugins the way Grafana does, and answers what they ask of a Grafana through the
 * real Go plugin, against the backend given.
 * @param packages a folder with Grafana's packages of another release, as `grafanaPackages` installs them
 */
export async function startPluginHost(backendUrl: string, packages?: string): Promise<PluginHost> {
  const page = await bundleHost(packages);
  const plugin = await startGoPlugin(await builtPlugin());
  const host = new Host(page, plugin, datasourceSettings(backendUrl));
  const server = createServer((request, response) => {
    host.serve(request, response).catch((error: unknown) => sendJson(response, 500, { message: String(error) }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') {
    throw new Error('the plugin host has no port');
  }
  return {
    url: `http://127.0.0.1:${address.port}`,
    plugin,
    settings: () => host.datasource,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await plugin.stop();
    },
  };
}

/** Grafana's packages of the newest release, with React 19; installed from the registry, once. @throws where they cannot be had */
export async function newestGrafanaPackages(): Promise<string> {
  const lines = await runToEnd('node', ['scripts/grafana-packages.mjs'], ROOT);
  return lines.trim().split('\n').at(-1) ?? '';
}

class Host {
  private readonly icons = path.join(path.dirname(require.resolve('@grafana/ui/package.json')), 'dist/public/img');

  constructor(
    private readonly page: string,
    private readonly plugin: GoPlugin,
    public datasource: DatasourceSettings
  ) {}

  async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://host');
    const pathname = decodeURIComponent(url.pathname);
    if (pathname === '/') {
      return sendFile(response, this.page, 'index.html');
    }
    if (pathname.startsWith('/host/')) {
      return sendFile(response, this.page, pathname.slice('/host/'.length));
    }
    if (pathname.startsWith('/public/build/img/')) {
      const name = pathname.slice('/public/build/img/'.length);
      return existsSync(path.join(this.icons, name)) ? sendFile(response, this.icons, name) : sendIcon(response);
    }
    if (pathname.startsWith('/public/fonts/inter/')) {
      // Fonts come with Grafana's own build and not with its packages; this one is the same in all weights.
      return sendFile(response, FONTS, 'inter-latin-wght-normal.woff2');
    }
    if (pathname.startsWith('/public/fonts/')) {
      return void response.writeHead(204).end();
    }
    const served = /^\/public\/plugins\/([^/]+)\/(.+)$/.exec(pathname);
    if (served) {
      return sendFile(response, DISTS[served[1]!], served[2]!);
    }
    if (pathname === '/api/ds/query') {
      const body = JSON.parse(await readBody(request)) as { from: string; to: string; queries: object[] };
      return relay(await this.plugin.query(this.datasource, body), response);
    }
    const mine = `/api/datasources/uid/${this.datasource.uid}`;
    if (pathname === mine) {
      return this.serveSettings(request, response);
    }
    if (pathname === `${mine}/health`) {
      return relay(await this.plugin.health(this.datasource), response);
    }
    if (pathname.startsWith(`${mine}/resources/`)) {
      const target = url.pathname.slice(`${mine}/resources/`.length) + url.search;
      const answer = await this.plugin.resource(this.datasource, target, request.method, await readBody(request));
      return relay(answer, response);
    }
    sendJson(response, 404, { message: `the plugin host does not serve ${pathname}` });
  }

  /** Keeps what the config editor saves. Secrets go in and never come out, as in Grafana. */
  private async serveSettings(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === 'PUT') {
      const saved = JSON.parse(await readBody(request)) as Partial<DatasourceSettings> & {
        secureJsonFields?: Record<string, boolean>;
      };
      const kept = Object.entries(this.datasource.secureJsonData).filter(([name]) => saved.secureJsonFields?.[name]);
      this.datasource = {
        ...this.datasource,
        url: saved.url ?? '',
        jsonData: saved.jsonData ?? {},
        secureJsonData: { ...Object.fromEntries(kept), ...saved.secureJsonData },
        updated: Date.now(),
      };
    }
    const { secureJsonData, updated: _updated, ...visible } = this.datasource;
    sendJson(response, 200, {
      ...visible,
      id: 1,
      orgId: 1,
      typeName: 'Pneumograph',
      typeLogoUrl: '',
      access: 'proxy',
      user: '',
      database: '',
      basicAuth: false,
      basicAuthUser: '',
      isDefault: true,
      withCredentials: false,
      readOnly: false,
      secureJsonFields: Object.fromEntries(Object.keys(secureJsonData).map((name) => [name, true])),
    });
  }
}

async function sendFile(response: ServerResponse, folder: string | undefined, name: string): Promise<void> {
  const file = folder && path.join(folder, name);
  if (!file?.startsWith(folder + path.sep) || !existsSync(file)) {
    return sendJson(response, 404, { message: `no ${name}` });
  }
  response.writeHead(200, { 'Content-Type': TYPES[path.extname(file)] ?? 'application/octet-stream' });
  response.end(await readFile(file));
}

/** A plain square for the icons that only Grafana's own build has. */
function sendIcon(response: ServerResponse): void {
  response.writeHead(200, { 'Content-Type': TYPES['.svg'] });
  response.end(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"><path d="M6 6h12v12H6z" fill="none" stroke="currentColor"/></svg>'
  );
}

async function relay(answer: Response, response: ServerResponse): Promise<void> {
  const body = Buffer.from(await answer.arrayBuffer());
  response.writeHead(answer.status, { 'Content-Type': answer.headers.get('content-type') ?? 'application/json' });
  response.end(body);
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(body));
}

async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) {
    parts.push(part as Buffer);
  }
  return Buffer.concat(parts).toString('utf8');
}
