import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { METRICS, type QueryResponse } from '@pneumograph/contract';
import {
  buildInfluxd,
  startBackend,
  startInfluxDb1,
  startOwnInfluxDb,
  startVictoriaMetrics,
  type LineServer,
  type OwnInfluxDb,
  type RunningBackend,
} from '../servers/index.js';
import { LSTM_RPS, TUTORIAL_CONFIG, tutorialMessages, tutorialRange, TICKS } from '../tutorial.js';

const CLI = fileURLToPath(new URL('../../../ingest-backend/bin/pneumograph.js', import.meta.url));
const RANGE = tutorialRange(Date.UTC(2018, 2, 5, 17, 52, 45));
/** Of the first slot of `lstm`: one engine tells its count in two reports. */
const RECORD_REPORTS = 3 * TICKS;
const PATIENCE = { timeout: 60_000, interval: 300 };

const missing = await buildInfluxd().then(
  () => undefined,
  (error: Error) => error.message
);
if (missing !== undefined) {
  console.log(`Not run on InfluxDB: ${missing}`);
}

describe.skipIf(missing !== undefined)(
  'the backend with a real InfluxDB',
  () => {
    let influx: OwnInfluxDb;
    let folder: string;
    const backends: RunningBackend[] = [];
    const servers: LineServer[] = [];
    beforeAll(async () => {
      influx = await startOwnInfluxDb();
      folder = await mkdtemp(path.join(tmpdir(), 'pneumograph-influxdb-'));
    });
    afterEach(async () => {
      await Promise.all(backends.splice(0).map((backend) => backend.stop()));
      await Promise.all(servers.splice(0).map((server) => server.stop()));
    });
    afterAll(async () => {
      await influx?.stop();
      await rm(folder, { recursive: true, force: true });
    });

    async function start(config: Record<string, unknown>): Promise<RunningBackend> {
      const backend = await startBackend({ config: { ...TUTORIAL_CONFIG, ...config } });
      backends.push(backend);
      return backend;
    }

    /** A store in buckets of its own, which `pneumograph check --apply` creates. */
    async function makeStore(layout = 'tags') {
      const { url, org, token } = influx;
      const bucket = `store-${randomBytes(6).toString('hex')}`;
      const store = { kind: 'influxdb', url, org, token, bucket, layout, path: path.join(folder, bucket) };
      const file = path.join(folder, `${bucket}.yaml`);
      await writeFile(file, stringify({ listen: { port: 0 }, store }));
      const check = (...args: string[]) =>
        promisify(execFile)(process.execPath, [CLI, 'check', '--config', file, ...args]).catch(
          (error: { stdout: string }) => error
        );
      expect((await check()).stdout).toContain('check --apply');
      expect((await check('--apply')).stdout).toContain(
        `${['', '_1m', '_1h', '_state'].map((suffix) => `created bucket ${bucket}${suffix}`).join('; ')}; 0 series`
      );
      expect((await check()).stdout).toContain(`${bucket}: 0 series`);
      return store;
    }

    async function ask(query: string): Promise<string> {
      const answer = await fetch(`${influx.url}/api/v2/query?org=${influx.org}`, {
        method: 'POST',
        headers: { authorization: `Token ${influx.token}`, 'content-type': 'application/vnd.flux' },
        body: query,
      });
      return answer.text();
    }

    const send = (backend: RunningBackend) => backend.report(tutorialMessages(RANGE));

    /** All that can be asked for, as it stands in the store, to twelve digits: sums are added up in another order. */
    async function content(backend: RunningBackend): Promise<unknown> {
      const kinds = METRICS.map(({ name }) => ({ refId: name, kind: 'metric', metric: name, by: ['model', 'engine'] }));
      const queries = [
        ...kinds,
        ...['p95', 'min', 'max', 'last', 'count'].map((over) => ({ ...kinds[0], refId: over, over })),
        { refId: 'states', kind: 'status' },
      ];
      const answer = await fetch(`${backend.url}/api/v1/query`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ ...RANGE, maxDataPoints: 1000, intervalMs: 5000, queries }),
      });
      const { results } = (await answer.json()) as QueryResponse;
      const frames = Object.entries(results).map(([refId, result]) => [
        refId,
        result.status,
        result.frames,
        result.error,
      ]);
      return JSON.parse(JSON.stringify(frames), (_, value: unknown) =>
        typeof value === 'number' ? Number(value.toPrecision(12)) : value
      );
    }

    /** The content once nothing more comes. */
    async function whole(backend: RunningBackend): Promise<unknown> {
      let before = '';
      const standsStill = async () => {
        const now = JSON.stringify(await content(backend));
        const still = now === before && now.includes(String(LSTM_RPS.one));
        before = now;
        return still;
      };
      await expect.poll(standsStill, { ...PATIENCE, interval: 1500 }).toBe(true);
      return content(backend);
    }

    it('gives the answers that an embedded store gives, in both layouts', async () => {
      const embedded = await start({});
      const others = [await start({ store: await makeStore() }), await start({ store: await makeStore('dotted') })];
      await Promise.all([embedded, ...others].map(send));
      const expected = await whole(embedded);
      for (const other of others) {
        await expect.poll(() => content(other), PATIENCE).toEqual(expected);
      }
    });

    it('shows a plain reader of the bucket the names of the tutorial', async () => {
      const store = await makeStore('dotted');
      const backend = await start({ store });
      await send(backend);
      const query = `from(bucket: "${store.bucket}") |> range(start: 2018-01-01T00:00:00Z)
      |> filter(fn: (r) => r._measurement == "lstm.0.rps" and r._field == "value") |> group() |> max()`;
      await expect.poll(() => ask(query), PATIENCE).toContain(`,${LSTM_RPS.one},`);
    });

    it('waits while the server is away, says so, and loses nothing', async () => {
      const backend = await start({ store: await makeStore() });
      const embedded = await start({});
      const messages = tutorialMessages(RANGE);
      const half = Math.floor(messages.length / 2);
      await backend.report(messages.slice(0, half));
      await influx.kill();
      await backend.report(messages.slice(half));
      const reasons = async () => (await fetch(`${backend.url}/health/ready`)).text();
      await expect.poll(reasons, PATIENCE).toContain('it cannot be reached');
      await influx.restart();
      await expect.poll(reasons, PATIENCE).not.toContain('cannot be reached');
      await send(embedded);
      expect(await whole(backend)).toEqual(await whole(embedded));
    });

    it('writes to InfluxDB 2, InfluxDB 1 and VictoriaMetrics as sinks', async () => {
      const [one, victoria] = await Promise.all([startInfluxDb1(), startVictoriaMetrics()]);
      servers.push(one, victoria);
      await fetch(`${one.url}/query?q=${encodeURIComponent('CREATE DATABASE archive')}`, { method: 'POST' });
      const { url, org, token } = influx;
      await fetch(`${url}/api/v2/buckets`, {
        method: 'POST',
        headers: { authorization: `Token ${token}` },
        body: JSON.stringify({ name: 'archive', orgID: await organisation() }),
      });
      const sinks = [
        { kind: 'influxdb', url, org, token, bucket: 'archive', layout: 'dotted' },
        { kind: 'influxdb', url: one.url, bucket: 'archive' },
        { kind: 'influxdb', url: victoria.url, bucket: 'any' },
      ];
      const backend = await start({ sinks });
      await send(backend);

      const two = `from(bucket: "archive") |> range(start: 2018-01-01T00:00:00Z)
      |> filter(fn: (r) => r._measurement == "lstm.0.record.count" and r._field == "value") |> group() |> count()`;
      await expect.poll(() => ask(two), PATIENCE).toMatch(new RegExp(`,${RECORD_REPORTS}\r?\n`));
      const sum = `q=${encodeURIComponent("SELECT count(value) FROM \"record.count\" WHERE model='lstm' AND slot='0'")}`;
      const first = () => fetch(`${one.url}/query?db=archive&${sum}`).then((answer) => answer.text());
      await expect.poll(first, PATIENCE).toContain(`,${RECORD_REPORTS}]`);
      const exported = async () => {
        await fetch(`${victoria.url}/internal/force_flush`);
        const match = encodeURIComponent('{__name__="record.count_value",model="lstm",slot="0"}');
        const text = await (await fetch(`${victoria.url}/api/v1/export?match[]=${match}&start=1500000000`)).text();
        const series = text.split('\n').filter((line) => line !== '');
        return series.flatMap((line) => (JSON.parse(line) as { values: number[] }).values).length;
      };
      await expect.poll(exported, PATIENCE).toBe(RECORD_REPORTS);
    });

    async function organisation(): Promise<string> {
      const answer = await fetch(`${influx.url}/api/v2/orgs`, { headers: { authorization: `Token ${influx.token}` } });
      return ((await answer.json()) as { orgs: Array<{ id: string }> }).orgs[0]!.id;
    }
  },
  240_000
);
