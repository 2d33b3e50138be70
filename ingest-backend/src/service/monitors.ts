import type { Logger } from 'pino';
import type { Progress } from '../archive/index.js';
import type { Configuration } from '../config/index.js';
import { MonitorHost, readDefinitions, type HostOptions } from '../monitors/index.js';
import type { StreamAddress, Streams } from '../streams/index.js';

export interface MonitorWires extends Pick<HostOptions, 'emit' | 'notes'> {
  readonly streams: readonly StreamAddress[];
  readonly log: Logger;
}

/** Makes the monitors of a configuration ready to run. @throws ConfigurationError with every problem of every file */
export async function createMonitors({ monitors, alerts }: Configuration, wires: MonitorWires): Promise<MonitorHost> {
  const definitions = monitors === undefined ? [] : await readDefinitions(monitors.path);
  return new MonitorHost({ ...wires, definitions, link: alerts.link });
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
