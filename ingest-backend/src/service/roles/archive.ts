import { Archiver } from '../../archive/index.js';
import { KafkaSource } from '../../sources/index.js';
import { TopicReader } from '../../topic/index.js';
import { archiverEvents } from '../events.js';
import { problemsOf, type Part } from '../site.js';
import { createSinks } from '../sinks.js';
import { keepStore } from '../upkeep.js';
import type { Shared } from './shared.js';

/** Stores what comes by its partitions of the archive topic, and tells it to the sinks. */
export async function startArchive(site: Shared): Promise<Part> {
  const { configuration, metrics, log, store, topic, reporter } = site;
  site.onStop(keepStore(store, log));
  const sinks = await createSinks(configuration, { positions: await store.positions(), metrics, log });
  const reader = new TopicReader(metrics, log);
  const source = new KafkaSource(
    {
      ...{ client: topic.client, topic: topic.topic, groupId: `${topic.groupId}-archive` },
      ...{ name: `archive ${topic.topic}`, independent: true },
    },
    reader,
    store,
    metrics,
    log
  );
  const events = archiverEvents(metrics, reporter, sinks, log, (_fresh, positions) => source.stored(positions));
  const archiver = new Archiver(store, sinks, reader, events);
  reader.attach(archiver);
  site.onStop(() => archiver.close());
  return {
    sources: [source],
    problems: () => [
      ...(archiver.failure === undefined ? [] : [`store: ${archiver.failure}`]),
      ...sinks.problems(),
      ...problemsOf([source]),
    ],
  };
}
