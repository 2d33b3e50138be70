import { Buffer } from 'node:buffer';
import avro from 'avsc';
import { expect, it } from 'vitest';
import { getKafka } from '../servers/index.js';
import { pause } from './backend.js';
import { expectSame } from './stored.js';
import { randomNumbers, SEED } from './stream.js';
import { PARTITIONS, withBench, type Bench } from './topic.js';

const KILLS = Number(process.env['FAULT_KILLS'] ?? 10);
const TICK_MILLIS = 40;
const TRADE = {
  type: 'record',
  name: 'Trade',
  fields: [
    { name: 'price', type: 'double' },
    { name: 'venue', type: 'string' },
  ],
};
const MONITORS = {
  'bounds.yaml':
    'name: bounds\nkind: threshold\nattach: [{ model: lstm }]\nparams: { field: price, above: 0.8, hysteresis: 0.2 }\n',
  'jumps.yaml':
    'name: jumps\nkind: threshold\nattach: [{ model: lstm, slot: 0 }]\nfor: 100ms\nparams: { field: price, below: 0.3 }\n',
};

let bench: Bench;

withBench(getKafka, (connected) => {
  bench = connected;
});

it(
  `of JSON and Avro bring about the alerts of an undisturbed run, killed ${KILLS} times (FAULT_SEED=${SEED})`,
  { timeout: 180_000 + KILLS * 10_000 },
  async () => {
    const [json, binary] = [await bench.topic(), await bench.topic()];
    const random = randomNumbers(SEED);
    const schema = avro.Type.forSchema(TRADE as avro.Schema);
    const streams = (group: string): object[] => [
      { workflow: 'prices', model: 'lstm', slot: 0, encoding: 'json', ...bench.source(json, `${group}-json`) },
      {
        workflow: 'prices',
        model: 'lstm',
        slot: 1,
        encoding: 'avro-binary',
        schema: TRADE,
        ...bench.source(binary, `${group}-avro`),
      },
    ];
    const backend = await bench.recordBackend(streams('first'), MONITORS);

    let over = false;
    let price = 0.5;
    let sent = 0;
    const production = (async () => {
      while (!over) {
        const trades = Array.from({ length: 1 + Math.floor(random() * 5) }, () => {
          price = Math.min(1, Math.max(0, price + (random() - 0.5) * 0.3));
          return { price, venue: `v${Math.floor(random() * 3)}` };
        });
        const messages = trades.map((trade) => ({ partition: Math.floor(random() * PARTITIONS), trade }));
        // Some that cannot be read lie in between.
        const text = (trade: object): string => (random() < 0.02 ? '{"price":' : JSON.stringify(trade));
        await bench.produce(
          json,
          messages.map(({ partition, trade }) => ({ partition, value: text(trade) }))
        );
        await bench.produce(
          binary,
          messages.map(({ partition, trade }) => ({
            partition,
            value: random() < 0.02 ? Buffer.from([1, 2, 3]) : schema.toBuffer(trade),
          }))
        );
        sent += trades.length;
        await pause(TICK_MILLIS);
      }
    })();
    for (let kill = 0; kill < KILLS; kill++) {
      await backend.spawn({ streams: streams(`${json}-${kill}`) });
      await backend.listening();
      // Monitors are stored every 5 s.
      await pause(random() * 2000 + (kill % 3) * 2500);
      await backend.kill();
    }
    over = true;
    await production;
    await backend.spawn({ streams: streams(`${json}-last`) });
    await backend.listening();
    const found = await bench.finish(backend, 2 * PARTITIONS);

    const other = await bench.recordBackend(streams(`${json}-undisturbed`), MONITORS);
    await other.start();
    const expected = await bench.finish(other, 2 * PARTITIONS);
    expect(sent).toBeGreaterThan(100);
    expect(expected.length).toBeGreaterThan(20);
    expectSame(found, expected);
  }
);
