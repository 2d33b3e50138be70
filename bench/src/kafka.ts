import { Kafka, logLevel, Partitioners } from 'kafkajs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BenchBackend } from './backend.js';
import { reportLines } from './reports.js';
import { best, type Row } from './table.js';

const REPORTS = 1_000_000;
const ENGINES = [1000, 100, 10_000];
const PARTITIONS = 4;
const BATCH = 5000;

/** What the tests know of brokers. */
interface Brokers {
  readonly getKafka: () => Promise<{ readonly brokers: string[]; stop(): Promise<void> }>;
}

/**
 * Reports of a Kafka topic, without keys over several partitions, until the last of their points is durable in DuckDB;
 * the broker shares the two cores. Beside it kafkajs, which only reads the same topic, and `JSON.parse` of the same
 * lines. Last, what memory it takes for other numbers of engines.
 */
export async function benchKafka(): Promise<{ speed: Row[]; memory: Row[] }> {
  const { getKafka } = (await import('../../test/dist/servers/index.js')) as Brokers;
  const kafka = await getKafka();
  try {
    const speed: Row[] = [];
    const memory: Row[] = [];
    for (const engines of ENGINES) {
      const topic = `bench-${engines}-${Date.now()}`;
      const lines = reportLines(REPORTS, engines);
      await publish(kafka.brokers, topic, lines);
      if (speed.length === 0) {
        const parse = best(3, () => lines.forEach((line) => JSON.parse(line) as unknown));
        const read = await readAlone(kafka.brokers, topic);
        const { seconds } = await readByBackend(kafka.brokers, topic, engines);
        speed.push(
          row('JSON.parse alone', parse, parse, ''),
          row('kafkajs reading alone', read, parse, ''),
          row('Kafka → DuckDB, all points durable', seconds, parse, '150,000 reports/s on two cores')
        );
      }
      const { bytes } = await readByBackend(kafka.brokers, topic, engines);
      memory.push({
        what: `${engines.toLocaleString('en')} engines of ten taps`,
        perSecond: bytes / 2 ** 20,
        unit: 'MB at the most',
        ratio: bytes / (400 * 2 ** 20),
        aim: engines === 10_000 ? 'less than 1 of 400 MB' : '',
      });
    }
    return { speed, memory };
  } finally {
    await kafka.stop();
  }
}

function row(what: string, seconds: number, parse: number, aim: string): Row {
  return { what, perSecond: REPORTS / seconds, unit: 'reports/s', ratio: parse / seconds, aim };
}

async function publish(brokers: string[], topic: string, lines: readonly string[]): Promise<void> {
  const client = new Kafka({ brokers, logLevel: logLevel.NOTHING });
  const admin = client.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic, numPartitions: PARTITIONS }], waitForLeaders: true });
  await admin.disconnect();
  const producer = client.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  await producer.connect();
  // As if it had been written while the engines reported, a round every three seconds.
  const start = Date.now() - 3600_000;
  for (let index = 0; index < lines.length; index += BATCH) {
    const messages = lines.slice(index, index + BATCH).map((value, place) => ({
      value,
      partition: place % PARTITIONS,
      timestamp: String(start + Math.floor((index + place) / 4)),
    }));
    await producer.send({ topic, messages });
  }
  await producer.disconnect();
}

async function readAlone(brokers: string[], topic: string): Promise<number> {
  const consumer = new Kafka({ brokers, logLevel: logLevel.NOTHING }).consumer({ groupId: `${topic}-alone` });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  let [read, started] = [0, 0];
  await new Promise<void>((resolve, reject) => {
    const eachBatch = ({ batch }: { batch: { messages: readonly unknown[] } }): Promise<void> => {
      started ||= performance.now();
      read += batch.messages.length;
      if (read >= REPORTS) {
        resolve();
      }
      return Promise.resolve();
    };
    consumer.run({ eachBatch }).catch(reject);
  });
  const seconds = (performance.now() - started) / 1000;
  await consumer.disconnect();
  return seconds;
}

async function readByBackend(brokers: string[], topic: string, engines: number) {
  const folder = await mkdtemp(join(tmpdir(), 'pneumograph-bench-'));
  const source = { kind: 'kafka', brokers, topic, groupId: `${topic}-${Math.random()}` };
  const backend = await BenchBackend.start(folder, engines, { sources: [source] });
  try {
    while ((await backend.metric('pneumograph_messages_accepted_total')) === 0) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const started = performance.now();
    await backend.stored(REPORTS);
    return { seconds: (performance.now() - started) / 1000, bytes: await backend.peakMemory() };
  } finally {
    await backend.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
