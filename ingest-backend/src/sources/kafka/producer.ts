import {
  CompressionTypes,
  Partitioners,
  type ICustomPartitioner,
  type Kafka,
  type KafkaConfig,
  type Message,
  type Producer,
} from 'kafkajs';

/** Bytes sent in one request: brokers take batches of about 1 MB by default, and all may be of one partition. */
const REQUEST_BYTES = 500_000;
/** Milliseconds. A transaction whose process was killed is open until another process takes over, or for so long. */
const TRANSACTION_MILLIS = 30_000;
/** What is sent again by the client is there once, and in its order. */
const IN_ORDER = {
  idempotent: true,
  maxInFlightRequests: 1,
  allowAutoTopicCreation: false,
  createPartitioner: Partitioners.DefaultPartitioner,
};

/** Messages in their order, as many together as go into a request. */
export function* requests<M extends Pick<Message, 'value'>>(messages: Iterable<M>): Iterable<M[]> {
  let [request, bytes]: [M[], number] = [[], 0];
  for (const message of messages) {
    const size = message.value === null ? 0 : Buffer.byteLength(message.value);
    if (request.length > 0 && bytes + size > REQUEST_BYTES) {
      yield request;
      [request, bytes] = [[], 0];
    }
    request.push(message);
    bytes += size;
  }
  if (request.length > 0) {
    yield request;
  }
}

/**
 * Writes messages whose request is there once though the client sends it again. What failed may be there in part: who
 * writes it again, by a new producer, writes some of it twice. Packed by gzip, which every client can read.
 */
export class IdempotentProducer {
  #producer: Producer | undefined;

  /** @param prepare done before a producer connects */
  constructor(
    private readonly kafka: Kafka,
    private readonly prepare: () => Promise<void> = () => Promise.resolve()
  ) {}

  async send(topic: string, all: Iterable<Message>): Promise<void> {
    const producer = (this.#producer ??= await this.#connect());
    try {
      for (const messages of requests(all)) {
        await producer.send({ topic, messages, acks: -1, compression: CompressionTypes.GZIP });
      }
    } catch (error) {
      // After a failure the sequence numbers of an idempotent producer are of no use any more.
      await this.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    const producer = this.#producer;
    this.#producer = undefined;
    await producer?.disconnect().catch(() => undefined);
  }

  async #connect(): Promise<Producer> {
    await this.prepare();
    const producer = this.kafka.producer(IN_ORDER);
    await producer.connect();
    return producer;
  }
}

/** A producer of transactions, which `takeOver` connects. @param retry that of the client */
export function transactionalProducer(
  kafka: Kafka,
  transactionalId: string,
  retry: KafkaConfig['retry'],
  createPartitioner: ICustomPartitioner = IN_ORDER.createPartitioner
): Producer {
  return kafka.producer({
    ...IN_ORDER,
    transactionalId,
    transactionTimeout: TRANSACTION_MILLIS,
    createPartitioner,
    // Brokers end a transaction after they answered: the next one is told to wait a moment, again and again.
    retry: { ...retry, initialRetryTime: 20, retries: 12 },
  });
}

/** Shuts out every older producer of the same transactional id, and ends what that left open. */
export async function takeOver(producer: Producer): Promise<void> {
  await producer.connect();
  // kafkajs takes the transactional id at the first transaction.
  await (await producer.transaction()).abort();
}
