import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  formatTimestamp,
  type AlertList,
  type Catalogue,
  type MonitorDetails,
  type MonitorSummary,
} from '@pneumograph/contract';
import { Tokens, type Role } from '../api/index.js';
import { Library } from '../assets/index.js';
import { parseConfiguration } from '../config/index.js';
import { Service } from './index.js';

const WHO = ['viewer', 'editor', 'admin', 'editor in prices', 'admin in prices'] as const;

let folder: string;
let service: Service;
let tokens: Record<string, string>;
let models: number;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assets-'));
  const file = new Tokens(join(folder, 'tokens.json'));
  tokens = {};
  for (const who of WHO) {
    const [role, workflow] = who.split(' in ') as [Role, string | undefined];
    tokens[who] = await file.create(
      who,
      workflow === undefined ? role : 'viewer',
      workflow === undefined ? {} : { [workflow]: role }
    );
  }
  await mkdir(join(folder, 'monitors'));
  await writeFile(join(folder, 'monitors', 'own.yaml'), definition({ name: 'own' }));
  models = 1;
});
afterEach(async () => {
  await service.stop();
  await rm(folder, { recursive: true, force: true });
});

async function start(): Promise<void> {
  const engines = Array.from({ length: models }, (_, index) => ({
    src: `e${index}`,
    model: `lstm-${index}`,
    workflow: 'prices',
  }));
  const config = JSON.stringify({
    listen: { port: 0 },
    store: { kind: 'duckdb', path: join(folder, 'store.duckdb') },
    access: { anonymous: false, tokens: join(folder, 'tokens.json') },
    fleet: [{ kind: 'static', engines }],
    streams: [{ workflow: 'prices', model: 'lstm-0', slot: 0, kind: 'http', encoding: 'json' }],
    monitors: { path: join(folder, 'monitors') },
  });
  const log = pino({ level: 'silent' });
  service = await Service.start(parseConfiguration(config, 'test'), { version: '9.9.9', log });
}

interface Said {
  readonly name?: string;
  readonly workflow?: string;
  readonly model?: string;
  readonly above?: number;
}

function definition({ name = 'bounds', workflow = 'prices', model = 'lstm-*', above = 10 }: Said = {}): string {
  return `name: ${name}\nkind: threshold\nowner: ann\nattach: [{ workflow: '${workflow}', model: '${model}' }]\nparams: { field: price, above: ${above} }\n`;
}

interface Answer<T = unknown> {
  readonly status: number;
  readonly body: T & { readonly error?: { code: string; message: string; details?: unknown } };
}

