import { expect, it } from 'vitest';
import { formatTimestamp, type Alert, type Catalogue, type Silence } from '@pneumograph/contract';
import { DERIVE, type BackendProcess, type Bench } from '../faults/index.js';
import { Notices } from './notices.js';
import { FLEET, withSite, type Site } from './site.js';

const PATIENCE = { timeout: 60_000, interval: 200 };
const MONITORS = {
  'bounds.yaml': 'name: bounds\nkind: threshold\nattach: [{ slot: 0 }]\nparams: { field: price, above: 0.8 }\n',
};

let site: Site;
let bench: Bench;

withSite((ready) => {
  site = ready;
  bench = ready.bench;
});

interface Body {
  readonly alerts: Alert[];
  readonly silences: Silence[];
  readonly monitors: Catalogue['monitors'];
  readonly id: string;
  readonly error: { readonly code: string; readonly message: string };
}

async function call(url: string, method = 'GET', body?: object): Promise<{ status: number; body: Body }> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(url, body === undefined ? { method } : { method, headers, body: JSON.stringify(body) });
  return { status: answer.status, body: (await answer.json()) as Body };
}

/** The types of the events that a stream tells until it is closed. */
function listen(url: string): { readonly events: string[]; readonly text: () => string; readonly close: () => void } {
  const events: string[] = [];
  const closing = new AbortController();
  let all = '';
  void (async () => {
    const answer = await fetch(url, { signal: closing.signal });
    for await (const chunk of answer.body ?? []) {
      all += Buffer.from(chunk as Uint8Array).toString();
      events.splice(0, events.length, ...[...all.matchAll(/^event: ?(\S+)/gm)].map(([, type = '']) => type));
    }
  })().catch(() => undefined);
  return { events, text: () => all, close: () => closing.abort() };
}

async function processes(topic: string, more: object): Promise<[BackendProcess, BackendProcess, BackendProcess]> {
  const shared = {
    ...{ fleet: FLEET, derive: DERIVE, archive: site.archive(topic), store: await site.store() },
    ...{ sources: [bench.source(topic)], access: { anonymous: 'admin' }, ...more },
  };
  const start = (roles: string) => site.start(topic, roles, MONITORS, shared);
  return Promise.all([start('derive'), start('archive,query'), start('monitor')]);
}

it('tells what is new as it comes, at a process that only answers', async () => {
  const topic = await bench.topic();
  const [derive, query, monitor] = await processes(topic, {});
  const now = Date.now();
  const asked = { kind: 'metric', metric: 'record.count', workflow: 'w0', models: ['m0'] };
  const parameters = new URLSearchParams({
    query: JSON.stringify(asked),
    intervalMs: '1000',
    from: String(now - 60_000),
  });
  const stream = listen(`${query.url}/api/v1/stream?${parameters.toString()}`);
  const report = (second: number, data: number) => ({
    partition: 0,
    value: JSON.stringify({
      ...{ type: 'sensor-report', src: 'e1', tap: 'manifold.0.records.count', id: 1, delta_time: 1, data },
      timestamp: formatTimestamp((now - 50_000 + second * 1000) * 1000),
    }),
  });
  // Reports are settled by those behind them.
  for (let second = 0; second < 40 && !stream.text().includes('4711'); second++) {
    await bench.produce(topic, [report(second, 4711)]);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  expect(stream.events).toContain('frames');
  expect(stream.text()).toContain('4711');
  stream.close();
  for (const other of [derive, monitor]) {
    const { status, body } = await call(`${other.url}/api/v1/catalog`);
    expect(status).toBe(404);
    expect(body.error.message).toMatch(
      /^expected a process with the role query, found one with (derive|monitor) alone$/
    );
  }
}, 180_000);

it('lets silences be set anywhere, keeps them over kill -9, and shows why nobody is told', async () => {
  const [topic, records] = [await bench.topic(), await bench.topic()];
  const notices = new Notices();
  const stream = { workflow: 'w0', model: 'm0', slot: 0, encoding: 'json', ...bench.source(records) };
  const [, query, monitor] = await processes(topic, { streams: [stream], notify: [await notices.listen()] });
  const say = (price: number) => bench.produce(records, [{ partition: 0, value: JSON.stringify({ price }) }]);
  const alerts = async () => (await call(`${query.url}/api/v1/alerts`)).body.alerts;
  const list = async () => (await call(`${query.url}/api/v1/catalog`)).body.monitors;
  const attached = [{ workflow: 'w0', model: 'm0', slot: 0 }];
  await expect.poll(list, PATIENCE).toMatchObject([{ name: 'bounds', state: 'active', attached }]);

  const silence = { matchers: [{ label: 'model', value: 'm0' }], for: '1h', comment: 'Known.', author: 'somebody' };
  const { status, body } = await call(`${query.url}/api/v1/silences`, 'POST', silence);
  expect(status).toBe(201);
  const { id } = body;
  const { body: listed } = await call(`${query.url}/api/v1/silences`);
  expect(listed.silences).toMatchObject([{ id, state: 'active' }]);
  await monitor.kill();
  await monitor.start();
  await say(0.9);
  await expect.poll(alerts, PATIENCE).toMatchObject([{ state: 'firing', muted: { by: 'silence' } }]);
  expect(notices.told.size).toBe(0);

  expect((await call(`${query.url}/api/v1/silences/${id}`, 'DELETE')).status).toBe(200);
  await expect.poll(alerts, PATIENCE).toMatchObject([{ state: 'firing', muted: null }]);
  await expect.poll(() => [...notices.told.keys()], PATIENCE).toEqual([`${(await alerts())[0]?.id}/1`]);

  const published = await call(`${query.url}/api/v1/monitors`, 'POST', { definition: MONITORS['bounds.yaml'] });
  expect(published).toMatchObject({ status: 409, body: { error: { code: 'fixed' } } });
  expect((await call(`${query.url}/api/v1/monitors`)).body.monitors).toMatchObject([{ name: 'bounds' }]);
  await notices.close();
}, 180_000);
