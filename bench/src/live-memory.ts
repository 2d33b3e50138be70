import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { formatTimestamp } from '@pneumograph/contract';
import { BenchBackend, memoryOf } from './backend.js';
import { engines } from './reports.js';
import { streamingPlugin } from './ways.js';

const STREAMS = 100;
const SERIES = 10;
const WIDTH = 1_000;
const ROUNDS = 30;
const MEGABYTE = 1e6;

/**
 * What 100 live streams of 10 series each take of memory, in the plugin's process and in the ingest backend's, while
 * every series gets a value a second: resident bytes as the system counts, before there is a stream and at the end.
 *
 * @returns rows of what, megabytes before, megabytes with the streams, kilobytes a stream
 */
export async function benchLiveMemory(): Promise<string[][]> {
  const folder = await mkdtemp(join(tmpdir(), 'pneumograph-bench-'));
  const backend = await BenchBackend.start(folder, SERIES, { derive: { grace: '0ms' } });
  const plugin = await streamingPlugin(backend.url);
  const over = new AbortController();
  try {
    await plugin.health();
    const memory = async () => [await memoryOf(plugin.pid, 'VmRSS'), await memoryOf(backend.pid, 'VmRSS')];
    const before = await memory();
    let heard = 0;
    for (let number = 0; number < STREAMS; number++) {
      // A channel of its own each: panels that ask the same share one.
      const query = { kind: 'metric', metric: 'record.count', workflow: 'bench', slots: [0], alias: `panel ${number}` };
      void count(await plugin.stream(query, WIDTH, over.signal), () => (heard += 1)).catch(() => undefined);
    }
    for (let round = 0; round < ROUNDS; round++) {
      await backend.report(reports());
      await sleep(WIDTH);
    }
    if (heard < STREAMS * ROUNDS * 0.5) {
      throw new Error(`${STREAMS} streams told ${heard} times in ${ROUNDS} rounds of reports`);
    }
    const after = await memory();
    return ['The plugin', 'The ingest backend'].map((what, index) => {
      const [less, more] = [before[index] ?? NaN, after[index] ?? NaN];
      const each = Math.round((more - less) / STREAMS / 1000);
      return [what, `${Math.round(less / MEGABYTE)} MB`, `${Math.round(more / MEGABYTE)} MB`, `${each} kB a stream`];
    });
  } finally {
    over.abort();
    await plugin.stop();
    await backend.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function count(told: AsyncIterable<{ type: string }>, tell: () => void): Promise<void> {
  for await (const { type } of told) {
    if (type === 'frames') {
      tell();
    }
  }
}

function reports(): object[] {
  const timestamp = formatTimestamp(Date.now() * 1000);
  return engines(SERIES).map(({ src }) => ({
    ...{ type: 'sensor-report', timestamp, tap: 'manifold.0.records.count', src, id: 1 },
    ...{ delta_time: 1, data: 100 },
  }));
}
