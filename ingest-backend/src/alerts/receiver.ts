import type { AlertState, Muted } from '@pneumograph/contract';
import type { NotifyConfiguration } from '../config/index.js';
import type { Book, Entry, Told } from './book.js';
import { labelsOf, type Labels } from './labels.js';
import { toNotice } from './notice.js';
import type { Notice, Notifier } from './notify/index.js';
import { fits } from './pattern.js';

/** What a receiver works with. */
export interface Surroundings {
  readonly book: Book;
  readonly mutedBy: (entry: Entry) => Muted | undefined;
  readonly inhibits: (told: Told) => readonly string[];
  /** Has what was told stored soon. */
  readonly touch: () => void;
  readonly sent: (receiver: string, notices: number) => void;
  readonly failed: (receiver: string, error: Error) => void;
}

/** Alerts that are told together, times in epoch milliseconds. */
interface Group {
  readonly key: string;
  readonly labels: Labels;
  readonly alerts: Set<Entry>;
  /** When it is looked at next. */
  wakeAt: number;
  toldAt: number | undefined;
  failures: number;
  busy: boolean;
}

/** What is to be done about an alert. */
interface Plan {
  readonly entry: Entry;
  readonly notices: ReadonlyArray<{ readonly told: Told; readonly repeated: boolean }>;
  /** How far the receiver has come afterwards; undefined where it is to wait. */
  readonly number: number | undefined;
  readonly state: AlertState | undefined;
}

const FIRST_PAUSE_MILLIS = 1000;
const LONGEST_PAUSE_MILLIS = 5 * 60_000;
/** Steps in one notification. */
const MOST_NOTICES = 100;
/** Groups that are told at a time: one that hangs does not keep the others. */
const MOST_AT_ONCE = 8;
const HOUR = 3_600_000;

/**
 * One receiver of notifications. It is told the steps of each alert in their order, each until it takes it, and again
 * after a failure: it may get one twice, and knows it by its key.
 */
export class Receiver {
  readonly #groups = new Map<string, Group>();
  /** Where the steps of an alert wait: in one group, so that they keep their order though its labels change meanwhile. */
  readonly #homes = new Map<Entry, Group>();
  readonly #under = new AbortController();
  readonly #running = new Set<Promise<void>>();

  constructor(
    readonly configuration: NotifyConfiguration,
    private readonly notifier: Notifier,
    private readonly surroundings: Surroundings
  ) {}

  get name(): string {
    return this.configuration.name;
  }

  /** Whether it is told of alerts like this. */
  wants(labels: Labels): boolean {
    return Object.entries(this.configuration.match).every(([label, values]) =>
      [values].flat().some((value) => fits(labels[label] ?? '', value))
    );
  }

  /** Whether it is to be told of an alert: one that it wants, or whose end it has to hear of since it knows that it is open. */
  concerns(entry: Entry): boolean {
    return this.#knowsOpen(entry) || this.wants(labelsOf(entry.last));
  }

