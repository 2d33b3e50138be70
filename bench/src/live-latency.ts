import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { formatTimestamp } from '@pneumograph/contract';
import { BenchBackend } from './backend.js';
import { engines } from './reports.js';

const REPORTS = 300;
const EVERY_MILLIS = 37;
/** How long the archiver gathers before it writes, at most. */
const FLUSH_MILLIS = 200;

/** From a report's arrival over HTTP to its point in `GET /api/v1/stream`, as a multiple of the flush interval. */
export async function benchLiveLatency(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'pneumograph-bench-'));
  const backend = await BenchBackend.start(folder, 1, { derive: { grace: '0ms' } });
  try {
    const [{ src, model }] = engines(1) as [{ src: string; model: string }];
    const start = Math.floor(Date.now() / 1000) * 1000 - 3_600_000;
    const seen = new Map<number, number>();
    const gone = new AbortController();
    const query = { kind: 'metric', metric: 'record.count', models: [model] };
    const parameters = new URLSearchParams({ query: JSON.stringify(query), intervalMs: '1000' });
    const stream = await fetch(`${backend.url}/api/v1/stream?${parameters.toString()}`, { signal: gone.signal });
    const reading = read(stream, (time) => seen.set(time, seen.get(time) ?? performance.now())).catch(() => undefined);
    const sent = new Map<number, number>();
    for (let index = 0; index < REPORTS; index++) {
      const time = start + index * 1000;
      const message = {
        ...{ type: 'sensor-report', timestamp: formatTimestamp(time * 1000), src, id: 1 },
        ...{ tap: 'manifold.0.records.count', delta_time: 1, data: index + 1 },
      };
      sent.set(time, performance.now());
      await fetch(`${backend.url}/api/v1/reports`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(message),
      });
      await sleep(EVERY_MILLIS);
    }
    while (seen.size < REPORTS) {
      await sleep(50);
    }
    gone.abort();
    await reading;
    const delays = [...sent].map(([time, at]) => (seen.get(time) as number) - at).sort((a, b) => a - b);
    console.log(`\nReport arrival → point on the stream, ${REPORTS} reports, one a request`);
    for (const [name, share] of [['p50', 0.5] as const, ['p99', 0.99] as const]) {
      const delay = delays[Math.ceil(share * REPORTS) - 1] as number;
      console.log(`  ${name}  ${Math.round(delay)} ms  ${(delay / FLUSH_MILLIS).toFixed(2)}× the flush interval`);
    }
  } finally {
    await backend.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function read(response: Response, tell: (time: number) => void): Promise<void> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true });
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const data = /^data: (.*)$/m.exec(text.slice(0, end))?.[1];
      text = text.slice(end + 2);
      const { frames = [] } = JSON.parse(data ?? '{}') as { frames?: Array<{ data: { values: number[][] } }> };
      frames.forEach((frame) => frame.data.values[0]?.forEach(tell));
    }
  }
}
