import type { Admin } from 'kafkajs';
import type { Micros } from '@pneumograph/contract';
import type { AlertCenter, KeptSilence } from '../../alerts/index.js';
import {
  Archiver,
  NO_OUTLETS,
  RecordReader,
  type ArchiveItem,
  type Partition,
  type Progress,
} from '../../archive/index.js';
import type { Workflows } from '../../fleet/index.js';
import type { Definition, MonitorHost } from '../../monitors/index.js';
import { Streams, type ResolvedStream } from '../../streams/index.js';
import { isNotice, partitionOf, readMessage, readState, ShareWriter } from '../../topic/index.js';
import { createAlerts, withAlerts } from '../alerts.js';
import { archiverEvents } from '../events.js';
import { Handover } from '../handover.js';
import { createMonitors, withStreams } from '../monitors.js';
import { problemsOf } from '../site.js';
import { NOTHING_READ, type Shared } from './shared.js';

/** What all shares of a process work with. */
export interface ShareSite extends Shared {
  readonly definitions: readonly Definition[];
  readonly streams: readonly ResolvedStream[];
  readonly workflows: Workflows;
}

/** Key of the entry of the state that lists the monitors of a share. */
export const MONITORS = 'monitors';

/** The table follows the brokers by fractions of a second; a start reads it from its beginning. */
const RECALL_MILLIS = 120_000;

/**
 * The monitors of the workflows of one partition of the archive topic: with their record streams, alerts and notices they
 * are a whole of their own. What they say goes to the archive topic in one transaction with what they go on from, how far
 * they have read included: whoever takes the share over, in order or after a crash, goes on as if nothing had been.
 */
export class Share {
  /** Of the points that monitors look at: the partition of the archive topic, as these have read it. */
  readonly partition: Partition;
  readonly #reader = new RecordReader();
  #next: number;

  private constructor(
    private readonly site: ShareSite,
    private readonly writer: ShareWriter,
    private readonly host: MonitorHost,
    readonly alerts: AlertCenter,
    private readonly streams: Streams,
    private readonly archiver: Archiver,
    own: { readonly partition: Partition; next: number }
  ) {
    this.partition = own.partition;
    this.#next = own.next;
  }

  /**
   * Shuts out whoever had the share, and goes on from what that one wrote last.
   * @param failed told, once, when it cannot go on: then it is to be dropped, and opened anew
   */
  static async open(number: number, site: ShareSite, admin: Admin, failed: (error: Error) => void): Promise<Share> {
    const { configuration, topic, metrics, log, workflows, reporter } = site;
    const writer = await ShareWriter.open(topic, number, failed);
    try {
      const { high } = await rangeOf(admin, topic.state, number);
      const { low } = await rangeOf(admin, topic.topic, number);
      await site.states().reached(number, high, RECALL_MILLIS);
      const entries = site.states().entries(number);
      entries.forEach((value, key) => writer.written.set(key, value));
      const { notes, positions } = readState(entries);

      const resolved = site.streams.filter(({ address }) => partitionOf(address.workflow, topic.partitions) === number);
      // A monitor may fail as soon as it begins, which is an alert.
      const said = new Handover();
      const host: MonitorHost = createMonitors(configuration, {
        definitions: site.definitions.filter((definition) => mayConcern(definition, number, topic.partitions)),
        streams: resolved.map(({ address }) => address),
        notes,
        emit: said.add,
        log,
      });
      const alerts = createAlerts(configuration, {
        ...{ workflows, notes, log, metrics },
        touch: () => archiver.touch(),
      });
      const stored = new Map(positions);
      const store = { id: `${topic.topic}/${number}`, positions: () => Promise.resolve(stored) };
      const journals = configuration.store.path;
      // Who had the share may still be a member of a group: part of a stream is not in the order of the whole.
      const read = { alone: true, streams: resolved, consumer: host };
      const streams = new Streams({ ...read, store, positions, journals, metrics, log });
      const partition = { key: `monitor/${topic.topic}/${number}` };
      const events = archiverEvents(metrics, reporter, NO_OUTLETS, log, (_fresh, told) => {
        told.forEach((position, key) => stored.set(key, position));
        streams.stored(told);
        alerts.stored();
        streams.sources.forEach((source) => source.stored?.(told));
      });
      const watched = { ...NOTHING_READ, positions: () => new Map([[partition, share.next]]) };
      const told = withAlerts(withStreams(watched, streams, host), alerts);
      // What monitors look at comes by the topic: what they say goes there and comes back, so that nothing is watched here.
      const progress: Progress = {
        ...NOTHING_READ,
        seal: (items) => told.seal?.(items),
        positions: () => told.positions(),
        takeNotes: () => {
          writer.entries.set(MONITORS, JSON.stringify(host.list()));
          return told.takeNotes();
        },
      };
      const archiver: Archiver = new Archiver(writer, NO_OUTLETS, progress, events);
      said.connect(archiver.add);
      streams.attach(archiver);
      const next = Math.max(low, positions.get(partition.key) ?? low);
      const share: Share = new Share(site, writer, host, alerts, streams, archiver, { partition, next });
      archiver.touch();
      for (const source of streams.sources) {
        await source.start();
      }
      return share;
    } catch (error) {
      await writer.close();
      throw error;
    }
  }