  /** Alerts of which it is still to be told. */
  get waiting(): number {
    const entries = [...this.#groups.values()].flatMap(({ alerts }) => [...alerts]);
    return entries.filter((entry) => this.#plan(entry, NaN).notices.length > 0).length;
  }

  /** Says that an alert has a new step, in the store by now. */
  changed(entry: Entry, now: number): void {
    if (!this.concerns(entry)) {
      return;
    }
    const group = this.#groupOf(entry);
    const { groupWait, groupInterval } = this.configuration;
    const at = entry.receivers.get(this.name)?.at;
    group.toldAt = at === undefined ? group.toldAt : Math.max(at, group.toldAt ?? -Infinity);
    const wakeAt = group.toldAt === undefined ? now + groupWait : Math.max(now, group.toldAt + groupInterval);
    // While it fails it is tried again in its own time.
    group.wakeAt = group.failures > 0 ? group.wakeAt : Math.min(group.wakeAt, wakeAt);
  }

  /** Has everything looked at again: what is kept back may have changed. */
  wake(now: number): void {
    for (const group of this.#groups.values()) {
      group.wakeAt = group.failures > 0 ? group.wakeAt : Math.min(group.wakeAt, now);
    }
  }

  tick(now: number): void {
    for (const group of this.#groups.values()) {
      if (group.wakeAt <= now && !group.busy && this.#running.size < MOST_AT_ONCE) {
        const running = this.#tell(group, now).finally(() => this.#running.delete(running));
        this.#running.add(running);
      }
    }
  }

  async close(): Promise<void> {
    this.#under.abort(new Error('the backend stops'));
    await Promise.all(this.#running);
    await this.notifier.close?.();
  }

  async #tell(group: Group, now: number): Promise<void> {
    const plans = [...group.alerts].filter(({ stored }) => stored).map((entry) => this.#plan(entry, now));
    const due = plans.filter(({ notices }) => notices.length > 0);
    const taken = firstOf(due, MOST_NOTICES);
    const passed = plans.filter(({ notices }) => notices.length === 0);
    if (taken.length > 0) {
      group.busy = true;
      try {
        const { key: groupKey, labels: groupLabels } = group;
        const notices = this.#noticesOf(taken);
        await this.notifier.send({ receiver: this.name, groupKey, groupLabels, notices }, this.#under.signal);
        this.surroundings.sent(this.name, notices.length);
        group.failures = 0;
        group.toldAt = now;
      } catch (error) {
        group.wakeAt = now + Math.min(FIRST_PAUSE_MILLIS * 2 ** group.failures++, LONGEST_PAUSE_MILLIS);
        if (!this.#under.signal.aborted) {
          this.surroundings.failed(this.name, error as Error);
        }
        return;
      } finally {
        group.busy = false;
      }
    }
    [...taken, ...passed].forEach((plan) => this.#note(plan, now));
    this.#rest(group, now, due.length > taken.length);
  }

  /** The steps of an alert that it is to be told of now: those that change what it knows of the alert. */
  #plan(entry: Entry, now: number): Plan {
    const { number = 0, state: known, at = -Infinity } = entry.receivers.get(this.name) ?? {};
    const muted = this.surroundings.mutedBy(entry) !== undefined;
    const { last } = entry;
    if (muted && !entry.isOver) {
      return { entry, notices: [], number: undefined, state: known };
    }
    const { send, repeatInterval, kind } = this.configuration;
    let state = known;
    const notices: Array<{ told: Told; repeated: boolean }> = [];
    for (const told of entry.steps) {
      const owed = told.state !== 'resolved' || (state !== undefined && state !== 'resolved');
      // Nobody is told that what was kept back fires, or what is not for them any more; but that what they know of is over, they are.
      const kept = told.state !== 'resolved' && (muted || !this.wants(labelsOf(told)));
      if (told.number > number && send.includes(told.state) && told.state !== state && owed && !kept) {
        notices.push({ told, repeated: false });
        state = told.state;
      }
    }
    const lasts = !entry.isOver && this.wants(labelsOf(last));
    // Alertmanager takes what it is not told again for over, whatever is known of it.
    const isKnown = last.state === known || last.state === 'firing' || last.state === 'recovering';
    if (
      notices.length === 0 &&
      known !== undefined &&
      known !== 'resolved' &&
      lasts &&
      (isKnown || kind === 'alertmanager') &&
      now - at >= repeatInterval
    ) {
      notices.push({ told: isKnown ? last : { ...last, state: known }, repeated: true });
    }
    return { entry, notices, number: last.number, state };
  }

  #noticesOf(plans: readonly Plan[]): Notice[] {
    return plans
      .flatMap(({ notices }) => notices)
      .map(({ told, repeated }) => ({ told, repeated }))
      .sort((a, b) => a.told.time - b.told.time || a.told.number - b.told.number)
      .map(({ told, repeated }) => toNotice(told, repeated, this.surroundings.inhibits(told)));
  }

  #note({ entry, notices, number, state }: Plan, now: number): void {
    const before = entry.receivers.get(this.name);
    const at = notices.length > 0 ? now : before?.at;
    // While it was told, the alert may have gone on.
    if (number !== undefined && (number !== before?.number || at !== before.at || state !== before.state)) {
      this.surroundings.book.told(entry, this.name, { number, state, at });
      this.surroundings.touch();
    }
  }

  /** Says when a group is looked at next, and forgets it where there is nothing to tell of it any more. */
  #rest(group: Group, now: number, more: boolean): void {
    const { groupInterval, repeatInterval } = this.configuration;
    let wakeAt = more ? now : Infinity;
    for (const entry of group.alerts) {
      const { number = 0, at } = entry.receivers.get(this.name) ?? {};
      if (number < entry.last.number || !entry.stored) {
        // News that came meanwhile, or that are kept back.
        wakeAt = Math.min(wakeAt, (group.toldAt ?? now) + groupInterval, now + HOUR);
      } else if (entry.isOver) {
        group.alerts.delete(entry);
        this.#homes.delete(entry);
      } else if (at !== undefined) {
        wakeAt = Math.min(wakeAt, at + repeatInterval);
      }
    }
    group.wakeAt = Math.max(wakeAt, now + (more ? 0 : 1));
    if (group.alerts.size === 0) {
      this.#groups.delete(group.key);
    }
  }

  #knowsOpen(entry: Entry): boolean {
    const known = entry.receivers.get(this.name)?.state;
    return known !== undefined && known !== 'resolved';
  }

  #groupOf(entry: Entry): Group {
    const home = this.#homes.get(entry) ?? this.#groupFor(labelsOf(entry.last));
    home.alerts.add(entry);
    this.#homes.set(entry, home);
    return home;
  }

  #groupFor(all: Labels): Group {
    const { groupBy } = this.configuration;
    const labels = groupBy.includes('...')
      ? all
      : Object.fromEntries(groupBy.filter((label) => label in all).map((label) => [label, all[label] ?? '']));
    const key = JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
    const known = this.#groups.get(key);
    if (known !== undefined) {
      return known;
    }
    const group = {
      key,
      labels,
      alerts: new Set<Entry>(),
      wakeAt: Infinity,
      toldAt: undefined,
      failures: 0,
      busy: false,
    };
    this.#groups.set(key, group);
    return group;
  }
}

/** As many plans as have so many notices together, one at the least. */
function firstOf(plans: readonly Plan[], most: number): Plan[] {
  const taken: Plan[] = [];
  let count = 0;
  for (const plan of plans) {
    count += plan.notices.length;
    if (taken.length > 0 && count > most) {
      break;
    }
    taken.push(plan);
  }
  return taken;
}
