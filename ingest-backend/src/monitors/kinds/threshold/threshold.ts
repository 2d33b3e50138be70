import type { Micros } from '@pneumograph/contract';
import type { Origin, Point } from '../../../archive/index.js';
import type { StreamAddress, StreamRecord } from '../../../streams/index.js';
import type { Monitor, Setting, Subject } from '../../monitor.js';
import { fieldOf, pathOf } from '../field.js';
import { LearnedBounds, saidBounds, type Bounds, type LearnedState } from './bounds.js';
import type { Params } from './params.js';

/** What is remembered of one stream's field, or of one series of a metric. */
interface Watch {
  readonly about: Subject;
  last: { time: Micros; value: number; partition: string; offset: number } | undefined;
  outside: boolean;
  absent: boolean;
  readonly learned: LearnedBounds | undefined;
}

type WatchState = Pick<Watch, 'about' | 'last' | 'outside' | 'absent'> & {
  readonly learned?: LearnedState | undefined;
};

/** Tells when a value leaves its bounds, changes too fast, or does not come. */
export class Threshold implements Monitor {
  readonly #params: Params;
  readonly #path: readonly string[];
  readonly #said: Bounds;
  readonly #watches = new Map<string, Watch>();
  /** The wall clock when it began to look: what did not come before may have come while nobody looked. */
  #from: Micros | undefined;

  constructor(private readonly setting: Setting<Params>) {
    this.#params = setting.params;
    this.#path = pathOf(setting.params.field);
    this.#said = saidBounds(setting.params);
    for (const [key, state] of (setting.state ?? []) as ReadonlyArray<readonly [string, WatchState]>) {
      this.#watches.set(key, { ...state, learned: this.#learn(state.learned) });
    }
  }

  take({ workflow, model, slot }: StreamAddress, record: StreamRecord): void {
    const value = fieldOf(record.value, this.#path);
    if (typeof value === 'number' && Number.isFinite(value)) {
      const feature = this.#path.length === 0 ? undefined : this.#path.join('.');
      this.#see({ workflow, model, slot, feature }, record.time, value, record, record.value);
    }
  }

  point({ series, time, value, partition, offset }: Point): void {
    const { workflow, model, slot, engine, feature } = series;
    const { last } = this.#watchOf({ workflow, model, slot, engine, feature });
    if (last !== undefined && time <= last.time) {
      return;
    }
    this.#see({ workflow, model, slot, engine, feature }, time, value, { partition, offset });
  }

  reached(stream: StreamAddress, time: Micros): void {
    for (const watch of this.#watches.values()) {
      const { workflow, model, slot } = watch.about;
      if (workflow === stream.workflow && model === stream.model && slot === stream.slot) {
        this.#miss(watch, time);
      }
    }
  }

  tick(now: Micros): void {
    if (this.#params.metric !== undefined) {
      this.#from ??= now;
      const from = this.#from;
      this.#watches.forEach((watch) => this.#miss(watch, now, from));
    }
  }

  snapshot(): unknown {
    return [...this.#watches].map(([key, { learned, ...watch }]) => [key, { ...watch, learned: learned?.snapshot() }]);
  }

  #see(about: Subject, time: Micros, value: number, origin: Origin, record?: unknown): void {
    const watch = this.#watchOf(about);
    const { last } = watch;
    this.#compare(watch, time, value, origin, record);
    if (last === undefined || time > last.time) {
      if (last !== undefined) {
        this.#compareRate(watch, last, time, value, origin);
      }
      watch.last = { time, value, partition: origin.partition.key, offset: origin.offset };
    }
    if (watch.absent) {
      watch.absent = false;
      this.#say(watch, 'absent', false, time, origin, 'No value', `${this.#what(watch)} came again.`, value);
    }
  }

  #compare(watch: Watch, time: Micros, value: number, origin: Origin, record: unknown): void {
    const { learned } = watch;
    const { low, high } = {
      low: Math.max(this.#said.low, learned?.bounds?.low ?? -Infinity),
      high: Math.min(this.#said.high, learned?.bounds?.high ?? Infinity),
    };
    learned?.add(value);
    if (low === -Infinity && high === Infinity) {
      return;
    }
    const inner = watch.outside ? this.#params.hysteresis : 0;
    watch.outside = value > high - inner || value < low + inner;
    const text = watch.outside
      ? `${this.#what(watch)} is ${value}, ${value > high - inner ? `above ${high}` : `below ${low}`}.`
      : `${this.#what(watch)} is ${value}, within its bounds.`;
    const evidence = { value, low: finite(low), high: finite(high) };
    this.#say(watch, 'bounds', watch.outside, time, origin, this.#params.alert, text, value, evidence, record);
  }

  #compareRate(watch: Watch, last: { time: Micros; value: number }, time: Micros, value: number, origin: Origin): void {
    const most = this.#params.rate;
    if (most === undefined) {
      return;
    }
    const rate = (value - last.value) / ((time - last.time) / 1e6);
    const text = `${this.#what(watch)} changed by ${rate.toPrecision(6)} a second, from ${last.value} to ${value}.`;
    this.#say(watch, 'rate', Math.abs(rate) > most, time, origin, 'Value changes too fast', text, rate, { rate, most });
  }

  #miss(watch: Watch, now: Micros, from: Micros = -Infinity): void {
    const { last } = watch;
    const { absent } = this.#params;
    if (absent === undefined || last === undefined || watch.absent) {
      return;
    }
    const time = Math.max(last.time, from) + absent * 1000;
    if (now < time) {
      return;
    }
    watch.absent = true;
    const origin = { partition: { key: last.partition }, offset: last.offset };
    const text = `No value of ${this.#what(watch)} came for ${absent / 1000} s.`;
    this.#say(watch, 'absent', true, time, origin, 'No value', text);
  }

  #say(
    watch: Watch,
    which: string,
    holds: boolean,
    time: Micros,
    origin: Origin,
    name: string,
    text: string,
    value?: number,
    evidence?: unknown,
    record?: unknown
  ): void {
    const key = JSON.stringify([which, keyOf(watch.about)]);
    const { about } = watch;
    this.setting.speech.condition(holds, { key, time, origin, about, name, text, value, evidence, record });
  }

  #what({ about }: Watch): string {
    return this.#params.metric ?? about.feature ?? 'the record';
  }

  #watchOf(about: Subject): Watch {
    const key = keyOf(about);
    let watch = this.#watches.get(key);
    if (watch === undefined) {
      watch = { about, last: undefined, outside: false, absent: false, learned: this.#learn(undefined) };
      this.#watches.set(key, watch);
    }
    return watch;
  }

  #learn(state: LearnedState | undefined): LearnedBounds | undefined {
    return this.#params.learn === undefined ? undefined : new LearnedBounds(this.#params.learn, state);
  }
}

function keyOf({ workflow, model, slot, engine, feature }: Subject): string {
  return JSON.stringify([workflow, model, slot ?? null, engine ?? '', feature ?? '']);
}

function finite(bound: number): number | undefined {
  return Number.isFinite(bound) ? bound : undefined;
}
