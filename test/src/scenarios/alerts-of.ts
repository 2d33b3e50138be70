import { setImmediate as breathe, setTimeout as sleep } from 'node:timers/promises';
import { engineNames, recordStreams, type ScenarioName } from '@pneumograph/demo-workflow';
import { simulate, type SimulationOptions } from '@pneumograph/demo-workflow/simulation';
import {
  Bad,
  decode,
  Decoder,
  Deriver,
  Fleet,
  MonitorHost,
  Rejection,
  Skipped,
  type AlertChange,
  type ArchiveItem,
  type Definition,
  type Partition,
  type StreamAddress,
} from '@pneumograph/ingest-backend';
import { pino } from 'pino';

/** A slot's stream as the monitors get it: decoded as the configuration of the demo says. */
interface Stream {
  readonly address: StreamAddress;
  readonly decoder: Decoder;
  readonly partition: Partition;
  offset: number;
}

const SECOND = 1e6;

/**
 * The alerts of monitors on the demo, in simulated time: its records and reports go through the decoders, the derivation
 * and the monitors of the ingest backend, with nothing in between.
 * @param seconds how long it runs, the quiet before the scenario included
 */
export async function alertsOf(
  definitions: readonly Definition[],
  scenario: ScenarioName | undefined,
  seconds: number,
  seed: number,
  options: SimulationOptions = {}
): Promise<AlertChange[]> {
  const streams = new Map<string, Stream>();
  for (const { workflow, model, slot, encoding, columns } of recordStreams({ kind: 'http', url: '' })) {
    const decoder = new Decoder({ encoding, columns, schema: undefined });
    const partition = { key: `stream/${model}/${slot}` };
    streams.set(`${model}:${slot}`, { address: { workflow, model, slot }, decoder, partition, offset: 0 });
  }
  const alerts: AlertChange[] = [];
  let derived: ArchiveItem[] = [];
  // What is only pending is told to nobody.
  const keep = (alert: AlertChange): void => {
    if (alert.state === 'firing') {
      alerts.push(alert);
    }
  };
  const host = new MonitorHost({
    definitions,
    streams: [...streams.values()].map(({ address }) => address),
    notes: new Map(),
    emit: (item) => (item.kind === 'alert' ? keep(item) : derived.push(item)),
    log: pino({ level: 'silent' }),
  });
  const reports: Partition = { key: 'reports' };
  const deriver = new Deriver(
    { grace: SECOND, counting: 'delta', taps: {}, holdUnknown: 0 },
    demoFleet(),
    (item) => void derived.push(item)
  );
  let [messages, told] = [0, 0];
  for await (const item of simulate(scenario, seconds, seed, options)) {
    const millis = Math.floor(item.time / 1000);
    if (item.kind === 'message') {
      const message = decode(item.message, item.time);
      if (!(message instanceof Rejection) && !(message instanceof Skipped)) {
        deriver.accept(message, reports, messages++, millis);
      }
    } else {
      const stream = streams.get(`${item.model}:${item.slot}`) as Stream;
      const { address, decoder, partition } = stream;
      const value = decoder.decode(item.line);
      const origin = { time: item.time, partition, offset: stream.offset++ };
      if (value instanceof Bad) {
        host.bad(address, { ...origin, reason: value.reason, detail: value.detail });
      } else {
        host.take(address, [{ ...origin, value, key: undefined }]);
      }
    }
    if (item.time - told >= SECOND) {
      told = item.time;
      deriver.advance(() => millis);
      host.watch(derived);
      derived = [];
      streams.forEach(({ address }) => host.reached(address, told));
      host.tick(told);
      // Code in processes of its own gets its records, and is heard.
      await breathe();
      await Promise.all([...streams.values()].map(({ address }) => host.room(address)));
    }
  }
  await answered(host, [...streams.values()]);
  await host.close();
  return alerts;
}

/** Waits until code in processes of its own has answered for all records. */
async function answered(host: MonitorHost, streams: readonly Stream[]): Promise<void> {
  const isHeld = (): boolean => {
    host.flush();
    const held = host.oldestNeeded();
    host.takeNotes();
    return streams.some(({ partition, offset }) => (held.get(partition) ?? offset) < offset);
  };
  while (isHeld()) {
    await sleep(50);
  }
}

function demoFleet(): Fleet {
  const fleet = new Fleet();
  const members = engineNames().map((engine) => ({ ...engine, workflow: 'prices', aliases: [engine.name] }));
  fleet.update(members, 0);
  return fleet;
}
