import type { Micros } from '@pneumograph/contract';
import type { Speech } from '../../monitor.js';
import { Windows, type Window, type WindowsState } from '../../windows.js';
import type { Input, Item, Say } from './runner.js';

interface Counts {
  yielded: number;
  rejected: number;
  dropped: number;
}

export interface SpeakerState {
  readonly windows: ReadonlyArray<WindowsState | null>;
  readonly alerts: ReadonlyArray<readonly [key: string, last: Micros]>;
}

const WINDOW: Micros = 60e6;
const LONGEST_NAME = 200;
const LONGEST_VALUE = 1000;
/** Texts of alerts that are told from each other at one time. */
const MOST_ALERTS = 100;
/** After so long without it, a text makes room for others. */
const FORGET_AFTER: Micros = 3600e6;

/**
 * Puts what code says into statements of the monitor, each with the time and origin of the record that it was said at.
 * What code yields beside alerts and points is counted in windows of a minute.
 */
export class Speaker {
  readonly #windows: ReadonlyMap<Input, Windows<Counts>>;
  readonly #alerts: Map<string, Micros>;

  constructor(
    inputs: readonly Input[],
    private readonly speech: Speech,
    state?: SpeakerState
  ) {
    const none = (): Counts => ({ yielded: 0, rejected: 0, dropped: 0 });
    this.#windows = new Map(
      inputs.map((input, index) => {
        const windows = new Windows<Counts>(WINDOW, none, (window) => this.#tell(input, window));
        windows.restore(state?.windows[index] ?? undefined, (content) => content as Counts);
        return [input, windows];
      })
    );
    this.#alerts = new Map(state?.alerts);
  }

  say(item: Item, say: Say): void {
    if (say[1] === 'alert') {
      this.#alert(item, say[2], say[3]);
    } else if (say[1] === 'point') {
      const { time } = item.record;
      const { workflow, model, slot } = item.from;
      const about = { workflow, model, slot, feature: say[4] ?? undefined };
      this.speech.measure({ metric: say[2], value: say[3], time, origin: item.record, about });
    } else {
      this.count(item, 'yielded', say[2]);
    }
  }

  /** Counts a record that is answered for; 0 where it only tells that there was one. */
  count({ from, record }: Item, what: keyof Counts, count: number): void {
    const counts = this.#windows.get(from)?.at(record.time, record);
    if (counts !== undefined) {
      counts[what] += count;
    }
  }

  reached(input: Input, time: Micros): void {
    this.#windows.get(input)?.reached(time);
  }

  snapshot(): SpeakerState {
    return {
      windows: [...this.#windows.values()].map((windows) => windows.snapshot((counts) => ({ ...counts })) ?? null),
      alerts: [...this.#alerts],
    };
  }

  #alert({ from, record }: Item, text: string, value: number | string | null): void {
    const { workflow, model, slot } = from;
    const name = text.slice(0, LONGEST_NAME);
    const shown = value === null ? '.' : `: the value is ${String(value).slice(0, LONGEST_VALUE)}.`;
    this.speech.event({
      key: this.#keyOf(name, from, record.time),
      time: record.time,
      origin: record,
      about: { workflow, model, slot },
      name,
      text: `${text.slice(0, LONGEST_VALUE)}${shown}`,
      value: typeof value === 'number' ? value : undefined,
      evidence: value === null ? undefined : { value },
      record: record.value,
    });
  }

  /** One alert a text; texts that hold values are without end, and have one together beyond a bound. */
  #keyOf(name: string, { workflow, model, slot }: Input, time: Micros): string {
    const key = JSON.stringify([name, workflow, model, slot]);
    if (!this.#alerts.has(key) && this.#alerts.size >= MOST_ALERTS) {
      for (const [other, last] of this.#alerts) {
        if (time - last >= FORGET_AFTER) {
          this.#alerts.delete(other);
        }
      }
      if (this.#alerts.size >= MOST_ALERTS) {
        return 'further';
      }
    }
    this.#alerts.set(key, time);
    return key;
  }

  #tell({ workflow, model, slot }: Input, { start, span, origin, content }: Window<Counts>): void {
    const measure = (metric: string, value: number): void =>
      this.speech.measure({ metric, value, time: start, span, origin, about: { workflow, model, slot } });
    measure('monitor.record.count', content.yielded);
    measure('monitor.record.rejected.count', content.rejected);
    measure('monitor.record.dropped.count', content.dropped);
  }
}
