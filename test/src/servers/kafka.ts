import { Kafka, logLevel } from 'kafkajs';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { eventually, freePort, runToEnd, startProcess } from './process.js';

export const KAFKA_VERSION = '4.3.1';
const START_MILLIS = 60_000;

export interface KafkaServer {
  /** `host:port` of each broker. */
  readonly brokers: string[];
  /** Ends a broker that was started here; does nothing to one named by KAFKA_BROKERS. */
  stop(): Promise<void>;
}

/**
 * A real Kafka: the one that KAFKA_BROKERS names, else one node started on loopback with an empty log, from jars that
 * Maven fetches once into the user's cache.
 * @throws where neither can be had, naming what is missing
 */
export async function getKafka(): Promise<KafkaServer> {
  const named = process.env['KAFKA_BROKERS'];
  if (named) {
    const brokers = named.split(',').map((broker) => broker.trim());
    await reach(brokers);
    return { brokers, stop: () => Promise.resolve() };
  }
  return startKafka(await fetchJars());
}

async function startKafka(jars: string): Promise<KafkaServer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'pneumograph-kafka-'));
  const [port, controllerPort] = [await freePort(), await freePort()];
  const config = path.join(folder, 'server.properties');
  await writeFile(config, properties(port, controllerPort, path.join(folder, 'log')));
  const classpath = ['-cp', path.join(jars, '*')];
  const clusterId = randomBytes(16).toString('base64url');
  await runToEnd('java', [...classpath, 'kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', config]);

  const server = startProcess('java', ['-Xmx512m', ...classpath, 'kafka.Kafka', config]);
  const stop = async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
  const brokers = [`127.0.0.1:${port}`];
  try {
    await eventually(() => reach(brokers), START_MILLIS, server);
  } catch (error) {
    await stop();
    throw error;
  }
  return { brokers, stop };
}

function properties(port: number, controllerPort: number, logs: string): string {
  return [
    'process.roles=broker,controller',
    'node.id=1',
    `controller.quorum.voters=1@127.0.0.1:${controllerPort}`,
    `listeners=PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}`,
    `advertised.listeners=PLAINTEXT://127.0.0.1:${port}`,
    'controller.listener.names=CONTROLLER',
    `log.dirs=${logs}`,
    'offsets.topic.replication.factor=1',
    'offsets.topic.num.partitions=3',
    'transaction.state.log.replication.factor=1',
    'transaction.state.log.min.isr=1',
    // Tests wait for their first message: no pause for further members of a group.
    'group.initial.rebalance.delay.ms=0',
    '',
  ].join('\n');
}

/** Fetches Kafka's jars unless the cache has them; a broken download leaves nothing behind. */
async function fetchJars(): Promise<string> {
  const cache = process.env['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache');
  const home = path.join(cache, 'pneumograph', `kafka-${KAFKA_VERSION}`);
  const jars = path.join(home, 'libs');
  if (existsSync(jars)) {
    return jars;
  }
  await mkdir(home, { recursive: true });
  const work = await mkdtemp(path.join(home, 'fetch-'));
  try {
    await writeFile(path.join(work, 'pom.xml'), POM);
    await runToEnd('mvn', ['-q', '-B', 'dependency:copy-dependencies', '-DoutputDirectory=libs'], work);
    await rename(path.join(work, 'libs'), jars).catch((error: unknown) => {
      // Another run was faster: its jars are as good.
      if (!existsSync(jars)) {
        throw error;
      }
    });
    return jars;
  } catch (error) {
    throw new Error(
      'No Kafka: set KAFKA_BROKERS=host:port, or have Java 17, Maven and a way to Maven Central on this machine',
      { cause: error }
    );
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function reach(brokers: string[]): Promise<void> {
  const admin = new Kafka({
    clientId: 'pneumograph-test',
    brokers,
    logLevel: logLevel.NOTHING,
    connectionTimeout: 1000,
    retry: { retries: 0 },
  }).admin();
  try {
    await admin.connect();
    const { brokers: found } = await admin.describeCluster();
    if (found.length === 0) {
      throw new Error(`${brokers.join(', ')}: the cluster has no broker yet`);
    }
  } finally {
    await admin.disconnect();
  }
}

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>pneumograph</groupId>
  <artifactId>kafka-for-tests</artifactId>
  <version>1</version>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>${KAFKA_VERSION}</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-simple</artifactId><version>1.7.36</version></dependency>
  </dependencies>
</project>
`;
