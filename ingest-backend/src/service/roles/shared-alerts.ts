import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { CatalogueMonitor } from '@pneumograph/contract';
import { SILENCES_NOTE, type AlertCenter, type KeptSilence } from '../../alerts/index.js';
import type { SilenceKeeper } from '../../api/index.js';
import type { Configuration } from '../../config/index.js';
import type { Workflows } from '../../fleet/index.js';
import { readState, type StateTable, type TopicWriter } from '../../topic/index.js';
import { createAlerts } from '../alerts.js';
import { MONITORS } from './share.js';

export interface SharedAlertsOptions {
  readonly configuration: Configuration;
  readonly workflows: Workflows;
  readonly table: StateTable;
  readonly writer: TopicWriter;
  readonly log: Logger;
}

/** So long is what was read of the states good for. */
const FRESH_MILLIS = 250;
/** Monitors that run take a silence in within a moment; whoever asked for it waits no longer than this to see it. */
const SEEN_MILLIS = 5000;

/** What other processes' monitors do, read from what they go on from; what they are asked for goes to all of them. */
export class SharedAlerts implements SilenceKeeper {
  #center: AlertCenter | undefined;
  #version = -1;
  #madeAt = -Infinity;

  constructor(private readonly options: SharedAlertsOptions) {}

  mutedBy(id: string): ReturnType<AlertCenter['mutedBy']> {
    return this.#alerts().mutedBy(id);
  }

  /** Each monitor with what it is attached to in any share. */
  monitors(): CatalogueMonitor[] {
    const { table } = this.options;
    const joined = new Map<string, CatalogueMonitor>();
    for (const partition of table.partitions()) {
      const own = JSON.parse(table.entries(partition).get(MONITORS) ?? '[]') as CatalogueMonitor[];
      for (const monitor of own) {
        joined.set(monitor.name, join(joined.get(monitor.name), monitor));
      }
    }
    return [...joined.values()];
  }

  list(): ReturnType<AlertCenter['silences']> {
    return this.#alerts().silences();
  }

  async add(silence: Omit<KeptSilence, 'id'>): ReturnType<SilenceKeeper['add']> {
    const kept: KeptSilence = { id: randomUUID(), ...silence };
    const added = this.#alerts().silence(kept);
    await this.options.writer.tellAll({ kind: 'silence', silence: kept });
    await this.#seen(() => this.list().some(({ id }) => id === kept.id));
    return added;
  }

  async expire(id: string): ReturnType<SilenceKeeper['expire']> {
    const at = Date.now();
    const expired = this.#alerts().expire(id, at);
    if (expired !== undefined) {
      await this.options.writer.tellAll({ kind: 'expire', id, at });
      await this.#seen(() => this.list().some((one) => one.id === id && one.state === 'expired'));
    }
    return expired;
  }

  async #seen(holds: () => boolean): Promise<void> {
    const until = Date.now() + SEEN_MILLIS;
    // What is known here alone does not count.
    this.#center = undefined;
    while (!holds() && Date.now() < until) {
      await this.options.table.changed(FRESH_MILLIS);
      this.#center = undefined;
    }
  }

  #alerts(): AlertCenter {
    const { configuration, workflows, table, log } = this.options;
    if (this.#center === undefined || (this.#version !== table.version && Date.now() - this.#madeAt > FRESH_MILLIS)) {
      const notes = joinNotes(table);
      this.#center = createAlerts({ ...configuration, notify: [] }, { workflows, notes, touch: () => undefined, log });
      this.#version = table.version;
      this.#madeAt = Date.now();
    }
    return this.#center;
  }
}

/** The notes of all shares; every share has each silence. */
function joinNotes(table: StateTable): Map<string, string> {
  const notes = new Map<string, string>();
  const silences = new Map<string, KeptSilence>();
  for (const partition of table.partitions()) {
    const own = readState(table.entries(partition)).notes;
    own.forEach((note, key) => notes.set(key, note));
    for (const silence of JSON.parse(own.get(SILENCES_NOTE) ?? '[]') as KeptSilence[]) {
      const known = silences.get(silence.id);
      silences.set(silence.id, known === undefined || silence.endsAt < known.endsAt ? silence : known);
    }
  }
  return notes.set(SILENCES_NOTE, JSON.stringify([...silences.values()]));
}

const WORST = ['failed', 'active', 'waiting'] as const;

function join(known: CatalogueMonitor | undefined, other: CatalogueMonitor): CatalogueMonitor {
  if (known === undefined) {
    return other;
  }
  const error = known.error ?? other.error;
  return {
    ...known,
    state: WORST.find((state) => state === known.state || state === other.state) ?? known.state,
    ...(error === undefined ? {} : { error }),
    attached: [...known.attached, ...other.attached],
  };
}
