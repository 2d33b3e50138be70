import { Workflows } from '../../fleet/index.js';
import { Changes, Live } from '../../live/index.js';
import { QueryEngine } from '../../query/index.js';
import { resolveStreams } from '../../streams/index.js';
import { TopicTail, TopicWriter } from '../../topic/index.js';
import { comparing } from '../alerts.js';
import { FleetDirectory } from '../directory.js';
import { readWorkflows, startFleet } from '../fleet.js';
import { openRegistry, runnerOf } from '../monitors.js';
import type { Part } from '../site.js';
import { answersFrom } from './answers.js';
import { SharedAlerts } from './shared-alerts.js';
import { SharedFleet } from './shared-fleet.js';
import type { Shared } from './shared.js';
import { toldVitals } from './shared-vitals.js';

const REFRESH_MILLIS = 2000;
const PUBLISH_ELSEWHERE =
  'expected one process that does all of the work: where several share it, monitors are read at the start of each ' +
  'process with the role monitor, from monitors.path and monitors.published';

/** Answers from the store that the others write to, and from what their monitors go on from. */
export async function startQuery(site: Shared): Promise<Part> {
  const { configuration, version, log, store, topic } = site;
  const workflows = new Workflows();
  await readWorkflows(configuration, workflows);
  const fleet = await SharedFleet.open(store);
  const polled = await startFleet(site, fleet.heard, workflows);
  const timer = setInterval(() => void fleet.refresh().catch(() => undefined), REFRESH_MILLIS);
  site.onStop(() => clearInterval(timer));
  await fleet.refresh();

  const writer = new TopicWriter(topic, log);
  site.onStop(() => writer.close());
  const table = site.states();
  const alerts = new SharedAlerts({ configuration, workflows, table, writer, log });
  const directory = new FleetDirectory(fleet, workflows, configuration.derive.silentAfter * 1000, () =>
    toldVitals(table)
  );
  const queries = new QueryEngine({
    ...{ store, directory },
    clock: () => Date.now() * 1000,
    onFailure: (error) => log.error({ err: error }, 'a query failed'),
    monitors: () => alerts.monitors(),
    mutedBy: (id) => alerts.mutedBy(id),
  });

  const changes = new Changes();
  const tail = new TopicTail(
    topic,
    {
      wanted: () => changes.wanted,
      stored: () => store.positions(),
      take: (items) => changes.add(items),
      missed: () => changes.miss(),
    },
    log
  );
  tail.start();
  site.onStop(() => tail.stop());
  const live = new Live(queries, changes);

  const registry = await openRegistry(configuration, log);
  const streams = await resolveStreams(configuration.streams);
  const monitors = { apply: () => undefined, list: () => alerts.monitors() };
  registry.attach(
    runnerOf(
      monitors,
      directory,
      streams.map(({ address }) => address),
      () => undefined
    )
  );
  return {
    problems: () => [
      ...polled.problems(),
      ...[table.problem, tail.problem].flatMap((problem) => (problem === undefined ? [] : [`archive: ${problem}`])),
    ],
    backend: {
      ...answersFrom({ store, queries, live, version }),
      silences: alerts,
      monitors: { registry, compare: comparing(store), fixed: PUBLISH_ELSEWHERE },
    },
  };
}
