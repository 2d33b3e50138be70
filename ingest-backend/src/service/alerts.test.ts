import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { formatTimestamp, type AlertList, type Catalogue, type QueryResponse } from '@pneumograph/contract';
import { parseConfiguration } from '../config/index.js';
import { Service } from './index.js';

const START = Date.UTC(2018, 2, 5, 17, 52, 45) * 1000;
const at = (seconds: number): string => formatTimestamp(START + seconds * 1e6);

let folder: string;
let service: Service;

async function read(parameters: string): Promise<AlertList> {
  const response = await fetch(`${service.url}/api/v1/alerts?${parameters}`);
  expect(response.status).toBe(200);
  return (await response.json()) as AlertList;
}

const ids = async (parameters: string): Promise<string[]> =>
  (await read(parameters)).alerts.map(({ monitor, startsAt }) => `${monitor} ${startsAt}`);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'alerts-'));
  await mkdir(join(folder, 'monitors'));
  for (const [name, severity, above] of [
    ['high', 'warning', 1000],
    ['higher', 'critical', 2000],
  ] as const) {
    const text = `name: ${name}\nkind: threshold\nseverity: ${severity}\nattach: [{ model: lstm }]\n`;
    const params = `params: { metric: memory, above: ${above} }\n`;
    await writeFile(join(folder, 'monitors', `${name}.yaml`), text + params);
  }
  const config = JSON.stringify({
    listen: { port: 0 },
    store: { kind: 'duckdb', path: join(folder, 'store.duckdb') },
    fleet: [{ kind: 'static', engines: [{ src: 'e1', model: 'lstm', workflow: 'prices' }] }],
    monitors: { path: join(folder, 'monitors') },
  });
  const log = pino({ level: 'silent' });
  service = await Service.start(parseConfiguration(config, 'test'), { version: '9.9.9', log });
  const reports = [900, 1500, 900, 2500].map((data, second) => ({
    ...{ type: 'sensor-report', timestamp: at(second), src: 'e1', tap: 'sys.memory', id: 1, delta_time: 1, data },
  }));
  await fetch(`${service.url}/api/v1/reports`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(reports),
  });
  await vi.waitFor(async () => expect((await read('')).alerts).toHaveLength(3), 5000);
});
afterAll(async () => {
  await service.stop();
  await rm(folder, { recursive: true, force: true });
});

describe('alerts over HTTP', () => {
  it('are listed newest first, with what is known of them', async () => {
    const { alerts } = await read('');
    expect(alerts.map(({ startsAt }) => startsAt)).toEqual([at(3), at(3), at(1)]);
    expect(alerts[2]).toEqual({
      ...{ id: expect.any(String) as string, state: 'resolved', severity: 'warning', startsAt: at(1), endsAt: at(2) },
      ...{ name: 'Value out of bounds', text: 'memory is 1500, above 1000.', value: 1500, monitor: 'high' },
      ...{ workflow: 'prices', model: 'lstm', slot: null, engine: 'e1', feature: null },
      ...{ evidence: expect.anything() as unknown, labels: {}, link: null, muted: null },
    });
  });

  it('are narrowed by parameters, of which lists are given several times', async () => {
    expect(await ids('state=resolved')).toEqual([`high ${at(1)}`]);
    expect(await ids('state=firing&severity=critical')).toEqual([`higher ${at(3)}`]);
    expect(await ids('monitor=high&monitor=higher')).toHaveLength(3);
    expect(await ids('model=gru')).toEqual([]);
    expect(await ids('workflow=prices&limit=1')).toHaveLength(1);
    expect(await ids(`to=${at(2)}`)).toEqual([`high ${at(1)}`]);
    // What fires touches all that comes after.
    expect(await ids(`from=${START / 1000 + 60_000}`)).toHaveLength(2);
  });

  it('name a parameter that is wrong, and what was expected', async () => {
    const wrong = async (parameters: string) => {
      const response = await fetch(`${service.url}/api/v1/alerts?${parameters}`);
      const { error } = (await response.json()) as { error: { message: string } };
      return [response.status, error.message];
    };
    expect(await wrong('state=open')).toEqual([
      400,
      'state: expected pending or firing or recovering or resolved or no-data or error, found open',
    ]);
    expect(await wrong('severity=info&severity=bad')).toEqual([
      400,
      'severity: expected info or warning or critical, found bad',
    ]);
    expect(await wrong('slot=-1')).toEqual([400, 'slot: expected the number of a slot, found -1']);
    expect(await wrong('limit=0')).toEqual([400, 'limit: expected a number from 1 to 10000, found 0']);
    expect(await wrong('from=yesterday')).toEqual([400, expect.stringContaining('from: expected epoch')]);
    expect(await wrong('workflow=a&workflow=b')).toEqual([400, 'workflow: expected one value, found 2']);
  });

  it('tell what they went through, each and as rows', async () => {
    const [{ id } = { id: '' }] = (await read('state=resolved')).alerts;
    const response = await fetch(`${service.url}/api/v1/alerts/${id}`);
    const text = 'memory is 1500, above 1000.';
    expect(await response.json()).toEqual({
      id,
      steps: [
        { number: 1, state: 'firing', time: at(1), text, value: 1500, reason: null },
        { number: 2, state: 'resolved', time: at(2), text, value: 1500, reason: null },
      ],
    });
    expect((await fetch(`${service.url}/api/v1/alerts/nobody`)).status).toBe(404);
    const answer = await fetch(`${service.url}/api/v1/query`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ from: at(1), to: at(3), queries: [{ refId: 'A', kind: 'alerts', per: 'step' }] }),
    });
    const { results } = (await answer.json()) as QueryResponse;
    const [frame] = results['A']?.frames ?? [];
    const column = (name: string) => frame?.data.values[frame.schema.fields.findIndex((field) => field.name === name)];
    expect([column('time'), column('state')]).toEqual([
      [START / 1000 + 2000, START / 1000 + 1000],
      ['resolved', 'firing'],
    ]);
  });

  it('come as frames too, and the catalogue lists their monitors', async () => {
    const queries = [{ refId: 'A', kind: 'alerts', states: ['firing'] }];
    const response = await fetch(`${service.url}/api/v1/query`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ from: at(0), to: at(60), queries }),
    });
    const { results } = (await response.json()) as QueryResponse;
    expect(results['A']?.frames[0]?.data.values[0]).toEqual([START / 1000 + 3000, START / 1000 + 3000]);
    const catalogue = (await (await fetch(`${service.url}/api/v1/catalog`)).json()) as Catalogue;
    expect(catalogue.monitors).toEqual(
      ['high', 'higher'].map((name) => ({ name, kind: 'threshold', version: '1', state: 'active', attached: [] }))
    );
  });
});
