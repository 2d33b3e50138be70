import type { Micros } from '@pneumograph/contract';
import type { StreamAddress, StreamRecord } from '../../../streams/index.js';
import type { Monitor, Setting } from '../../monitor.js';
import type { Params } from './params.js';

/** Tells how far the reading of a stream is behind what comes to its log: by the wall clock, for that is what it is about. */
export class Lag implements Monitor {
  readonly #stream: StreamAddress;
  /** Log time that was reached. */
  #reached: Micros | undefined;
  #toldAt: Micros | undefined;

  constructor(private readonly setting: Setting<Params>) {
    this.#stream = setting.attached[0] as StreamAddress;
  }

  take(_stream: StreamAddress, { time }: StreamRecord): void {
    this.#reached = Math.max(this.#reached ?? -Infinity, time);
  }

  reached(_stream: StreamAddress, time: Micros): void {
    this.#reached = Math.max(this.#reached ?? -Infinity, time);
  }

  tick(now: Micros): void {
    const { above, every } = this.setting.params;
    const due = this.#toldAt === undefined || now - this.#toldAt >= every * 1000 || now < this.#toldAt;
    if (this.#reached === undefined || !due) {
      return;
    }
    this.#toldAt = now;
    const value = Math.max(0, now - this.#reached) / 1e6;
    const about = this.#stream;
    // No record gives rise to it: it has a log of its own, whose offsets are milliseconds.
    const { workflow, model, slot } = this.#stream;
    const origin = { partition: { key: `lag/${[workflow, model, slot].join('/')}` }, offset: Math.floor(now / 1000) };
    const { speech } = this.setting;
    speech.measure({ time: now, origin, about, metric: 'stream.lag', value });
    speech.condition(value > above / 1000, {
      key: 'lag',
      time: now,
      origin,
      about,
      name: 'Reading is behind',
      text: `The stream is read ${Number(value.toPrecision(3))} s after its records came, at most ${above / 1000} s are borne.`,
      value,
      evidence: { seconds: value, bound: above / 1000, reached: this.#reached },
    });
  }

  /** Nothing: how far reading is behind is found out anew. */
  snapshot(): null {
    return null;
  }
}
