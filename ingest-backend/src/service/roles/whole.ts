import { Archiver } from '../../archive/index.js';
import { Deriver } from '../../derive/index.js';
import { Fleet, Workflows } from '../../fleet/index.js';
import { Changes, Live } from '../../live/index.js';
import { QueryEngine } from '../../query/index.js';
import { SelfReporter } from '../../selfmetrics/index.js';
import { HttpSource, Intake, type Source } from '../../sources/index.js';
import type { Store } from '../../store/index.js';
import { resolveStreams, Streams } from '../../streams/index.js';
import { comparing, createAlerts, silencesOf, withAlerts } from '../alerts.js';
import { FleetDirectory } from '../directory.js';
import { archiverEvents } from '../events.js';
import { Handover } from '../handover.js';
import { holdUnknown, readWorkflows, startFleet } from '../fleet.js';
import { createMonitors, openRegistry, runnerOf, withStreams } from '../monitors.js';
import { RecalledMemory } from '../memory.js';
import { observeAlerts, observeDeriver } from '../observe.js';
import { createSinks } from '../sinks.js';
import { problemsOf, startTicking, type Part, type Site } from '../site.js';
import { createSources } from '../sources.js';
import { createStore } from '../store.js';
import { keepStore } from '../upkeep.js';
import { vitalsOf } from '../vitals.js';
import { answersFrom } from './answers.js';
import { processName } from './shared.js';

/** Does all of the work in one process: from the sources to the answers, on a store of any kind. */
export async function startWhole(site: Site): Promise<Part> {
  const { configuration, version, metrics, log } = site;
  const workflows = new Workflows();
  await readWorkflows(configuration, workflows);

  const store: Store = createStore(configuration);
  await store.open();
  site.onStop(() => store.close());
  site.onStop(keepStore(store, log));

  const fleet = new Fleet();
  fleet.restore(await store.mappings());
  const { grace, counting, taps, silentAfter } = configuration.derive;

  const recall = await store.recall();
  const resolved = await resolveStreams(configuration.streams);
  const registry = await openRegistry(configuration, log);
  // A monitor may fail as soon as it begins, which is an alert.
  const said = new Handover();
  const monitors = createMonitors(configuration, {
    definitions: registry.definitions(),
    streams: resolved.map(({ address }) => address),
    notes: recall.notes,
    emit: said.add,
    log,
  });
  site.onStop(() => monitors.close());
  const touch = (): void => archiver.touch();
  const alerts = createAlerts(configuration, { workflows, notes: recall.notes, touch, log, metrics });
  observeAlerts(metrics, () => [alerts]);
  const memory = new RecalledMemory(recall);
  const deriver = new Deriver(
    { grace: grace * 1000, counting, taps, holdUnknown: holdUnknown(configuration) },
    fleet,
    (item) => intake.owns(item) && archiver.add(item),
    memory
  );
  const positions = await store.positions();
  const intake: Intake = new Intake(deriver, positions, metrics, log);
  const reporter = new SelfReporter({ process: processName(configuration), metrics, positions, log });
  const sinks = await createSinks(configuration, { positions, metrics, log });
  const journals = configuration.store.path;
  const streams = new Streams({ streams: resolved, consumer: monitors, store, positions, journals, metrics, log });
  const stored = {
    id: store.id,
    positions: () => store.positions(),
    expectOthers: () => store.expectOthers?.(),
    begin: (partition: string) => memory.begin(partition),
  };
  const reports = createSources(configuration, { intake, store: stored, metrics, log });
  const sources: readonly Source[] = [...reports, ...streams.sources];
  const changes = new Changes();
  const events = archiverEvents(metrics, reporter, sinks, log, (fresh, positions) => {
    changes.add(fresh);
    intake.stored(positions);
    streams.stored(positions);
    alerts.stored();
    sources.forEach((source) => source.stored?.(positions));
  });
  const progress = reporter.progress(withAlerts(withStreams(intake, streams, monitors), alerts));
  const archiver: Archiver = new Archiver(store, sinks, progress, events);
  said.connect(archiver.add);
  intake.attach(archiver);
  streams.attach(archiver);
  site.onStop(() => archiver.close());
  site.onStop(() => {
    monitors.flush();
    archiver.touch();
  });
  site.onStop(() => alerts.close());
  reporter.start(archiver.add);
  site.onStop(() => reporter.stop());
  fleet.onChange(archiver.add);

  const polled = await startFleet(site, fleet, workflows);
  intake.onRemap = () => polled.refresh();
  observeDeriver(metrics, deriver, intake);
  startTicking(site, () => {
    intake.advance(Date.now());
    streams.advance(Date.now());
    monitors.tick(Date.now() * 1000);
    alerts.tick();
  });

  const directory = new FleetDirectory(fleet, workflows, silentAfter * 1000, () => vitalsOf(deriver));
  const onFailure = (error: unknown): void => log.error({ err: error }, 'a query failed');
  const clock = (): number => Date.now() * 1000;
  const queries = new QueryEngine({
    ...{ store, directory, clock, onFailure },
    monitors: () => registry.running(),
    mutedBy: (id) => alerts.mutedBy(id),
  });
  const live = new Live(queries, changes);
  registry.attach(
    runnerOf(
      monitors,
      directory,
      resolved.map(({ address }) => address),
      touch
    )
  );
  return {
    sources,
    problems: () => [
      ...(archiver.failure === undefined ? [] : [`store: ${archiver.failure}`]),
      ...sinks.problems(),
      ...problemsOf(sources),
      ...polled.problems(),
    ],
    backend: {
      reports: reports.find((source): source is HttpSource => source instanceof HttpSource),
      records: (address) => streams.http(address),
      ...answersFrom({ store, queries, live, version }),
      silences: silencesOf(alerts, () => archiver.flush()),
      monitors: { registry, compare: comparing(store) },
    },
  };
}
