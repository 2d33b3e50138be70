import { ConfigurationError } from '../../config/index.js';
import { Fleet, Workflows } from '../../fleet/index.js';
import { resolveStreams } from '../../streams/index.js';
import { readWorkflows, startFleet } from '../fleet.js';
import { openRegistry } from '../monitors.js';
import { observeAlerts } from '../observe.js';
import { problemsOf, startTicking, type Part } from '../site.js';
import type { Shared } from './shared.js';
import { Shares } from './shares.js';

/**
 * Runs the monitors of the workflows that it is given: each partition of the archive topic is a share, see `Share`. What
 * is published is read at the start, from the same folder by all.
 */
export async function startMonitor(site: Shared): Promise<Part> {
  const { configuration, metrics, log } = site;
  const workflows = new Workflows();
  await readWorkflows(configuration, workflows);
  const streams = await resolveStreams(configuration.streams);
  const problems = streams.flatMap(({ stream: { kind } }, index) =>
    kind === 'kafka' ? [] : [`role monitor: streams[${index}]: expected one of Kafka, found ${kind}`]
  );
  if (problems.length > 0) {
    throw new ConfigurationError(problems);
  }
  const definitions = (await openRegistry(configuration, log)).definitions();
  // How models are linked tells which alerts follow from which.
  const polled = await startFleet(site, new Fleet(), workflows);
  const table = site.states();
  const shares = new Shares({ ...site, definitions, streams, workflows });
  observeAlerts(metrics, () => shares.centers());
  startTicking(site, () => shares.tick(Date.now()));
  return {
    sources: [shares],
    problems: () => [
      ...problemsOf([shares]),
      ...(table.problem === undefined ? [] : [`monitors: ${table.problem}`]),
      ...polled.problems(),
    ],
  };
}
