import { isShadow, type AlertState } from '@pneumograph/contract';
import type { AlertChange, ArchiveItem } from '../archive/index.js';

/** A step as it waits to be told. */
export type Told = Omit<AlertChange, 'kind' | 'partition' | 'offset'>;

/** How far a receiver has been told of an alert. */
export interface Progress {
  /** Of the last step that it was told of, or that was not for it. */
  readonly number: number;
  /** The state that it knows; undefined where it was told of none. */
  readonly state?: AlertState | undefined;
  /** When it was told last, in epoch milliseconds. */
  readonly at?: number | undefined;
}

interface Note {
  readonly steps: readonly Told[];
  readonly receivers: Readonly<Record<string, Progress>>;
  readonly fired?: boolean | undefined;
  /** When it was over, by the wall clock. */
  readonly overAt?: number | undefined;
}

const NOTES = 'alert ';
/** An alert that is over is known for so long: a step that comes again is not told again. */
const KNOWN_MILLIS = 24 * 3_600_000;
/** So many alerts are kept at most; those that are over go first. */
const MOST = 50_000;

/** One alert, as far as it has to be known to tell of it. */
export class Entry {
  steps: Told[];
  readonly receivers: Map<string, Progress>;
  fired: boolean;
  overAt: number | undefined;

  /** @param stored whether its last step is in the store: nobody is told before */
  constructor(
    readonly id: string,
    { steps, receivers, fired = false, overAt }: Note,
    public stored: boolean
  ) {
    this.steps = [...steps];
    this.receivers = new Map(Object.entries(receivers));
    this.fired = fired;
    this.overAt = overAt;
  }

  get last(): Told {
    return this.steps.at(-1) as Told;
  }

  get isOver(): boolean {
    return this.last.state === 'resolved';
  }

  note(): Note {
    const { steps, receivers, fired, overAt } = this;
    return { steps, receivers: Object.fromEntries(receivers), fired, overAt };
  }
}

/**
 * The alerts that are not over, and what is still to be told of those that are. Each is kept as a note, in the transaction
 * of its step: what was not told before a crash is told after it.
 */
export class Book {
  readonly #entries = new Map<string, Entry>();
  readonly #dirty = new Set<string>();
  readonly #causes = new Set<Entry>();
  /** Alerts that were dropped though someone was to be told of them. */
  dropped = 0;

  constructor(notes: ReadonlyMap<string, string>) {
    for (const [key, text] of notes) {
      if (key.startsWith(NOTES) && text !== '') {
        const id = key.slice(NOTES.length);
        this.#enter(new Entry(id, JSON.parse(text) as Note, true));
      }
    }
  }

  get(id: string): Entry | undefined {
    return this.#entries.get(id);
  }

  entries(): Iterable<Entry> {
    return this.#entries.values();
  }

  /** Those that keep others back: that inhibit, have fired and are not over. */
  causes(): Iterable<Entry> {
    return this.#causes;
  }

  /** Takes what is about to be stored. @returns the alerts with new steps */
  take(items: readonly ArchiveItem[], now: number): Entry[] {
    const moved = new Set<Entry>();
    for (const item of items) {
      if (item.kind === 'alert' && !isShadow(item.monitor)) {
        const entry = this.#step(item, now);
        if (entry !== undefined) {
          moved.add(entry);
        }
      }
    }
    if (moved.size > 0) {
      this.#bound();
    }
    return [...moved];
  }

  /** Says how far a receiver has come. */
  told(entry: Entry, receiver: string, progress: Progress): void {
    entry.receivers.set(receiver, progress);
    this.#dirty.add(entry.id);
  }

  /** Lets go of steps that all of these receivers are done with. */
  settle(entry: Entry, receivers: readonly string[]): void {
    const done = Math.min(entry.last.number, ...receivers.map((name) => entry.receivers.get(name)?.number ?? 0));
    const kept = entry.steps.filter(({ number }) => number > done || number === entry.last.number);
    if (kept.length < entry.steps.length) {
      entry.steps = kept;
      this.#dirty.add(entry.id);
    }
  }

  /** Those whose notes are to be written. */
  changedEntries(): Entry[] {
    return [...this.#dirty].flatMap((id) => this.#entries.get(id) ?? []);
  }

  takeNotes(now: number): Map<string, string> {
    for (const { id, overAt } of this.#entries.values()) {
      if (overAt !== undefined && now - overAt > KNOWN_MILLIS) {
        this.#forget(id);
      }
    }
    const notes = new Map<string, string>();
    for (const id of this.#dirty) {
      const entry = this.#entries.get(id);
      notes.set(`${NOTES}${id}`, entry === undefined ? '' : JSON.stringify(entry.note()));
    }
    this.#dirty.clear();
    return notes;
  }

  #step({ kind: _kind, partition: _partition, offset: _offset, ...told }: AlertChange, now: number): Entry | undefined {
    const known = this.#entries.get(told.id);
    if (known !== undefined && told.number <= known.last.number) {
      return undefined;
    }
    const entry = known ?? new Entry(told.id, { steps: [], receivers: {} }, false);
    entry.steps.push(told);
    entry.stored = false;
    entry.fired ||= told.state === 'firing';
    entry.overAt = told.state === 'resolved' ? now : undefined;
    this.#enter(entry);
    this.#dirty.add(told.id);
    return entry;
  }

  #enter(entry: Entry): void {
    this.#entries.set(entry.id, entry);
    if (entry.last.inhibits !== undefined && entry.fired && !entry.isOver) {
      this.#causes.add(entry);
    } else {
      this.#causes.delete(entry);
    }
  }

  #bound(): void {
    for (const { id, isOver } of this.#entries.size > MOST ? [...this.#entries.values()] : []) {
      if (this.#entries.size <= MOST) {
        return;
      }
      if (isOver) {
        this.dropped++;
        this.#forget(id);
      }
    }
  }

  #forget(id: string): void {
    this.#entries.delete(id);
    this.#dirty.add(id);
  }
}
