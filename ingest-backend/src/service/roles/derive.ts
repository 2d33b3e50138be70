import { randomUUID } from 'node:crypto';
import { Archiver, NO_OUTLETS, type ArchiveItem, type Mapping, type Progress } from '../../archive/index.js';
import { Deriver } from '../../derive/index.js';
import { Fleet, Workflows } from '../../fleet/index.js';
import { Intake } from '../../sources/index.js';
import type { Recall } from '../../store/index.js';
import { TopicWriter } from '../../topic/index.js';
import { archiverEvents } from '../events.js';
import { holdUnknown, startFleet } from '../fleet.js';
import { RecalledMemory } from '../memory.js';
import { observeDeriver } from '../observe.js';
import { problemsOf, startTicking, type Part } from '../site.js';
import { createSources } from '../sources.js';
import { NOTHING_READ, type Shared } from './shared.js';
import { tellVitals } from './shared-vitals.js';

/** What a process remembers that goes on from the messages before its position, see `place`. */
const NOTHING: Recall = { settled: new Map(), notes: new Map(), series: () => undefined };

/**
 * Derives what its partitions of the sources bring, and writes it to the archive topic. The position of a partition is
 * committed once all that came of what lies before it is on the topic; who takes it over reads what comes before as well,
 * for the state. What was written before a crash and not committed is written again, and known by its message.
 */
export async function startDerive(site: Shared): Promise<Part> {
  const { configuration, metrics, log, topic, store } = site;
  const { grace, counting, taps } = configuration.derive;
  const fleet = new Fleet();
  fleet.restore(await store.mappings());
  const deriver = new Deriver(
    { grace: grace * 1000, counting, taps, holdUnknown: holdUnknown(configuration) },
    fleet,
    (item) => intake.owns(item) && archiver.add(item),
    new RecalledMemory(NOTHING)
  );
  const intake: Intake = new Intake(deriver, new Map(), metrics, log);
  // Each process is to the group what a store of its own is: what it has not committed is not known to be anywhere.
  const group = { id: randomUUID(), positions: () => Promise.resolve(new Map<string, number>()) };
  const sources = createSources(configuration, { intake, store: group, metrics, log });
  const writer = new TopicWriter(topic, log);
  const mappings = new HeardMappings((mapping) => archiver.add(mapping));
  const progress: Progress = {
    // State is built anew from messages.
    ...NOTHING_READ,
    watch: (items) => mappings.watch(items),
    positions: () => intake.positions(),
    takeHeard: () => intake.takeHeard(),
  };
  const events = archiverEvents(metrics, site.reporter, NO_OUTLETS, log, (_fresh, positions) => {
    intake.stored(positions);
    sources.forEach((source) => source.stored?.(positions));
  });
  const archiver: Archiver = new Archiver(writer, NO_OUTLETS, progress, events);
  intake.attach(archiver);
  site.onStop(() => writer.close());
  site.onStop(() => archiver.close());
  fleet.onChange((mapping) => mappings.take(mapping));
  const polled = await startFleet(site, fleet, new Workflows());
  intake.onRemap = () => polled.refresh();
  observeDeriver(metrics, deriver, intake);
  const states = new TopicWriter(topic, log);
  site.onStop(() => states.close());
  site.onStop(tellVitals(deriver, states));
  startTicking(site, () => intake.advance(Date.now()));
  return {
    sources,
    problems: () => [
      ...(archiver.failure === undefined ? [] : [`archive topic: ${archiver.failure}`]),
      ...problemsOf(sources),
      ...polled.problems(),
    ],
  };
}

/**
 * Every process asks the fleet, and one of them reads an engine's reports: that one tells of its mappings, behind what it
 * derived before it knew them, since the first mapping of an engine takes that along.
 */
class HeardMappings {
  readonly #heard = new Set<string>();
  readonly #waiting = new Map<string, Mapping[]>();

  constructor(private readonly tell: (mapping: Mapping) => void) {}

  take(mapping: Mapping): void {
    if (this.#heard.has(mapping.engine)) {
      this.tell(mapping);
    } else {
      this.#waiting.set(mapping.engine, [...(this.#waiting.get(mapping.engine) ?? []), mapping]);
    }
  }

  watch(items: readonly ArchiveItem[]): void {
    for (const item of items) {
      if ('series' in item && !this.#heard.has(item.series.engine)) {
        const { engine } = item.series;
        this.#heard.add(engine);
        this.#waiting.get(engine)?.forEach(this.tell);
        this.#waiting.delete(engine);
      }
    }
  }
}
