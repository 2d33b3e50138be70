import type { Micros } from '@pneumograph/contract';
import type { StreamAddress, StreamRecord } from '../../../streams/index.js';
import type { Monitor, Setting } from '../../monitor.js';
import { fieldOf } from '../field.js';
import { fieldAt } from '../features.js';
import { timeOf } from '../time.js';
import type { Params } from './params.js';

interface State {
  /** The time that the newest record speaks for, and its place. */
  readonly newest: { readonly time: Micros; readonly partition: string; readonly offset: number } | undefined;
  readonly next: Micros | null;
}

/** So many steps are told of a stream that stood still for long, the newest ones. */
const MOST_STEPS = 1000;

/** Tells how old the newest record of a stream is, at each step of log time. */
export class Freshness implements Monitor {
  readonly #params: Params;
  readonly #stream: StreamAddress;
  readonly #path: readonly string[] | undefined;
  #newest: State['newest'];
  /** The next moment at which it is told. */
  #next: Micros | undefined;

  constructor(private readonly setting: Setting<Params>) {
    const { params, attached } = setting;
    const state = setting.state as State | undefined;
    this.#params = params;
    this.#stream = attached[0] as StreamAddress;
    this.#path = params.time === undefined ? undefined : fieldAt(params.time).path;
    this.#newest = state?.newest;
    this.#next = state?.next ?? undefined;
  }

  take(_stream: StreamAddress, record: StreamRecord): void {
    this.reached(_stream, record.time);
    const time = this.#path === undefined ? record.time : timeOf(fieldOf(record.value, this.#path));
    if (time !== undefined && time >= (this.#newest?.time ?? -Infinity)) {
      this.#newest = { time, partition: record.partition.key, offset: record.offset };
      this.#next ??= this.#stepAfter(record.time);
    }
  }

  reached(_stream: StreamAddress, time: Micros): void {
    const step = this.#params.every * 1000;
    if (this.#next === undefined || this.#newest === undefined) {
      return;
    }
    if (time - this.#next > MOST_STEPS * step) {
      this.#next = this.#stepAfter(time - MOST_STEPS * step);
    }
    for (; this.#next <= time; this.#next += step) {
      this.#tell(this.#next, this.#newest);
    }
  }

  snapshot(): State {
    return { newest: this.#newest, next: this.#next ?? null };
  }

  #stepAfter(time: Micros): Micros {
    const step = this.#params.every * 1000;
    return (Math.floor(time / step) + 1) * step;
  }

  #tell(now: Micros, newest: NonNullable<State['newest']>): void {
    const { speech } = this.setting;
    const about = this.#stream;
    const origin = { partition: { key: newest.partition }, offset: newest.offset };
    const value = Math.max(0, now - newest.time) / 1e6;
    speech.measure({ time: now, origin, about, metric: 'freshness', value });
    const bound = this.#params.above / 1000;
    const what = this.#path === undefined ? 'The newest record came' : 'The newest record speaks of a time';
    speech.condition(value > bound, {
      key: 'freshness',
      time: now,
      origin,
      about,
      name: 'Data is stale',
      text: `${what} ${Number(value.toPrecision(4))} s ago, at most ${bound} s are borne.`,
      value,
      evidence: { seconds: value, bound, newest: newest.time },
    });
  }
}
