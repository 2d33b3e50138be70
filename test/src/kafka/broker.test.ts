import { Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTopic } from './backend.js';
import { getKafka, type KafkaServer } from '../servers/index.js';

let server: KafkaServer;

beforeAll(async () => {
  server = await getKafka();
}, 300_000);
afterAll(() => server?.stop());

test('the broker gives back what was sent to it', async () => {
  const kafka = new Kafka({ clientId: 'test', brokers: server.brokers, logLevel: logLevel.NOTHING });
  const topic = `probe-${process.pid}-${Math.random().toString(36).slice(2)}`;
  const admin = kafka.admin();
  await admin.connect();
  await createTopic(admin, topic, 3);
  const producer = kafka.producer();
  await producer.connect();
  await producer.send({ topic, messages: [{ value: 'one' }, { value: 'two' }, { value: 'three' }] });
  const consumer = kafka.consumer({ groupId: topic });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  // A producer that was refused in part sends again: what comes twice is no fault of the broker.
  const seen = new Set<string>();
  await new Promise<void>((resolve, reject) => {
    consumer
      .run({
        eachMessage: ({ message }) => {
          seen.add(String(message.value));
          if (seen.size === 3) {
            resolve();
          }
          return Promise.resolve();
        },
      })
      .catch(reject);
  });
  expect([...seen].sort()).toEqual(['one', 'three', 'two']);
  await consumer.disconnect();
  await producer.disconnect();
  await admin.deleteTopics({ topics: [topic] });
  await admin.disconnect();
}, 60_000);
