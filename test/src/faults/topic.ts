import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Kafka, logLevel, Partitioners, type Admin, type Producer } from 'kafkajs';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { eventually, type KafkaServer } from '../servers/index.js';
import { BackendProcess, pause } from './backend.js';
import { storedRows, type Row } from './stored.js';
import { TICK_MILLIS, type MessageStream } from './stream.js';

export const PARTITIONS = 4;

/** A broker's topics, the producers that fill them and the backends that read them; all of it goes with `clean`. */
export class Bench {
  readonly kafka: Kafka;
  readonly #admin: Admin;
  readonly #producer: Producer;
  readonly #folders: string[] = [];
  readonly #backends: BackendProcess[] = [];

  private constructor(readonly brokers: string[]) {
    this.kafka = new Kafka({
      clientId: 'test',
      brokers,
      logLevel: logLevel.NOTHING,
      retry: { retries: 60, maxRetryTime: 1000 },
    });
    this.#admin = this.kafka.admin();
    this.#producer = this.kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  }

  static async connect(brokers: string[]): Promise<Bench> {
    const bench = new Bench(brokers);
    await Promise.all([bench.#admin.connect(), bench.#producer.connect()]);
    return bench;
  }

  async disconnect(): Promise<void> {
    await Promise.all([this.#admin.disconnect(), this.#producer.disconnect()]);
  }

  /**
   * Makes a topic whose messages bear the broker's time: the time at which a producer that has to send again first
   * tried says nothing of when others could read it.
   */
  async topic(): Promise<string> {
    const topic = `faults-${process.pid}-${Math.random().toString(36).slice(2)}`;
    const configEntries = [{ name: 'message.timestamp.type', value: 'LogAppendTime' }];
    await eventually(async () => {
      await this.#admin.createTopics({ topics: [{ topic, numPartitions: PARTITIONS, configEntries }] });
      await this.#admin.fetchTopicOffsets(topic);
    }, 30_000);
    return topic;
  }

  source(topic: string, groupId = topic): object {
    return { kind: 'kafka', brokers: this.brokers, topic, groupId };
  }

  async folder(): Promise<string> {
    const folder = await mkdtemp(path.join(tmpdir(), 'pneumograph-faults-'));
    this.#folders.push(folder);
    return folder;
  }

  /** A backend that reads record streams from topics. @param monitors definitions by file name */
  async recordBackend(streams: object[], monitors: Readonly<Record<string, string>>): Promise<BackendProcess> {
    const folder = await this.folder();
    const rest = { streams, ...(await this.#define(folder, monitors)) };
    const backend = await BackendProcess.create(folder, [], folder, rest);
    this.#backends.push(backend);
    return backend;
  }

  async #define(folder: string, monitors: Readonly<Record<string, string>>): Promise<object> {
    const definitions = path.join(folder, 'monitors');
    await mkdir(definitions);
    for (const [file, text] of Object.entries(monitors)) {
      await writeFile(path.join(definitions, file), text);
    }
    return { monitors: { path: definitions } };
  }

  /**
   * @param options where its store lies, if not in a folder of its own; the group, if not that of the topic; monitors by
   * file name; further keys of its configuration; further arguments of the command
   */
  async backend(
    topic: string,
    options: {
      store?: string;
      groupId?: string;
      monitors?: Readonly<Record<string, string>>;
      more?: object;
      args?: readonly string[];
    } = {}
  ): Promise<BackendProcess> {
    const folder = await this.folder();
    const { store = folder, groupId, monitors, more, args } = options;
    const rest = { ...(monitors === undefined ? {} : await this.#define(folder, monitors)), ...more };
    const backend = await BackendProcess.create(folder, [this.source(topic, groupId)], store, rest, args);
    this.#backends.push(backend);
    return backend;
  }

  async produce(topic: string, messages: ReadonlyArray<{ partition: number; value: string | Buffer }>): Promise<void> {
    await this.#producer.send({ topic, messages: [...messages] });
  }

  /**
   * Writes messages to a topic, tick by tick, until `during` is over.
   * @returns what `during` did
   */
  async produceDuring<T>(topic: string, stream: MessageStream, during: () => Promise<T>): Promise<T> {
    let over = false;
    const production = (async () => {
      for (let more = true; more;) {
        const tick = over ? stream.rest() : stream.next();
        more = tick !== undefined;
        if (tick !== undefined && tick.length > 0) {
          await this.produce(topic, tick);
        }
        await pause(TICK_MILLIS);
      }
    })();
    const [result] = await Promise.all([during().finally(() => (over = true)), production]);
    return result;
  }

  /** What a backend that nothing happens to stores of the topic, read from beginning to end. */
  async undisturbed(topic: string, monitors?: Readonly<Record<string, string>>): Promise<Row[]> {
    const options = { groupId: `${topic}-undisturbed`, ...(monitors === undefined ? {} : { monitors }) };
    const backend = await this.backend(topic, options);
    await backend.start();
    return this.finish(backend);
  }

  /** Lets a backend read all that is left. @returns what it stored */
  async finish(backend: BackendProcess, partitions = PARTITIONS): Promise<Row[]> {
    await backend.quiet(partitions);
    await backend.stop();
    return storedRows(backend.store);
  }

  /** @param release lets go of what keeps folders busy, once no backend runs any more */
  async clean(release?: () => void): Promise<void> {
    await Promise.all(this.#backends.splice(0).map((backend) => backend.kill()));
    release?.();
    await Promise.all(this.#folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true })));
  }
}

/**
 * Has a broker and its bench for all tests of a file, and nothing left over between them.
 * @param start the broker
 * @param ready takes both, before the first test
 * @param release as of `Bench.clean`
 */
export function withBench<S extends KafkaServer>(
  start: () => Promise<S>,
  ready: (bench: Bench, server: S) => void,
  release?: () => void
): void {
  let server: S | undefined;
  let bench: Bench | undefined;
  beforeAll(async () => {
    server = await start();
    bench = await Bench.connect(server.brokers);
    ready(bench, server);
  }, 300_000);
  afterEach(() => bench?.clean(release));
  afterAll(async () => {
    await bench?.disconnect();
    await server?.stop();
  });
}
