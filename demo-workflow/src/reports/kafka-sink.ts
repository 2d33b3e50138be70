import type { PneumoMessage } from '@pneumograph/contract';
import { Kafka, logLevel, Partitioners, type Producer } from 'kafkajs';
import type { Sink } from './sink.js';

export interface KafkaSinkOptions {
  readonly brokers: readonly string[];
  readonly topic: string;
}

/** Publishes to the notification topic with null keys, as engines do: reports of one engine spread over partitions. */
export class KafkaSink implements Sink<PneumoMessage> {
  readonly #producer: Producer;
  #connected = false;

  constructor(private readonly options: KafkaSinkOptions) {
    this.#producer = new Kafka({
      clientId: 'pneumograph-demo-reports',
      brokers: [...options.brokers],
      logLevel: logLevel.NOTHING,
    }).producer({ createPartitioner: Partitioners.DefaultPartitioner });
  }

  async send(messages: readonly PneumoMessage[]): Promise<void> {
    if (!this.#connected) {
      await this.#producer.connect();
      this.#connected = true;
    }
    await this.#producer.send({
      topic: this.options.topic,
      messages: messages.map((message) => ({ key: null, value: JSON.stringify(message) })),
    });
  }

  close(): Promise<void> {
    return this.#producer.disconnect();
  }
}
