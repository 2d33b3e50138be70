import { readFile } from 'node:fs/promises';
import { METRICS, type Alert, type Catalogue, type QueryResponse } from '@pneumograph/contract';

const FROM = Date.UTC(2018, 2, 5, 17, 52, 45);

/** Everything that a backend can be asked, as it stands. */
export async function answersOf(url: string, seconds: number): Promise<unknown> {
  const range = { from: FROM, to: FROM + seconds * 1000 };
  const kinds = METRICS.map(({ name }) => ({ refId: name, kind: 'metric', metric: name, by: ['model', 'engine'] }));
  const counts = { kind: 'metric', metric: 'record.count' };
  const queries = [
    ...kinds,
    ...['p95', 'min', 'max', 'last', 'count'].map((over) => ({ ...counts, refId: over, over, by: ['model'] })),
    { ...counts, refId: 'latest', format: 'latest', by: ['workflow'] },
    { refId: 'status', kind: 'status' },
    { refId: 'table', kind: 'status', format: 'table' },
    { refId: 'topology', kind: 'topology', workflow: 'w0' },
    { refId: 'alerts', kind: 'alerts' },
    { refId: 'profile', kind: 'profile', workflow: 'w0', models: ['m0'] },
  ];
  const { results } = (await ask(`${url}/api/v1/query`, {
    ...range,
    ...{ maxDataPoints: 500, intervalMs: 1000, queries },
  })) as QueryResponse;
  const frames = Object.entries(results).map(([refId, { status, frames: found, error }]) => [
    refId,
    status,
    found,
    error,
  ]);
  const { workflows, metrics, monitors } = (await ask(`${url}/api/v1/catalog`)) as Catalogue;
  const { alerts } = (await ask(`${url}/api/v1/alerts?from=${range.from}&to=${range.to}&limit=1000`)) as {
    alerts: Alert[];
  };
  const steps = await Promise.all(
    alerts.slice(0, 20).map(({ id }) => ask(`${url}/api/v1/alerts/${encodeURIComponent(id)}`))
  );
  const catalogue = { workflows: workflows.map(withoutClocks), metrics, monitors: monitors.map(inOrder) };
  return { frames, catalogue, alerts, steps };
}

/** Derivation alone knows how far the clocks of engines are off, and which taps look odd. */
function withoutClocks(workflow: Catalogue['workflows'][number]): unknown {
  return JSON.parse(
    JSON.stringify(workflow, (key, value: unknown) => (key === 'clockOffset' || key === 'notices' ? undefined : value))
  );
}

function inOrder({ attached, ...monitor }: Catalogue['monitors'][number]): unknown {
  return { ...monitor, attached: attached.map((one) => JSON.stringify(one)).sort() };
}

async function ask(url: string, body?: object): Promise<unknown> {
  const headers = { 'content-type': 'application/json' };
  const request = body === undefined ? {} : { method: 'POST', headers, body: JSON.stringify(body) };
  const answer = await fetch(url, request);
  if (!answer.ok) {
    throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  }
  return answer.json();
}

/** What log files hold together, each record once; without mappings, which say when a process heard of them. */
export async function recordsOf(files: readonly string[]): Promise<string[]> {
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8').catch(() => '')));
  const lines = texts.flatMap((text) => text.split('\n').filter((line) => line !== ''));
  return [...new Set(lines)].filter((line) => (JSON.parse(line) as { kind: string }).kind !== 'mapping').sort();
}

const MOST = 20;

/** Where two answers differ, the first places, as texts: of answers as large as these the whole tells nobody anything. */
export function differences(found: unknown, expected: unknown, place = ''): string[] {
  if (typeof found !== 'object' || typeof expected !== 'object' || found === null || expected === null) {
    return isSame(found, expected) ? [] : [`${place}: found ${brief(found)}, expected ${brief(expected)}`];
  }
  const [one, other] = [found, expected] as ReadonlyArray<Readonly<Record<string, unknown>>>;
  const keys = [...new Set([...Object.keys(found), ...Object.keys(expected)])];
  const all: string[] = [];
  for (const key of keys) {
    all.push(...differences(one?.[key], other?.[key], `${place}/${key}`));
    if (all.length >= MOST) {
      return all.slice(0, MOST);
    }
  }
  return all;
}

/** Sums are added up in another order. */
function isSame(found: unknown, expected: unknown): boolean {
  return typeof found === 'number' && typeof expected === 'number'
    ? Math.abs(found - expected) <= 1e-9 * Math.max(1, Math.abs(found), Math.abs(expected))
    : found === expected;
}

function brief(value: unknown): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, 200);
}
