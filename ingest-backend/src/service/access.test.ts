import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Silence } from '@pneumograph/contract';
import { createServer, Tokens, type Backend, type Role } from '../api/index.js';
import { parseConfiguration } from '../config/index.js';
import { Service } from './index.js';

/** Whoever asks: their role, and the one that they have in the workflow `prices`, if that is another. */
const CALLERS: ReadonlyArray<readonly [name: string, role: Role, inPrices?: Role]> = [
  ['viewer', 'viewer'],
  ['editor', 'editor'],
  ['admin', 'admin'],
  ['viewer, editor in prices', 'viewer', 'editor'],
  ['viewer, admin in prices', 'viewer', 'admin'],
  ['admin, viewer in prices', 'admin', 'viewer'],
];
/** Beside them someone whose token is not known, and someone without one. */
const STRANGERS = ['unknown', ''];

const definition = (name: string, workflow: string): string =>
  `name: ${name}\nkind: threshold\nattach: [{ workflow: '${workflow}' }]\nparams: { field: price, above: 10 }\n`;
const version = { version: 1 };
const trial = (workflow: string): object => {
  const stream = { workflow, model: 'lstm', slot: 0 };
  return { definition: definition('new', workflow), stream, records: [] };
};
const silence = (...matchers: Array<[label: string, value: string]>): object => ({
  matchers: matchers.map(([label, value]) => ({ label, value })),
  ...{ for: '1h', comment: 'none' },
});

interface Call {
  /** As OpenAPI has it. */
  readonly route: string;
  readonly path: string;
  readonly body?: object;
  readonly match?: number;
  /** A silence that is there before, whose id takes the place of the path's star. */
  readonly before?: object | undefined;
  readonly expected: readonly number[];
}

/** What is answered to each of the callers. */
const ALL = [200, 200, 200, 200, 200, 200, 401, 401];
const EDITORS = [403, 200, 200, 200, 200, 403, 401, 401];
const EDITORS_ELSEWHERE = [403, 200, 200, 403, 403, 200, 401, 401];
const EDITORS_EVERYWHERE = [403, 200, 200, 403, 403, 403, 401, 401];
const stale = (expected: readonly number[]): number[] => expected.map((status) => (status === 200 ? 409 : status));
const ADMINS = [403, 403, 200, 403, 200, 403, 401, 401];
const ADMINS_ELSEWHERE = [403, 403, 200, 403, 403, 200, 401, 401];
const made = (expected: readonly number[]): number[] => expected.map((status) => (status === 200 ? 201 : status));

const get = (route: string, path = route): Call => ({ route: `GET ${route}`, path, expected: ALL });
const post = (route: string, path: string, body: object, expected: readonly number[], match?: number): Call => ({
  ...{ route: `POST ${route}`, path, body, expected },
  ...(match === undefined ? {} : { match }),
});
const remove = (before: object | undefined, expected: readonly number[]): Call => ({
  ...{ route: 'DELETE /silences/{id}', path: '/silences/*', before, expected },
});
/**
 * Every call with what is sent. The monitor `bounds` is of the workflow `prices`, and `other` of another one; neither is changed, since
 * what is sent is a dry run or does not know their revision (0).
 */
const CALLS: readonly Call[] = [
  get('/monitors'),
  get('/monitors/{name}', '/monitors/bounds'),
  get('/monitors/{name}/versions/{version}', '/monitors/bounds/versions/1'),
  get('/monitors/{name}/history', '/monitors/bounds/history'),
  get('/monitors/{name}/compare', '/monitors/bounds/compare'),
  post('/monitors', '/monitors?dryRun=true', { definition: definition('new', 'prices') }, EDITORS),
  post('/monitors', '/monitors?dryRun=true', { definition: definition('new', 'else') }, EDITORS_ELSEWHERE),
  post('/monitors', '/monitors?dryRun=true', { definition: definition('new', '*') }, EDITORS_EVERYWHERE),
  // What is another workflow's is taken over by no one of this one.
  post('/monitors', '/monitors?dryRun=true', { definition: definition('other', 'prices') }, EDITORS_EVERYWHERE),
  post('/monitors', '/monitors', { definition: definition('bounds', 'prices') }, stale(EDITORS), 0),
  post('/monitors', '/monitors', { definition: definition('other', 'else') }, stale(EDITORS_ELSEWHERE), 0),
  post('/monitors/test', '/monitors/test', trial('prices'), EDITORS),
  post('/monitors/test', '/monitors/test', trial('else'), EDITORS_ELSEWHERE),
  post('/monitors/{name}/shadow', '/monitors/bounds/shadow', version, stale(EDITORS), 0),
  post('/monitors/{name}/shadow', '/monitors/other/shadow', version, stale(EDITORS_ELSEWHERE), 0),
  post('/monitors/{name}/activate', '/monitors/bounds/activate', version, stale(ADMINS), 0),
  post('/monitors/{name}/activate', '/monitors/other/activate', version, stale(ADMINS_ELSEWHERE), 0),
  post('/monitors/{name}/activate', '/monitors/bounds/activate?dryRun=true', version, ADMINS),
  post('/monitors/{name}/retire', '/monitors/bounds/retire', version, stale(ADMINS), 0),
  post('/monitors/{name}/retire', '/monitors/other/retire', version, stale(ADMINS_ELSEWHERE), 0),
  get('/silences'),
  post('/silences', '/silences', silence(['workflow', 'prices']), made(EDITORS)),
  post('/silences', '/silences', silence(['workflow', 'else'], ['model', 'lstm']), made(EDITORS_ELSEWHERE)),
  post('/silences', '/silences', silence(['workflow', 'pri*']), made(EDITORS_EVERYWHERE)),
  post('/silences', '/silences', silence(['model', 'lstm']), made(EDITORS_EVERYWHERE)),
  remove(silence(['workflow', 'prices']), EDITORS),
  remove(silence(['workflow', 'else']), EDITORS_ELSEWHERE),
  remove(silence(['model', 'lstm']), EDITORS_EVERYWHERE),
  remove(undefined, [403, 404, 404, 404, 404, 404, 401, 401]),
  get('/alerts'),
  { ...get('/alerts/{id}', '/alerts/none'), expected: ALL.map((status) => (status === 200 ? 404 : status)) },
];

