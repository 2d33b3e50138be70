/**
 * The entry of an engine's own process. The demo that forked it gives it orders; without the demo it ends.
 */
import type { AddressInfo } from 'node:net';
import Fastify, { type FastifyInstance } from 'fastify';
import { serveEngine } from './engine-api.js';
import type { PneumoMessage } from '@pneumograph/contract';
import { openSink, publishRecords, Publisher, type ReportTarget } from '../reports/index.js';
import { HttpTransport, KafkaTransport, type Inlet } from '../streams/index.js';
import { findModel, LINKS, WORKFLOW, type EngineName } from '../workflow.js';
import { Engine, systemClock, type Model } from '../engine/index.js';
import type { Notice, Order } from './protocol.js';

/** Milliseconds between two looks at the sensors, and how long the last reports may take to be taken. */
const [TICK, PATIENCE] = [250, 3000];

interface Loaded {
  readonly name: EngineName;
  readonly engine: Engine;
  readonly server: FastifyInstance;
  readonly publisher: Publisher<PneumoMessage>;
  readonly records: ReadonlyMap<number, Publisher<string>>;
  readonly transport: HttpTransport | KafkaTransport;
  readonly inlet: Inlet;
  readonly ticking: NodeJS.Timeout;
}

let loaded: Loaded | undefined;
let finishing: Promise<never> | undefined;

async function load({ engine: name, reports }: Extract<Order, { order: 'load' }>): Promise<void> {
  const log = (line: object): void => tell({ notice: 'log', line: { engine: name.name, ...line } });
  const publisher = new Publisher(openSink(reports, log), { log });
  const model = findModel(name.model).create();
  await model.load?.();
  const records = recordPublishers(reports, model, name.model, log);
  const engine = new Engine({
    id: name.src,
    model,
    clock: systemClock(),
    publish: (message) => publisher.publish(message),
    onRecord: (slot, line) => records.get(slot)?.publish(line),
    onState: (state) => tell({ notice: 'state', state }),
  });
  const server = Fastify({ forceCloseConnections: true, bodyLimit: 16 * 1024 * 1024 });
  serveEngine(server, engine);
  const transport =
    reports.kind === 'kafka'
      ? new KafkaTransport({ brokers: reports.brokers, workflow: WORKFLOW, links: LINKS })
      : new HttpTransport({
          server,
          onTrouble: (url, reason) => log({ level: 'warn', msg: 'records are not taken', url, reason }),
        });
  // What comes from now on waits in the engine until it runs.
  const inlet = await transport.inlet(name.model, (slot, lines) => engine.deliver(slot, lines));
  await server.listen({ host: '127.0.0.1', port: 0 });
  const ticking = setInterval(() => engine.tick(), TICK);
  loaded = { name, engine, server, publisher, records, transport, inlet, ticking };
  tell({ notice: 'loaded', port: (server.server.address() as AddressInfo).port });
}

function run({ routes }: Extract<Order, { order: 'run' }>): void {
  if (loaded === undefined) {
    throw new Error('an engine must be loaded before it can run');
  }
  const { engine, name, transport } = loaded;
  if (transport instanceof HttpTransport) {
    transport.connect(routes);
  }
  const outputs = engine.model.slots.filter(({ slot }) => slot % 2 === 1);
  engine.run(new Map(outputs.map(({ slot }) => [slot, transport.outlet({ model: name.model, slot })])));
}

async function finish(): Promise<never> {
  if (loaded !== undefined) {
    const { engine, server, publisher, records, transport, inlet, ticking } = loaded;
    await inlet.close();
    await engine.finish();
    clearInterval(ticking);
    await transport.close();
    await Promise.all([publisher, ...records.values()].map((one) => one.close(PATIENCE)));
    await server.close();
  }
  process.exit(0);
}

/** What publishes the records of each slot. Over Kafka the streams between the engines are topics already. */
function recordPublishers(
  reports: ReportTarget,
  { slots }: Model,
  model: string,
  log: (line: object) => void
): Map<number, Publisher<string>> {
  const target = reports.kind === 'http' ? reports.records : undefined;
  if (target === undefined) {
    return new Map();
  }
  return new Map(
    slots.map(({ slot, encoding }) => [
      slot,
      publishRecords(target, { workflow: WORKFLOW, model, slot, encoding: encoding.name }, log),
    ])
  );
}

/** Tells why, as a supervisor would that still lives, and is gone without finishing anything. */
async function crash(reason: string): Promise<never> {
  if (loaded !== undefined) {
    clearInterval(loaded.ticking);
    loaded.engine.fail(reason);
    await loaded.publisher.close(PATIENCE);
  }
  process.exit(1);
}

function tell(notice: Notice): void {
  if (process.connected) {
    process.send?.(notice);
  }
}

async function obey(order: Order): Promise<void> {
  switch (order.order) {
    case 'load':
      return load(order);
    case 'run':
      return run(order);
    case 'strain':
      return loaded?.engine.model.strain?.(order.millis);
    case 'crash':
      return crash(order.reason);
    case 'finish':
      return (finishing ??= finish());
  }
}

process.on('message', (order: Order) => {
  obey(order).catch((error: Error) => {
    tell({ notice: 'failed', reason: error.message });
    // Let the notice out first.
    setImmediate(() => process.exit(1));
  });
});
// The channel breaks when the demo ends in any way, even when it is killed: nothing may stay behind.
process.on('disconnect', () => process.exit(0));
// Ctrl-C reaches the whole process group, but it is for the demo to say in which order engines finish.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => void (finishing ??= finish()));
