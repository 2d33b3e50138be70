import type { Logger } from 'pino';
import type { Progress } from '../archive/index.js';
import type { Configuration } from '../config/index.js';
import { MonitorHost, readDefinitions, type HostOptions } from '../monitors/index.js';
import type { StreamAddress } from '../streams/index.js';

export interface MonitorWires extends Pick<HostOptions, 'emit' | 'notes'> {
  readonly streams: readonly StreamAddress[];
  readonly log: Logger;
}

/** Makes the monitors of a configuration ready to run. @throws ConfigurationError with every problem of every file */
export async function createMonitors({ monitors }: Configuration, wires: MonitorWires): Promise<MonitorHost> {
  const definitions = monitors === undefined ? [] : await readDefinitions(monitors.path);
  return new MonitorHost({ ...wires, definitions });
}

/** What has been read of the sources, and what the monitors depend on beside it. */
export function withMonitors(sources: Progress, monitors: MonitorHost): Progress {
  return {
    positions: () => {
      monitors.oldestNeeded();
      return sources.positions();
    },
    takeHeard: () => sources.takeHeard(),
    takeSettled: () => sources.takeSettled(),
    takeNotes: () => new Map([...sources.takeNotes(), ...monitors.takeNotes()]),
  };
}
