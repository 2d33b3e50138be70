import { Kafka, logLevel } from 'kafkajs';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { eventually, freePort, runToEnd, startProcess, type RunningProcess } from './process.js';

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

export interface Listener {
  /** As in Kafka's `listeners`. */
  readonly name: string;
  readonly protocol: 'PLAINTEXT' | 'SSL' | 'SASL_PLAINTEXT' | 'SASL_SSL';
}

export interface OwnKafkaOptions {
  /** Further listeners, each on a port of its own, beside the plain one that `brokers` names. */
  readonly listeners?: readonly Listener[];
  /** Further lines of the broker's properties. */
  readonly properties?: readonly string[];
  /** Further arguments of the tool that formats the log's folder. */
  readonly format?: readonly string[];
}

export interface OwnKafka extends KafkaServer {
  /** `host:port` of a listener. */
  address(listener: string): string;
  /** Takes the broker away, as a crash would; its log stays. */
  kill(): Promise<void>;
  /** Starts it again after `kill`. */
  restart(): Promise<void>;
}

/** Starts a broker of one's own, for tests that configure it or take it away. */
export async function startOwnKafka(options: OwnKafkaOptions = {}): Promise<OwnKafka> {
  return startKafka(await fetchJars(), options);
}

async function startKafka(
  jars: string,
  { listeners = [], properties: more = [], format = [] }: OwnKafkaOptions = {}
): Promise<OwnKafka> {
  const folder = await mkdtemp(path.join(tmpdir(), 'pneumograph-kafka-'));
  const [port, controllerPort] = [await freePort(), await freePort()];
  const ports = new Map([['PLAINTEXT', port]]);
  for (const { name } of listeners) {
    ports.set(name, await freePort());
  }
  const config = path.join(folder, 'server.properties');
  await writeFile(config, [properties(ports, controllerPort, listeners, path.join(folder, 'log')), ...more].join('\n'));
  const classpath = ['-cp', path.join(jars, '*')];
  const clusterId = randomBytes(16).toString('base64url');
  // With an equals sign, since an id may begin with a dash.
  const arguments_ = ['format', `--cluster-id=${clusterId}`, '-c', config, ...format];
  await runToEnd('java', [...classpath, 'kafka.tools.StorageTool', ...arguments_]);

  const brokers = [`127.0.0.1:${port}`];
  let server: RunningProcess;
  const start = async () => {
    server = startProcess('java', ['-Xmx512m', ...classpath, 'kafka.Kafka', config]);
    await eventually(() => reach(brokers), START_MILLIS, server);
  };
  const stop = async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await start();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    brokers,
    stop,
    address: (listener) => `127.0.0.1:${ports.get(listener) ?? NaN}`,
    restart: start,
    async kill() {
      server.child.kill('SIGKILL');
      await server.stop();
    },
  };
}

function properties(
  ports: ReadonlyMap<string, number>,
  controllerPort: number,
  listeners: readonly Listener[],
  logs: string
): string {
  const addresses = [...ports].map(([name, port]) => `${name}://127.0.0.1:${port}`).join(',');
  const protocols = listeners.map(({ name, protocol }) => `,${name}:${protocol}`).join('');
  return [
    'process.roles=broker,controller',
    'node.id=1',
    `controller.quorum.voters=1@127.0.0.1:${controllerPort}`,
    `listeners=${addresses},CONTROLLER://127.0.0.1:${controllerPort}`,
    `advertised.listeners=${addresses}`,
    `listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT${protocols}`,
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

/** The folder of Kafka's jars: fetches them unless the cache has them; a broken download leaves nothing behind. */
export async function fetchJars(): Promise<string> {
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
