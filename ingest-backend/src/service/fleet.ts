import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { ConfigurationError, type Configuration, type FleetConfiguration } from '../config/index.js';
import {
  Composer,
  Connect,
  Poller,
  readLink,
  readWorkflow,
  shapeOfLinks,
  type Fleet,
  type FleetSource,
  type Workflows,
} from '../fleet/index.js';
import { BoundedLog } from '../selfmetrics/index.js';
import type { Site } from './site.js';

const LEAST_HOLD = 5000;

/** Milliseconds that reports of an unknown engine wait for the fleet: none where no source can come to know it. */
export function holdUnknown({ fleet }: Configuration): number {
  const every = fleet.flatMap((source) => (source.kind === 'static' ? [] : [source.every]));
  return every.length === 0 ? 0 : Math.max(LEAST_HOLD, 2 * Math.max(...every));
}

/** Reads the workflows of the configuration. @throws ConfigurationError */
export async function readWorkflows({ workflows }: Configuration, into: Workflows): Promise<void> {
  for (const [index, { name, file, links, amplification }] of workflows.entries()) {
    if (amplification !== undefined) {
      into.amplify(name, new Map(Object.entries(amplification)));
    }
    if (file === undefined && links === undefined) {
      continue;
    }
    try {
      into.configure(
        file === undefined
          ? shapeOfLinks(
              name,
              (links ?? []).map((link, number) => readLink(link, `workflows[${index}].links[${number}]`))
            )
          : readWorkflow(name, parse(await readFile(file, 'utf8')))
      );
    } catch (error) {
      throw new ConfigurationError([
        `workflows[${index}]${file === undefined ? '' : ` (${file})`}: ${(error as Error).message}`,
      ]);
    }
  }
}

/** What is asked of the fleet again and again. */
export interface Polled {
  /** Asks at once. */
  refresh(): void;
  /** Of those that do not answer. */
  problems(): string[];
}

/** Fills the fleet from what the configuration lists, and asks the rest again and again until the end. */
export async function startFleet(
  { configuration, log, onStop }: Pick<Site, 'configuration' | 'log' | 'onStop'>,
  fleet: Fleet,
  workflows: Workflows
): Promise<Polled> {
  const bounded = new BoundedLog(log, 60_000);
  const pollers: Poller[] = [];
  configuration.fleet.forEach((_, rank) => fleet.expect(rank));
  for (const [rank, source] of configuration.fleet.entries()) {
    if (source.kind === 'static') {
      const members = source.engines.map(({ src, name, model, asset, workflow }) => ({
        src,
        aliases: name === undefined ? [] : [name],
        name,
        workflow,
        model,
        asset,
      }));
      fleet.update(members, Date.now() * 1000, { rank, complete: true });
    } else {
      const problem = (message: string): void => bounded.warn(message, { fleet: source.url }, message);
      const options = { everyMillis: source.every, rank };
      pollers.push(new Poller(createFleetSource(source), options, fleet, workflows, { problem }));
    }
  }
  await Promise.all(pollers.map((poller) => poller.start()));
  onStop(() => Promise.all(pollers.map((poller) => poller.stop())).then(() => undefined));
  return {
    refresh: () => pollers.forEach((poller) => poller.refresh()),
    problems: () => pollers.flatMap(({ failure }) => (failure === undefined ? [] : [`fleet: ${failure}`])),
  };
}

/** A source that is asked. @throws Error where the file of its `ca` cannot be read */
export function createFleetSource(source: Exclude<FleetConfiguration, { kind: 'static' }>): FleetSource {
  return source.kind === 'composer' ? new Composer(source) : new Connect(source);
}
