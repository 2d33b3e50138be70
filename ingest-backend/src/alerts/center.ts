import type { Logger } from 'pino';
import type { Muted, Silence } from '@pneumograph/contract';
import type { ArchiveItem } from '../archive/index.js';
import type { NotifyConfiguration } from '../config/index.js';
import { BoundedLog, type SelfMetrics } from '../selfmetrics/index.js';
import { Book, type Entry } from './book.js';
import { Inhibition, type Downstream } from './inhibition.js';
import { labelsOf } from './labels.js';
import { createNotifier, type Notifier } from './notify/index.js';
import { Receiver } from './receiver.js';
import { MOST_SILENCES, shown, Silences, type KeptSilence, type NewSilence } from './silences.js';

export interface CenterOptions {
  readonly receivers: readonly NotifyConfiguration[];
  /** What `takeNotes` gave before a restart, as the store keeps it. */
  readonly notes: ReadonlyMap<string, string>;
  readonly downstream: Downstream;
  /** Has the notes stored soon. */
  readonly touch: () => void;
  readonly log: Logger;
  readonly metrics?: Pick<SelfMetrics, 'notified' | 'notifyFailures'> | undefined;
  /** Epoch milliseconds. */
  readonly clock?: () => number;
  readonly notifier?: (configuration: NotifyConfiguration) => Notifier;
}

/**
 * Tells receivers of alerts: what is stored is told, until it is taken. What is still to be told and what was told are
 * stored as notes, in the transaction of the steps that they are about.
 */
export class AlertCenter {
  readonly #book: Book;
  readonly #silences: Silences;
  readonly #inhibition: Inhibition;
  readonly #receivers: readonly Receiver[];
  readonly #clock: () => number;
  readonly #log: BoundedLog;
  #moved: Entry[] = [];

  constructor(private readonly options: CenterOptions) {
    const { notes, receivers, downstream, touch, metrics, log, notifier = createNotifier } = options;
    this.#clock = options.clock ?? Date.now;
    this.#log = new BoundedLog(log);
    this.#book = new Book(notes);
    this.#silences = new Silences(notes);
    this.#inhibition = new Inhibition(this.#book, downstream);
    const surroundings = {
      ...{ book: this.#book, touch },
      mutedBy: (entry: Entry) => this.#mutedBy(entry),
      inhibits: (told: Entry['last']) => this.#inhibition.keptBackBy(told),
      sent: (receiver: string, notices: number) => metrics?.notified.inc({ receiver }, notices),
      failed: (receiver: string, error: Error) => {
        metrics?.notifyFailures.inc({ receiver });
        this.#log.warn(receiver, { receiver, error: error.message }, 'a receiver did not take a notification');
      },
    };
    this.#receivers = receivers.map((one) => new Receiver(one, notifier(one), surroundings));
    for (const entry of this.#book.entries()) {
      this.#receivers.forEach((receiver) => receiver.changed(entry, this.#clock()));
    }
  }

  /** Sees what is about to be stored: the notes of the same batch hold it. */
  watch(items: readonly ArchiveItem[]): void {
    this.#moved.push(...this.#book.take(items, this.#clock()));
  }

  /** Says that what was seen is stored. */
  stored(): void {
    const moved = this.#moved;
    this.#moved = [];
    const now = this.#clock();
    for (const entry of moved) {
      entry.stored = true;
      this.#receivers.forEach((receiver) => receiver.changed(entry, now));
    }
    if (moved.some(({ last }) => last.inhibits !== undefined)) {
      this.#receivers.forEach((receiver) => receiver.wake(now));
    }
  }

  tick(): void {
    const now = this.#clock();
    this.#receivers.forEach((receiver) => receiver.tick(now));
  }

  takeNotes(): Map<string, string> {
    for (const entry of this.#book.changedEntries()) {
      const concerned = this.#receivers.filter((receiver) => receiver.concerns(entry));
      this.#book.settle(
        entry,
        concerned.map(({ name }) => name)
      );
    }
    const now = this.#clock();
    return new Map([...this.#book.takeNotes(now), ...this.#silences.takeNotes(now)]);
  }

  /** Of each receiver the alerts that it is still to be told of. */
  waiting(): Array<readonly [receiver: string, alerts: number]> {
    return this.#receivers.map((receiver) => [receiver.name, receiver.waiting]);
  }

  /** Alerts that were forgotten though someone was to be told of them. */
  get dropped(): number {
    return this.#book.dropped;
  }

  /** Why nobody is notified of an alert now, or undefined. */
  mutedBy(id: string): Muted | undefined {
    const entry = this.#book.get(id);
    return entry === undefined || entry.isOver ? undefined : this.#mutedBy(entry);
  }

  silences(): Silence[] {
    return this.#silences.list(this.#clock());
  }

  /** @throws RangeError where there are too many already */
  silence(silence: NewSilence | KeptSilence): Silence {
    if (this.#silences.size >= MOST_SILENCES) {
      throw new RangeError(`expected at most ${MOST_SILENCES} silences: let some expire first`);
    }
    const kept = this.#silences.add(silence);
    this.options.touch();
    return shown(kept, this.#clock());
  }

  /**
   * Ends a silence.
   * @param now epoch milliseconds
   * @returns undefined where there is none, or it is over already
   */
  expire(id: string, now = this.#clock()): Silence | undefined {
    const kept = this.#silences.expire(id, now);
    if (kept !== undefined) {
      this.options.touch();
      this.#receivers.forEach((receiver) => receiver.wake(now));
    }
    return kept && shown(kept, now);
  }

  async close(): Promise<void> {
    await Promise.all(this.#receivers.map((receiver) => receiver.close()));
  }

  #mutedBy(entry: Entry): Muted | undefined {
    const silence = this.#silences.on(labelsOf(entry.last), this.#clock());
    if (silence !== undefined) {
      const until = new Date(silence.endsAt).toISOString();
      return { by: 'silence', because: `Silenced by ${silence.author} until ${until}: ${silence.comment}` };
    }
    const cause = this.#inhibition.causeOf(entry)?.last;
    return cause && { by: 'inhibition', because: `Follows from "${cause.name}" of ${cause.model}: ${cause.text}` };
  }
}
