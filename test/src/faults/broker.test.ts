import { it } from 'vitest';
import { startOwnKafka, type OwnKafka } from '../servers/index.js';
import { pause } from './backend.js';
import { expectSame } from './stored.js';
import { MessageStream, randomNumbers, SEED } from './stream.js';
import { PARTITIONS, withBench, type Bench } from './topic.js';

const OUTAGES = 3;

let server: OwnKafka;
let bench: Bench;

withBench(startOwnKafka, (connected, started) => {
  [bench, server] = [connected, started];
});

it(`stores the same though the broker is killed while messages are written and read (FAULT_SEED=${SEED})`, async () => {
  const topic = await bench.topic();
  const random = randomNumbers(SEED);
  const backend = await bench.backend(topic);
  await backend.start();
  await bench.produceDuring(topic, new MessageStream(PARTITIONS, SEED), async () => {
    for (let outage = 0; outage < OUTAGES; outage++) {
      await pause(2000 + random() * 2000);
      await server.kill();
      await pause(random() * 2000);
      await server.restart();
    }
    await pause(2000);
  });
  const found = await bench.finish(backend);
  expectSame(found, await bench.undisturbed(topic));
}, 240_000);
