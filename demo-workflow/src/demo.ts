import { Feed, readPrices, recordsBy } from './feed/index.js';
import { Composer, EngineProcess } from './fleet/index.js';
import type { ReportTarget } from './reports/index.js';
import { checkPlan, overloadMillis, type ScenarioName, type ScenarioPlan } from './scenarios/index.js';
import {
  createTopics,
  HttpTransport,
  KafkaTransport,
  portName,
  topicOf,
  type Port,
  type Routes,
} from './streams/index.js';
import {
  engineNames,
  FEED,
  findModel,
  LINKS,
  MODELS,
  STRAINED,
  WORKFLOW,
  workflowSlots,
  type EngineName,
} from './workflow.js';

export interface DemoOptions {
  /** Where the engines publish their reports. With Kafka the streams between them are Kafka topics too. */
  reports: ReportTarget;
  /** Port of the fleet service on loopback; 0, the default, for any that is free. */
  composerPort?: number;
  /** Mean rate of the source in records per second; 60 unless said. */
  rate?: number;
  /** What is to happen after a while, for people to see it; nothing unless said. */
  scenario?: ScenarioPlan;
  /** Of what is random in the feed; 1 unless said. */
  seed?: number;
  /** Told what happens, one object a line. */
  log?: (line: object) => void;
}

export interface Demo {
  readonly workflow: typeof WORKFLOW;
  /** The fleet service, in the way of Composer: `GET /1/workflow` and below. */
  readonly composerUrl: string;
  readonly engines: EngineName[];
  /** Process ids of the engines that live. */
  pids(): number[];
  /** Works off what is under way, reports the rest and ends every engine; the fleet service goes on answering. */
  finish(): Promise<void>;
  /** Finishes, and ends the fleet service too. */
  stop(): Promise<void>;
}

/**
 * Starts the workflow: four engines in processes of their own, the source of their data, and the fleet service.
 * An ingest backend that is away is waited for; reports are kept meanwhile, up to a bound.
 * @throws RangeError where an option is none
 * @throws Error where a port is taken, an engine does not start or no Kafka broker can be reached
 */
export async function startDemo(options: DemoOptions): Promise<Demo> {
  const { reports, composerPort = 0, rate = 60, seed, log = () => undefined } = options;
  if (!(rate > 0)) {
    throw new RangeError(`rate: expected records per second above 0, found ${rate}`);
  }
  const scenario = options.scenario === undefined ? undefined : checkPlan(options.scenario);
  const closers: Array<() => Promise<unknown>> = [];
  let composer: Composer | undefined;
  const finish = once(async () => {
    for (const close of closers.reverse()) {
      await close();
    }
  });
  const stop = once(async () => {
    await finish();
    await composer?.close();
  });
  try {
    const lines = await readPrices();
    if (reports.kind === 'kafka') {
      await createTopics(
        { brokers: reports.brokers, workflow: WORKFLOW, links: LINKS },
        (model) => findModel(model).engines,
        unreadPorts()
      );
    }
    const engines = engineNames().map((name) => new EngineProcess(name, log));
    closers.push(() => finishInOrder(engines));

    composer = await Composer.listen({
      port: composerPort,
      members: () => engines.map(({ name, port, state }) => ({ ...name, port, state })),
      streamOf: (writer) => describeStream(reports, writer),
    });

    await settled(engines.map((engine) => engine.load(reports)));
    const routes = reports.kind === 'http' ? routesTo(engines) : {};
    await settled(engines.map((engine) => engine.run(routes)));

    const transport = openTransport(reports, routes, log);
    closers.push(() => transport.close());
    const feed = new Feed({
      lines,
      outlet: transport.outlet(FEED),
      rate,
      seed,
      scenario: scenario && { name: scenario.name, begins: recordsBy(rate, scenario.after) },
    });
    closers.push(() => feed.stop());
    if (scenario !== undefined) {
      const timer = setTimeout(() => begin(scenario.name, engines, rate, log), scenario.after * 1000);
      closers.push(async () => clearTimeout(timer));
    }

    log({ level: 'info', msg: 'demo started', workflow: WORKFLOW, composer: composer.url, engines: engines.length });
    return {
      workflow: WORKFLOW,
      composerUrl: composer.url,
      engines: engines.map(({ name }) => name),
      pids: () => engines.filter(({ alive }) => alive).map(({ pid }) => pid as number),
      finish,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Does what a scenario does to engines; what it does to the data is for the feed to do. */
function begin(name: ScenarioName, engines: readonly EngineProcess[], rate: number, log: (line: object) => void): void {
  log({ level: 'info', msg: 'scenario begins', scenario: name });
  const strained = engines.filter((engine) => engine.name.model === STRAINED);
  if (name === 'overload') {
    strained.forEach((engine) => engine.strain(overloadMillis(strained.length, rate)));
  } else if (name === 'crash') {
    void strained.at(-1)?.crash('out of memory');
  }
}

/** Finishes engines along the flow, so that each takes in all that those before it sent. */
async function finishInOrder(engines: readonly EngineProcess[]): Promise<void> {
  for (const { alias } of MODELS) {
    await Promise.all(engines.filter(({ name }) => name.model === alias).map((engine) => engine.finish()));
  }
}

/** The ports that no model of the workflow reads. */
function unreadPorts(): Port[] {
  const read = new Set(LINKS.map(({ from }) => portName(from)));
  return workflowSlots().filter((slot) => slot.slot % 2 === 1 && !read.has(portName(slot)));
}

/** For each port, who reads it and where. */
function routesTo(engines: readonly EngineProcess[]): Routes {
  const routes: Record<string, Array<{ slot: number; urls: string[] }>> = {};
  for (const { from, to } of LINKS) {
    const readers = engines.filter(({ name }) => name.model === to.model);
    const urls = readers.map(({ port }) => `http://127.0.0.1:${port}`);
    (routes[portName(from)] ??= []).push({ slot: to.slot, urls });
  }
  return routes;
}

function openTransport(
  reports: ReportTarget,
  routes: Routes,
  log: (line: object) => void
): HttpTransport | KafkaTransport {
  if (reports.kind === 'kafka') {
    return new KafkaTransport({ brokers: reports.brokers, workflow: WORKFLOW, links: LINKS });
  }
  const transport = new HttpTransport({
    onTrouble: (url, reason) => log({ level: 'warn', msg: 'records are not taken', engine: 'feed', url, reason }),
  });
  transport.connect(routes);
  return transport;
}

/** A stream descriptor as Composer shows it. */
function describeStream(reports: ReportTarget, writer: Port): object {
  const Encoding = writer.model === FEED.model ? 'csv' : 'json';
  if (reports.kind === 'kafka') {
    const Transport = { Type: 'kafka', Topic: topicOf(WORKFLOW, writer), BootstrapServers: reports.brokers };
    return { Envelope: null, Transport, Encoding };
  }
  return { Envelope: 'delimited', Transport: { Type: 'HTTP' }, Encoding };
}

/** Waits for all, also when one fails early: nothing is to start up while things are being stopped. */
async function settled(steps: ReadonlyArray<Promise<void>>): Promise<void> {
  const failed = (await Promise.allSettled(steps)).find((step) => step.status === 'rejected');
  if (failed !== undefined) {
    throw failed.reason;
  }
}

function once(action: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => (done ??= action());
}
