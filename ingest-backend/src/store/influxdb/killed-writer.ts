/**
 * A program for tests to kill: goes on from the stored position, writing 200 points a batch without end, and prints
 * the position of each batch once it is acknowledged.
 */
import type { Point } from '../../archive/index.js';
import { InfluxDbStore, type InfluxDbStoreOptions } from './influxdb-store.js';

const BATCH = 200;
/** Messages that the position trails behind, as those of open bursts would: they are read again each time. */
const TRAIL = 100;

const partition = { key: 'kafka/notify/0' };
const series = { workflow: 'prices', model: 'lstm', slot: 0, engine: 'e1', metric: 'rps' };
const store = new InfluxDbStore(JSON.parse(process.argv[2] as string) as InfluxDbStoreOptions);
await store.open();
let offset = (await store.positions()).get(partition.key) ?? 0;
for (;;) {
  const items = Array.from({ length: BATCH }, (_, index): Point => {
    const at = offset + index;
    // Some share their microsecond with others.
    return { kind: 'point', series, time: 1520272365e6 + Math.floor(at / 3), value: 1, span: 1, partition, offset: at };
  });
  offset += BATCH;
  const batch = { items, positions: new Map([[partition, offset - TRAIL]]), notes: new Map([['end', `${offset}`]]) };
  await store.write(batch, async () => undefined);
  process.stdout.write(`${offset - TRAIL}\n`);
}