async function ask<T>(as: string, method: string, path = '', body?: unknown, match?: number): Promise<Answer<T>> {
  const response = await fetch(`${service.url}/api/v1/monitors${path}`, {
    method,
    headers: {
      authorization: `Bearer ${tokens[as] ?? as}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(match === undefined ? {} : { 'if-match': `"${match}"` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Answer<T>['body'] };
}

async function send(...prices: number[]): Promise<void> {
  const response = await fetch(`${service.url}/api/v1/records?workflow=prices&model=lstm-0&slot=0`, {
    method: 'POST',
    headers: { authorization: `Bearer ${tokens['editor']}`, 'content-type': 'application/json' },
    body: JSON.stringify(prices.map((price) => ({ price }))),
  });
  expect(response.status).toBe(200);
}

async function alerts(parameters = ''): Promise<string[]> {
  const headers = { authorization: `Bearer ${tokens['viewer']}` };
  const response = await fetch(`${service.url}/api/v1/alerts?${parameters}`, { headers });
  const { alerts: found } = (await response.json()) as AlertList;
  return found.map(({ monitor, state, text }) => `${monitor} ${state}: ${text}`).sort();
}

describe('published monitors', () => {
  it('come into force, are replaced and retired while all runs, and are there after a restart', async () => {
    await start();
    expect((await ask('editor', 'POST', '', { definition: definition(), comment: 'first' })).body).toMatchObject({
      ...{ name: 'bounds', version: { number: 1, state: 'draft', author: 'editor', comment: 'first' } },
      reach: { count: 1, models: [{ workflow: 'prices', model: 'lstm-0' }], waiting: [] },
    });
    await send(11);
    const active = await ask<MonitorSummary>('admin', 'POST', '/bounds/activate', { version: 1 }, 1);
    expect(active).toMatchObject({ status: 200, body: { revision: 2, active: 1, state: 'active', owner: 'ann' } });
    await send(12);
    await vi.waitFor(async () =>
      expect(await alerts('monitor=bounds')).toEqual(['bounds firing: price is 12, above 10.'])
    );
    await service.stop();
    await start();
    await ask('editor', 'POST', '', { definition: definition({ above: 20 }) }, 2);
    await ask('admin', 'POST', '/bounds/activate', { version: 2 }, 3);
    await send(15, 25);
    await vi.waitFor(async () =>
      expect(await alerts('monitor=bounds')).toEqual([
        'bounds firing: price is 25, above 20.',
        'bounds resolved: price is 12, above 10.',
      ])
    );
    const shown = await ask<MonitorDetails>('viewer', 'GET', '/bounds');
    expect(shown.body.versions.map(({ number, state }) => [number, state])).toEqual([
      [1, 'retired'],
      [2, 'active'],
    ]);
    await ask('admin', 'POST', '/bounds/retire', { version: 2 }, 4);
    await vi.waitFor(async () => expect(await alerts('monitor=bounds&state=firing')).toEqual([]));
    expect((await ask<MonitorSummary>('viewer', 'GET', '/bounds')).body).toMatchObject({ state: 'none', active: null });
    const { events } = (
      await ask<{ events: Array<{ who: string; did: string; version: number }> }>('viewer', 'GET', '/bounds/history')
    ).body;
    expect(events.map(({ who, did, version }) => [who, did, version])).toEqual([
      ['editor', 'publish', 1],
      ['admin', 'activate', 1],
      ['editor', 'publish', 2],
      ['admin', 'activate', 2],
      ['admin', 'retire', 2],
    ]);
  });

  it('never change: the same again is no other version, and files that were changed do not run', async () => {
    await start();
    const first = await ask<{ version: { hash: string } }>('editor', 'POST', '', { definition: definition() });
    const again = await ask<{ version: { hash: string } }>('editor', 'POST', '', { definition: definition() }, 1);
    expect(again.body).toMatchObject({ version: { number: 1, hash: first.body.version.hash } });
    await ask('admin', 'POST', '/bounds/activate', { version: 1 }, 1);
    await service.stop();
    const file = join(folder, 'store.duckdb.monitors', 'bounds', 'versions', '1', 'monitor.yaml');
    expect(await readFile(file, 'utf8')).toBe(definition());
    await writeFile(file, definition({ above: 5 }));
    await start();
    expect((await ask('viewer', 'GET')).body).toMatchObject({
      monitors: [{ name: 'bounds', state: 'failed' }, { name: 'own' }],
    });
    expect(await ask('admin', 'POST', '/bounds/activate', { version: 1 }, 2)).toMatchObject({
      status: 409,
      body: {
        error: { code: 'damaged', message: expect.stringContaining('version 1 of bounds, found others') as string },
      },
    });
    // It is seen what is the matter, and what runs no more can be replaced and taken out of force, by who may do so everywhere.
    expect((await ask<MonitorDetails>('viewer', 'GET', '/bounds')).body).toMatchObject({
      ...{ state: 'failed', active: 1, versions: [{ number: 1, state: 'active' }], reach: { count: 0 } },
    });
    expect((await ask('admin in prices', 'POST', '/bounds/retire', { version: 1 }, 2)).status).toBe(403);
    expect((await ask('admin', 'POST', '/bounds/retire', { version: 1 }, 2)).status).toBe(200);
    expect((await ask('editor', 'POST', '', { definition: definition({ above: 7 }) }, 3)).status).toBe(201);
  });

  it('cannot be published over, by no call and not by another process on the same folder', async () => {
    await start();
    await ask('editor', 'POST', '', { definition: definition() });
    for (const method of ['PUT', 'PATCH', 'DELETE', 'POST']) {
      expect(
        (await ask('admin', method, '/bounds/versions/1', { definition: definition({ above: 5 }) }, 1)).status
      ).toBe(404);
    }
    const by = { who: 'eve', role: 'admin', comment: '' };
    const other = await Library.open(join(folder, 'store.duckdb.monitors'));
    const content = { definition: definition({ above: 6 }), files: {} };
    const labelled = { kind: 'threshold', owner: 'eve' };
    expect(await other.publish('bounds', content, 1, by, labelled)).toMatchObject({ number: 2 });
    expect((await ask('editor', 'POST', '', { definition: definition({ above: 7 }) }, 1)).status).toBe(409);
    expect((await ask('editor', 'POST', '', { definition: definition({ above: 7 }) }, 2)).body).toMatchObject({
      version: { number: 3 },
    });
    // What a crash left of one that was never answered for is in nobody's way.
    await mkdir(other.folderOf('bounds', 4));
    await writeFile(join(other.folderOf('bounds', 4), 'monitor.yaml'), 'half');
    expect((await ask('editor', 'POST', '', { definition: definition({ above: 8 }) }, 3)).body).toMatchObject({
      version: { number: 5 },
    });
    const kept = await Promise.all(
      [1, 2, 3, 5].map(
        async (number) => (await ask<{ definition: string }>('viewer', 'GET', `/bounds/versions/${number}`)).body
      )
    );
    expect(kept.map((one) => one.definition)).toEqual([10, 6, 7, 8].map((above) => definition({ above })));
  });

  it('are changed by one at a time: who does not know of a change gets a conflict', async () => {
    await start();
    await ask('editor', 'POST', '', { definition: definition() });
    const [one, other] = await Promise.all(
      [20, 30].map((above) => ask('editor', 'POST', '', { definition: definition({ above }) }, 1))
    );
    expect([one?.status, other?.status].sort()).toEqual([201, 409]);
    expect([one, other].find((answer) => answer?.status === 409)?.body.error).toMatchObject({
      ...{
        code: 'conflict',
        message: expect.stringContaining('expected revision 2 of bounds, found 1: it was changed since') as string,
      },
    });
    expect((await ask('editor', 'POST', '', { definition: definition() })).status).toBe(428);
    expect((await ask('editor', 'POST', '', { definition: definition({ name: 'own' }) })).body.error?.code).toBe(
      'conflict'
    );
    expect((await ask('admin', 'POST', '/bounds/activate', { version: 1 }, 1)).status).toBe(409);
  });

  it.each([
    [
      'name: bounds\nkind: threshold\nattach: [{}]\nparams: { rate: -1, field: 5 }\n',
      'definition:4: params.rate: expected number to be >0, found -1',
    ],
    [
      'name: x\nkind: threshold\nattach: [{}]\nparams: { above: "${HOME}" }\n',
      'expected the environment variable HOME to be set',
    ],
    [
      'name: x\nkind: javascript\nattach: [{}]\nparams: { file: a.mjs }\n',
      'expected a kind that may be published, found javascript: it runs code',
    ],
    [
      'name: x\nkind: distribution\nattach: [{}]\nparams: { reference: { file: ../../tokens.json } }\n',
      'expected a file that is published with it, found "../../tokens.json"',
    ],
    [
      'name: x\nkind: distribution\nattach: [{}]\nparams: { reference: { file: /etc/passwd } }\n',
      'expected a file that is published with it',
    ],
    ['{', 'definition:'],
  ])('are refused whole, with field and bound: %j', async (text, message) => {
    await start();
    const { status, body } = await ask('admin', 'POST', '', { definition: text });
    expect([status, body.error?.message]).toEqual([400, expect.stringContaining(message)]);
    expect((await ask<{ monitors: unknown[] }>('viewer', 'GET')).body.monitors).toHaveLength(1);
  });

  it('may bring files, which are read when they are published', async () => {
    await start();
    const text =
      'name: d\nkind: distribution\nattach: [{ workflow: prices }]\nparams: { reference: { file: r.csv } }\n';
    const csv = ['price', ...Array.from({ length: 200 }, (_, index) => String(index % 17))].join('\n');
    const files = { 'r.csv': Buffer.from(csv).toString('base64') };
    expect((await ask('editor', 'POST', '', { definition: text, files })).status).toBe(201);
    expect((await ask('viewer', 'GET', '/d/versions/1')).body).toMatchObject({ definition: text, files, number: 1 });
    const broken = { 'r.csv': Buffer.from('price\n"').toString('base64') };
    expect((await ask('editor', 'POST', '', { definition: text, files: broken }, 1)).body.error?.code).toBe('refused');
    const outside = { '../r.csv': '' };
    expect((await ask('editor', 'POST', '', { definition: text, files: outside }, 1)).status).toBe(400);
  });

  it('may be attached to a model that does not exist, and are shown as waiting', async () => {
    await start();
    await ask('editor', 'POST', '', { definition: definition({ model: 'gru' }) });
    const { body } = await ask<MonitorSummary>('admin', 'POST', '/bounds/activate', { version: 1 }, 1);
    expect(body).toMatchObject({
      state: 'waiting',
      reach: { count: 0, waiting: [{ workflow: 'prices', model: 'gru' }] },
    });
    // One that looks at metrics has no stream to wait for, but a model.
    const metric = definition({ name: 'metric', model: 'gru' }).replace('field: price', 'metric: memory');
    await ask('editor', 'POST', '', { definition: metric });
    await ask('admin', 'POST', '/metric/activate', { version: 1 }, 1);
    const headers = { authorization: `Bearer ${tokens['viewer']}` };
    const catalogue = (await (await fetch(`${service.url}/api/v1/catalog`, { headers })).json()) as Catalogue;
    expect(catalogue.monitors.map(({ name, state }) => [name, state])).toEqual([
      ['own', 'active'],
      ['bounds', 'waiting'],
      ['metric', 'waiting'],
    ]);
  });

  it('are changed by those whom the audit log names, with the role that they have there', async () => {
    await start();
    await ask('admin in prices', 'POST', '', { definition: definition(), comment: 'first' });
    await ask('admin', 'POST', '/bounds/activate', { version: 1, comment: 'go' }, 1);
    const { events } = (await ask<{ events: object[] }>('viewer', 'GET', '/bounds/history')).body;
    const time = expect.stringMatching(/^20\d\d-.*Z$/) as string;
    const hash = expect.stringMatching(/^[0-9a-f]{64}$/) as string;
    expect(events).toEqual([
      {
        time,
        who: 'admin in prices',
        role: 'admin',
        did: 'publish',
        monitor: 'bounds',
        version: 1,
        hash,
        comment: 'first',
      },
      { time, who: 'admin', role: 'admin', did: 'activate', monitor: 'bounds', version: 1, hash, comment: 'go' },
    ]);
  });

  it('that reach ten thousand models are shown before they are applied', { timeout: 60_000 }, async () => {
    models = 10_000;
    await start();
    await ask('editor', 'POST', '', { definition: definition() });
    const dry = await ask<{ reach: { count: number; models: unknown[] } }>(
      'admin',
      'POST',
      '/bounds/activate?dryRun=true',
      { version: 1 }
    );
    expect([dry.body.reach.count, dry.body.reach.models.length]).toEqual([10_000, 100]);
    const refused = await ask('admin', 'POST', '/bounds/activate', { version: 1 }, 1);
    expect(refused).toMatchObject({ status: 409, body: { error: { code: 'confirm', details: { count: 10_000 } } } });
    expect((await ask('admin', 'POST', '/bounds/activate', { version: 1, confirm: 10_000 }, 1)).status).toBe(200);
  });

  it('run as shadows beside the active version, are compared with it, and tell nobody', async () => {
    await start();
    await ask('editor', 'POST', '', { definition: definition() });
    await ask('admin', 'POST', '/bounds/activate', { version: 1 }, 1);
    await ask('editor', 'POST', '', { definition: definition({ above: 20 }) }, 2);
    expect((await ask('editor', 'POST', '/bounds/shadow', { version: 2 }, 3)).body).toMatchObject({
      active: 1,
      shadow: 2,
    });
    await send(15, 1);
    await send(25, 1);
    await vi.waitFor(async () => expect(await alerts('monitor=bounds')).toHaveLength(2));
    expect((await alerts()).filter((text) => text.includes('shadow'))).toEqual([]);
    await vi.waitFor(async () => expect(await alerts('monitor=bounds%20(shadow)')).toHaveLength(1));
    expect((await ask('viewer', 'GET', '/bounds/compare')).body).toMatchObject({
      ...{ both: 1, onlyFirst: [{ model: 'lstm-0', text: 'price is 15, above 10.' }], onlySecond: [] },
    });
    await ask('admin', 'POST', '/bounds/activate', { version: 2 }, 4);
    expect((await ask('viewer', 'GET', '/bounds')).body).toMatchObject({ active: 2, shadow: null });
  });

  it('are tested on records, without a trace', async () => {
    await start();
    const stream = { workflow: 'prices', model: 'lstm-0', slot: 0 };
    const records = [{ price: 1 }, { price: 11 }, { price: 2 }];
    const { body } = await ask<{ alerts: Array<{ state: string; time: string }> }>('editor', 'POST', '/test', {
      definition: definition(),
      stream,
      records,
    });
    expect(body.alerts.map(({ state, time }) => [state, time])).toEqual([
      ['firing', formatTimestamp(1e6)],
      ['resolved', formatTimestamp(2e6)],
    ]);
    expect(await alerts()).toEqual([]);
  });
});