  /** The offset that is to be read next. */
  get next(): number {
    return this.#next;
  }

  /** Whether it can go on: not after a write that failed. */
  get usable(): boolean {
    return this.writer.usable;
  }

  get crowded(): boolean {
    return this.archiver.crowded;
  }

  async room(): Promise<void> {
    await this.archiver.room();
  }

  get problems(): string[] {
    return problemsOf(this.streams.sources);
  }

  *lagSeconds(): Iterable<readonly [string, number]> {
    for (const source of this.streams.sources) {
      yield* source.lagSeconds?.() ?? [];
    }
  }

  /** Takes in what came by the archive topic, up to an offset. */
  read(texts: readonly string[], next: number): void {
    const items: ArchiveItem[] = [];
    for (const text of texts) {
      try {
        const found = readMessage(text, this.#reader);
        if (!isNotice(found)) {
          items.push(found);
        } else if (found.kind === 'silence') {
          this.alerts.silence(found.silence as KeptSilence);
        } else if (found.kind === 'expire') {
          this.alerts.expire(found.id, found.at);
        }
      } catch (error) {
        this.site.log.warn(
          { err: error, partition: this.partition.key },
          'a message of the archive topic is left aside'
        );
      }
    }
    this.host.watch(items);
    this.readTo(next);
  }

  readTo(next: number): void {
    this.#next = next;
    this.archiver.touch();
  }

  tick(now: Micros): void {
    this.streams.advance(now / 1000);
    this.host.tick(now);
    this.alerts.tick();
  }

  /** Writes what it goes on from, and ends. */
  async close(): Promise<void> {
    await Promise.all(this.streams.sources.map((source) => source.stop()));
    await this.alerts.close();
    this.host.flush();
    this.archiver.touch();
    await this.archiver.close();
    await this.host.close();
    await this.writer.close();
    this.site.metrics.lag.remove({ partition: this.partition.key });
  }

  /** Ends without a word: another process has the share. */
  async drop(): Promise<void> {
    await this.writer.close();
    await this.close();
  }
}

interface Range {
  readonly low: number;
  readonly high: number;
}

async function rangeOf(admin: Admin, topic: string, partition: number): Promise<Range> {
  const range = (await admin.fetchTopicOffsets(topic)).find((one) => one.partition === partition);
  return { low: Number(range?.low ?? 0), high: Number(range?.high ?? 0) };
}

/** Whether a workflow of the partition may be one that a monitor is attached to. */
function mayConcern({ attach }: Definition, partition: number, count: number): boolean {
  return attach.some(
    ({ workflow }) => workflow === undefined || workflow.includes('*') || partitionOf(workflow, count) === partition
  );
}
