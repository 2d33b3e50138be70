import { expect, it } from 'vitest';
import { getKafka } from '../servers/index.js';
import { pause } from './backend.js';
import { expectSame } from './stored.js';
import { MessageStream, randomNumbers, SEED } from './stream.js';
import { PARTITIONS, withBench, type Bench } from './topic.js';

/** The nightly form kills it more often. */
const KILLS = Number(process.env['FAULT_KILLS'] ?? 10);

/** Alerts are held against those of the undisturbed run as well. */
const MONITORS = {
  'counts.yaml':
    'name: counts\nkind: threshold\nattach: [{}]\nparams: { metric: record.count, above: 50, hysteresis: 20 }\n',
  'rates.yaml':
    'name: rates\nkind: threshold\nattach: [{ slot: 0 }]\nfor: 200ms\nparams: { metric: rps, below: 300 }\n',
};

let bench: Bench;

withBench(getKafka, (connected) => {
  bench = connected;
});

it(
  `stores what an undisturbed run stores, killed ${KILLS} times at random moments (FAULT_SEED=${SEED})`,
  { timeout: 120_000 + KILLS * 10_000 },
  async () => {
    const topic = await bench.topic();
    const random = randomNumbers(SEED);
    const backend = await bench.backend(topic, { monitors: MONITORS });
    let read = 0;
    await bench.produceDuring(topic, new MessageStream(PARTITIONS, SEED), async () => {
      for (let kill = 0; kill < KILLS; kill++) {
        // The group takes 15 s to notice that a member is dead: a group of its own lets each one read at once.
        await backend.spawn({ sources: [bench.source(topic, `${topic}-${kill}`)] });
        if (kill % 4 === 3) {
          await pause(random() * 1500);
        } else {
          await backend.listening();
          await pause(random() * 2000);
          const metrics = await backend.metrics();
          read += metrics.get(`pneumograph_messages_accepted_total{source="kafka ${topic}"}`) ?? 0;
        }
        await backend.kill();
      }
    });
    expect(read).toBeGreaterThan(0);
    // The last time it waits for the one that died, in the same group.
    await backend.start();
    const found = await bench.finish(backend);
    const expected = await bench.undisturbed(topic, MONITORS);
    expectSame(found, expected);
    expect(expected.filter(({ content }) => content.includes('resolved')).length).toBeGreaterThan(5);
  }
);
