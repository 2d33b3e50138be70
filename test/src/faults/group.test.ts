import { formatTimestamp } from '@pneumograph/contract';
import { PartitionAssigners } from 'kafkajs';
import { it } from 'vitest';
import { getKafka } from '../servers/index.js';
import { pause } from './backend.js';
import { expectSame, storedRows } from './stored.js';
import { MessageStream, SEED } from './stream.js';
import { PARTITIONS, withBench, type Bench } from './topic.js';

const TURNS = 6;

let bench: Bench;

withBench(getKafka, (connected) => {
  bench = connected;
});

// Where several share a topic, the messages of an engine have to lie in one partition.
const keyed = () => new MessageStream(PARTITIONS, SEED, { keyed: true });

it(`stores the same though a member that commits nothing comes and goes (FAULT_SEED=${SEED})`, async () => {
  const topic = await bench.topic();
  const backend = await bench.backend(topic);
  await backend.start();
  await bench.produceDuring(topic, keyed(), async () => {
    for (let turn = 0; turn < TURNS; turn++) {
      const member = bench.kafka.consumer({ groupId: topic, partitionAssigners: [PartitionAssigners.roundRobin] });
      await member.connect();
      await member.subscribe({ topic });
      // kafkajs cannot leave before it has joined.
      const joined = new Promise((resolve) => member.on('consumer.group_join', resolve));
      await member.run({ autoCommit: false, eachBatch: () => Promise.resolve() });
      await joined;
      await pause(1000);
      await member.disconnect();
      await pause(1000);
    }
  });
  const found = await bench.finish(backend);
  expectSame(found, await bench.undisturbed(topic));
}, 180_000);

it(`stores the same in several stores together while their backends come and go (FAULT_SEED=${SEED})`, async () => {
  const topic = await bench.topic();
  const [one, other] = [await bench.backend(topic), await bench.backend(topic)];
  await one.start();
  await bench.produceDuring(topic, keyed(), async () => {
    for (let turn = 0; turn < TURNS; turn++) {
      await other.start();
      await pause(2000);
      await other.stop();
      await pause(1000);
    }
  });
  const rows = [...(await bench.finish(one)), ...(await storedRows(other.store))];
  // Both may hold what was read last before a partition went from one to the other.
  const union = [...new Map(rows.map((row) => [row.origin + row.content, row])).values()];
  expectSame(union, await bench.undisturbed(topic));
}, 180_000);

it('leaves late what was late before a store took over, also once its backend starts again', async () => {
  const topic = await bench.topic();
  const [one, other] = [await bench.backend(topic), await bench.backend(topic)];
  const send = (...reports: Array<[seconds: number, delta: number, count: number]>) =>
    bench.produce(
      topic,
      reports.map(([seconds, delta, data]) => ({ partition: 0, value: report(seconds, delta, data) }))
    );
  await one.start();
  await send([1, 0, 5], [2, 1, 5]);
  await one.quiet(PARTITIONS);
  await one.stop();
  await other.start();
  await send([20, 0, 7]);
  await other.quiet(PARTITIONS);
  await other.stop();
  await other.start();
  // The first is of the burst that the other store closed.
  await send([1.5, 0, 9], [22, 1, 1]);
  const rows = [...(await bench.finish(other)), ...(await storedRows(one.store))];
  expectSame(rows, await bench.undisturbed(topic));
}, 180_000);

function report(seconds: number, delta: number, data: number): string {
  const timestamp = formatTimestamp(Date.UTC(2018, 2, 5) * 1000 + seconds * 1e6);
  const tap = 'manifold.0.records.count';
  return JSON.stringify({ type: 'sensor-report', src: 'e1', timestamp, tap, id: 1, delta_time: delta, data });
}
