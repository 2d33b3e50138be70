import { setImmediate as breathe, setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Micros } from '@pneumograph/contract';
import type { AlertChange, ArchiveItem, Partition, Point } from '../archive/index.js';
import { MonitorHost, type Definition } from '../monitors/index.js';
import type { StreamAddress } from '../streams/index.js';

const BREATHE_EVERY = 1000;

/** Monitors that are tried out: what they would say of records and points, with nothing stored and nobody told. */
export class DryRun {
  readonly alerts: AlertChange[] = [];
  readonly points: Point[] = [];
  readonly #host: MonitorHost;
  readonly #partitions = new Map<string, { readonly partition: Partition; offset: number }>();
  #taken = 0;
  #now: Micros = -Infinity;

  constructor(definitions: readonly Definition[], streams: readonly StreamAddress[], log: Logger) {
    this.#host = new MonitorHost({
      // What would reach out to others does not.
      definitions: definitions.map(harmless),
      streams,
      notes: new Map(),
      emit: (item) =>
        item.kind === 'alert' ? this.alerts.push(item) : item.kind === 'point' ? this.points.push(item) : 0,
      log,
    });
  }

  /** Takes a record; those of a stream come in the order of time. */
  async record(stream: StreamAddress, time: Micros, value: unknown): Promise<void> {
    const place = this.#placeOf(stream);
    this.#host.take(stream, [{ time, value, key: undefined, partition: place.partition, offset: place.offset++ }]);
    this.#host.reached(stream, time);
    await this.#room(stream);
  }

  /** Takes what the archive stream has, in the order of time as far as that goes: its times are the clock. */
  async items(items: readonly ArchiveItem[]): Promise<void> {
    for (const item of items) {
      if (item.kind !== 'mapping' && item.time > this.#now) {
        this.#now = item.time;
        // What did not come by then is missed before what comes now.
        this.#host.tick(item.time - 1);
      }
    }
    this.#host.watch(items);
    if (++this.#taken % BREATHE_EVERY === 0) {
      await breathe();
    }
  }

  /** @throws Error with what a monitor failed at */
  async finish(): Promise<void> {
    const isHeld = (): boolean => {
      this.#host.flush();
      const held = this.#host.oldestNeeded();
      this.#host.takeNotes();
      return [...this.#partitions.values()].some(({ partition, offset }) => (held.get(partition) ?? offset) < offset);
    };
    const failed = () => this.#host.list().find(({ error }) => error !== undefined);
    while (isHeld() && failed() === undefined) {
      await sleep(50);
    }
    const one = failed();
    await this.#host.close();
    if (one !== undefined) {
      throw new Error(`the monitor ${one.name} failed: ${one.error ?? ''}`);
    }
  }

  #placeOf({ workflow, model, slot }: StreamAddress): { readonly partition: Partition; offset: number } {
    const key = JSON.stringify([workflow, model, slot]);
    const place = this.#partitions.get(key) ?? { partition: { key }, offset: 0 };
    this.#partitions.set(key, place);
    return place;
  }

  async #room(stream: StreamAddress): Promise<void> {
    if (++this.#taken % BREATHE_EVERY === 0) {
      await breathe();
    }
    if (this.#host.crowded(stream)) {
      await this.#host.room(stream);
    }
  }
}

/** A monitor that acts on others does not where it is only tried out. */
export function harmless(definition: Definition): Definition {
  const { action, ...rest } = (definition.params ?? {}) as { action?: { live?: boolean } };
  return action === undefined ? definition : { ...definition, params: { ...rest, action: { ...action, live: false } } };
}
