import { recordStreams } from '@pneumograph/demo-workflow';
import { afterEach, describe, expect, it } from 'vitest';
import { eventually, getKafka, startBackend, type KafkaServer } from '../servers/index.js';

const kafka: KafkaServer | undefined = await getKafka().catch((error: Error) => {
  console.log(`No Kafka: ${error.message}`);
  return undefined;
});

const closers: Array<() => Promise<unknown>> = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) {
    await close();
  }
});

/** Starts the backend with the demo, and gives how many records of each stream it has read since. */
async function start(args: string[]): Promise<() => Promise<Map<string, number>>> {
  const backend = await startBackend({ args: ['--demo', ...args] });
  closers.push(() => backend.stop());
  return async () => {
    const text = await (await fetch(`${backend.url}/metrics`)).text();
    const found = text.matchAll(/^pneumograph_records_read_total\{stream="prices\/([^"]+)"\} (\d+)$/gm);
    return new Map(Array.from(found, ([, stream, count]) => [stream as string, Number(count)]));
  };
}

const slots = recordStreams({ kind: 'http', url: '' }).map(({ model, slot }) => `${model}:${slot}`);

describe('the records of the demo come to the ingest backend, slot by slot', () => {
  it('over HTTP', { timeout: 60_000 }, async () => {
    const read = await start([]);
    await eventually(async () => {
      const counts = await read();
      expect([...counts.keys()].sort()).toEqual([...slots].sort());
      expect(Math.min(...counts.values())).toBeGreaterThan(200);
    }, 50_000);
  });

  it.skipIf(kafka === undefined)('over Kafka', { timeout: 90_000 }, async () => {
    const broker = kafka as KafkaServer;
    closers.push(() => broker.stop());
    const read = await start(['--kafka', broker.brokers.join(',')]);
    await eventually(async () => {
      const counts = await read();
      expect([...counts.keys()].sort()).toEqual([...slots].sort());
      expect(Math.min(...counts.values())).toBeGreaterThan(200);
    }, 80_000);
  });
});
