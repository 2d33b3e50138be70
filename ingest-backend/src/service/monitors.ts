import type { Logger } from 'pino';
import type { Progress } from '../archive/index.js';
import { Library, Registry, type Runner } from '../assets/index.js';
import type { Configuration } from '../config/index.js';
import { MonitorHost, readDefinitions, type HostOptions } from '../monitors/index.js';
import type { Directory } from '../query/index.js';
import type { StreamAddress, Streams } from '../streams/index.js';

export interface MonitorWires extends Pick<HostOptions, 'definitions' | 'emit' | 'notes'> {
  readonly streams: readonly StreamAddress[];
  readonly log: Logger;
}

/** Makes the monitors of a configuration ready to run. */
export function createMonitors({ alerts }: Configuration, wires: MonitorWires): MonitorHost {
  return new MonitorHost({ ...wires, link: alerts.link });
}

/** The monitors that are published, and those of the operator's folder. @throws ConfigurationError with every problem of every file */
export async function openRegistry({ monitors, store }: Configuration, log: Logger): Promise<Registry> {
  const folder = monitors?.path === undefined ? [] : await readDefinitions(monitors.path);
  const library = await Library.open(monitors?.published ?? `${store.path}.monitors`);
  return Registry.open({ library, folder, log });
}

/** What runs the monitors of a registry, and knows the models that they may be attached to. */
export function runnerOf(
  host: Pick<MonitorHost, 'apply' | 'list'>,
  directory: Directory,
  streams: readonly StreamAddress[],
  touch: () => void
): Runner {
  return {
    apply: (definitions) => {
      host.apply(definitions, Date.now() * 1000);
      touch();
    },
    list: () => host.list(),
    models: () => {
      const fleet = directory
        .workflows()
        .flatMap(({ name, models }) => models.map((model) => [name, model.name] as const));
      const all = [...fleet, ...streams.map(({ workflow, model }) => [workflow, model] as const)];
      return [...new Map(all.map((one) => [JSON.stringify(one), one])).values()].map(([workflow, model]) => ({
        workflow,
        model,
      }));
    },
  };
}

/** What has been read of the sources and streams, and what the monitors depend on beside it. */
export function withStreams(sources: Progress, streams: Streams, monitors: MonitorHost): Progress {
  return {
    watch: (items) => monitors.watch(items),
    // One snapshot is decided on for all streams: their positions and the notes speak of one moment.
    positions: () => new Map([...sources.positions(), ...streams.positions(monitors.oldestNeeded())]),
    takeHeard: () => sources.takeHeard(),
    takeSettled: () => sources.takeSettled(),
    takeNotes: () => new Map([...sources.takeNotes(), ...monitors.takeNotes()]),
  };
}