let folder: string;
let service: Service;
const tokens = new Map<string, string>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'access-'));
  const file = new Tokens(join(folder, 'tokens.json'));
  for (const [name, role, inPrices] of CALLERS) {
    tokens.set(name, await file.create(name, role, inPrices === undefined ? {} : { prices: inPrices }));
  }
  const config = JSON.stringify({
    listen: { port: 0 },
    store: { kind: 'duckdb', path: join(folder, 'store.duckdb') },
    access: { anonymous: false, tokens: join(folder, 'tokens.json') },
  });
  const log = pino({ level: 'silent' });
  service = await Service.start(parseConfiguration(config, 'test'), { version: '9.9.9', log });
  for (const [name, workflow] of [
    ['bounds', 'prices'],
    ['other', 'else'],
  ] as const) {
    const published = await ask('admin', 'POST', '/monitors', { definition: definition(name, workflow) });
    expect(published.status).toBe(201);
  }
});
afterAll(async () => {
  await service.stop();
  await rm(folder, { recursive: true, force: true });
});

async function ask(who: string, method: string, path: string, body?: object, match?: number): Promise<Response> {
  return fetch(`${service.url}/api/v1${path}`, {
    method,
    headers: {
      ...(who === '' ? {} : { authorization: `Bearer ${tokens.get(who) ?? who}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(match === undefined ? {} : { 'if-match': `"${match}"` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

/** The calls that the server answers, such as `GET /api/v1/monitors/{name}`. */
async function routes(): Promise<string[]> {
  const backend = { monitors: {}, silences: {} } as unknown as Backend;
  const access = { anonymous: undefined, tokens: undefined };
  const server = createServer(backend, { access, tls: undefined, log: pino({ level: 'silent' }) });
  await server.ready();
  const path: string[] = [];
  const found = server
    .printRoutes({ commonPrefix: false })
    .split('\n')
    .flatMap((line) => {
      const [, indent = '', part = '', methods = ''] = /^(.*)[├└]── (\S*)(?: \((.*)\))?$/.exec(line) ?? [];
      path.splice(indent.length / 4, Infinity, part);
      const url = path.join('').replace(/:(\w+)/g, '{$1}');
      return methods.split(', ').map((method) => `${method} ${url}`);
    });
  await server.close();
  return found.filter((route) => !/^(HEAD|OPTIONS)? /.test(route) && route.includes('/api/v1/'));
}

describe('who may do what', () => {
  const names = [...CALLERS.map(([name]) => name), ...STRANGERS];

  it.each(CALLS.map((call) => [call.route, call.path, call] as const))('%s: %s', async (_, __, call) => {
    const { route, path, body, match, before, expected } = call;
    const found: number[] = [];
    for (const who of names) {
      const made = before && ((await (await ask('admin', 'POST', '/silences', before)).json()) as Silence);
      const response = await ask(who, route.split(' ')[0] ?? '', path.replace('*', made?.id ?? 'none'), body, match);
      found.push(response.status);
    }
    expect(found).toEqual(expected);
  });

  it('is said for every call of monitors, silences and alerts that there is', async () => {
    const about = /\/(monitors|silences|alerts)/;
    const said = [...new Set(CALLS.map(({ route }) => route.replace(' ', ' /api/v1')))].sort();
    expect((await routes()).filter((route) => about.test(route)).sort()).toEqual(said);
  });

  it('goes for calls that OpenAPI describes, all of them', async () => {
    const { paths } = (await (await fetch(`${service.url}/openapi.json`)).json()) as {
      paths: Record<string, Record<string, unknown>>;
    };
    const described = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`)
    );
    const own = described.filter((route) => route.includes('/api/v1/') && !/models|backup/.test(route));
    expect((await routes()).sort()).toEqual(own.sort());
  });
});
