import { hostname } from 'node:os';
import { Archiver, NO_OUTLETS, type Progress } from '../../archive/index.js';
import type { ArchiveConfiguration, Configuration } from '../../config/index.js';
import { SelfReporter } from '../../selfmetrics/index.js';
import type { Store } from '../../store/index.js';
import { openTopic, StateTable, TopicWriter, type ArchiveTopic } from '../../topic/index.js';
import { archiverEvents } from '../events.js';
import type { Site } from '../site.js';
import { createStore } from '../store.js';

/** What roles that are shared out have in common within a process. */
export interface Shared extends Site {
  readonly topic: ArchiveTopic;
  readonly store: Store;
  readonly reporter: SelfReporter;
  /** What monitors go on from; read by those who need it. */
  readonly states: () => StateTable;
}

export const NOTHING_READ: Progress = {
  positions: () => new Map(),
  takeHeard: () => new Map(),
  takeSettled: () => new Map(),
  takeNotes: () => new Map(),
};

/** Reaches store and topic, and has the process tell of itself by the topic. */
export async function openShared(site: Site, archive: ArchiveConfiguration): Promise<Shared> {
  const { configuration, metrics, log } = site;
  const store = createStore(configuration);
  await store.open();
  site.onStop(() => store.close());
  const topic = await openTopic(archive);
  const positions = await store.positions();
  const reporter = new SelfReporter({ process: processName(configuration), metrics, positions, log });
  const writer = new TopicWriter(topic, log);
  const events = archiverEvents(metrics, reporter, NO_OUTLETS, log, () => undefined);
  const archiver = new Archiver(writer, NO_OUTLETS, reporter.progress(NOTHING_READ), events);
  site.onStop(() => writer.close());
  site.onStop(() => archiver.close());
  reporter.start(archiver.add);
  site.onStop(() => reporter.stop());
  let table: StateTable | undefined;
  const states = (): StateTable => {
    if (table === undefined) {
      table = new StateTable(topic, log);
      table.start();
      site.onStop(() => table?.stop());
    }
    return table;
  };
  return { ...site, topic, store, reporter, states };
}

/** Tells this process from others on the same store, also after a restart. */
export function processName({ listen: { port } }: Configuration): string {
  return `${hostname()}:${port}`;
}
