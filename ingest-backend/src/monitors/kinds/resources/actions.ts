import type { Logger } from 'pino';
import type { Micros } from '@pneumograph/contract';
import type { Point } from '../../../archive/index.js';
import type { Speech } from '../../monitor.js';
import type { Load } from './load.js';
import type { ActionParams } from './params.js';
import { addressOf, causeId, Sender, type Cause } from './request.js';

export interface ActionsOptions {
  readonly params: ActionParams;
  readonly workflow: string;
  readonly model: string;
  readonly speech: Speech;
  readonly folder: string;
  readonly log: Logger | undefined;
}

export interface ActionsState {
  readonly counts: ReadonlyArray<readonly [engine: string, instances: number]>;
  /** No other action before it, in log time. */
  readonly coolUntil: Micros | null;
  /** Decided, not yet sent. */
  readonly wanted: Cause | undefined;
  /** Sent, its end not yet told. */
  readonly sending: Cause | undefined;
}

const MOST_COUNTS = 1000;

/** The actions on one model: one at a time, with a pause between, within bounds, each told. */
export class Actions {
  readonly #counts: Map<string, number>;
  readonly #sender: Sender | undefined;
  #coolUntil: Micros | null;
  #wanted: Cause | undefined;
  #sending: Cause | undefined;
  /** Sent before a restart: nobody knows how it ended. */
  #lost: Cause | undefined;
  /** How a request ended, told at the next tick. */
  #ended: (() => void) | undefined;
  #work: Promise<void> = Promise.resolve();

  constructor(
    private readonly options: ActionsOptions,
    state?: ActionsState
  ) {
    this.#counts = new Map(state?.counts);
    this.#coolUntil = state?.coolUntil ?? null;
    this.#wanted = state?.wanted;
    this.#lost = state?.sending;
    this.#sender = options.params.live ? new Sender(options.params, options.folder) : undefined;
  }

  /** Decides by log time alone whether a point gives rise to an action. */
  consider(loads: readonly Load[], load: Load, point: Point, reason: string): void {
    const { workflow, model, params } = this.options;
    const { min, max, step } = params;
    const busy = load.alarm;
    const lows = loads.filter(({ rule }) => rule.below !== undefined);
    const idle = !loads.some(({ alarm }) => alarm) && lows.length > 0 && lows.every((low) => low.idle(point.time));
    const ranked = this.#perEngine ? load.ranked() : [''];
    const outer = ranked.find((engine) => this.#count(engine) < max);
    this.#tellBound(load, point, busy && outer === undefined, reason);
    const cooling = this.#coolUntil !== null && point.time < this.#coolUntil;
    if (cooling || this.#wanted !== undefined || this.#sending !== undefined || (!busy && !idle)) {
      return;
    }
    const engine = busy ? outer : ranked.reverse().find((candidate) => this.#count(candidate) > min);
    if (engine === undefined) {
      return;
    }
    const from = this.#count(engine);
    const to = busy ? Math.min(max, from + step) : Math.max(min, from - step);
    const since = busy ? load.highSince : Math.max(...lows.map(({ lowSince }) => lowSince ?? point.time));
    const { metric } = load.rule;
    const cause = this.#identify({
      ...{ workflow, model, engine, direction: busy ? 'out' : 'in', from, to, reason, metric, value: load.value },
      ...{ since: since ?? point.time, after: this.#coolUntil },
      ...{ time: point.time, partition: point.partition.key, offset: point.offset },
    });
    this.#coolUntil = point.time + params.cooldown * 1000;
    loads.forEach((each) => each.rest());
    if (params.live) {
      this.#wanted = cause;
    } else {
      this.#tell(cause, 'Would scale', `Would scale ${this.#what(cause)}: dry run.`);
    }
  }

  tick(now: Micros): void {
    this.#ended?.();
    this.#ended = undefined;
    if (this.#lost !== undefined) {
      const lost = this.#lost;
      this.#lost = undefined;
      this.#tell(
        lost,
        'Scaling unknown',
        `Stopped while scaling ${this.#what(lost)}: it is not known whether it was done.`
      );
    }
    const cause = this.#wanted;
    if (cause === undefined || this.#sending !== undefined) {
      return;
    }
    this.#wanted = undefined;
    const age = now - cause.time;
    if (Math.abs(age) > this.options.params.recent * 1000) {
      const seconds = Math.round(age / 1e6);
      this.#tell(cause, 'Not scaled', `Did not scale ${this.#what(cause)}: its cause is ${seconds} s old.`);
    } else {
      this.#sending = cause;
      this.#work = this.#send(cause);
    }
  }

  snapshot(): ActionsState {
    return {
      counts: [...this.#counts],
      coolUntil: this.#coolUntil,
      wanted: this.#wanted,
      sending: this.#sending ?? this.#lost,
    };
  }

  async close(): Promise<void> {
    await this.#sender?.close();
    await this.#work;
  }

  async #send(cause: Cause): Promise<void> {
    const sender = this.#sender as Sender;
    try {
      const { status, attempts } = await sender.send(cause);
      this.#ended = () => {
        this.#sending = undefined;
        this.#setCount(cause.engine, cause.to);
        this.#tell(cause, 'Scaled', `Scaled ${this.#what(cause)}: status ${status}.`, { status, attempts });
      };
    } catch (error) {
      if (!sender.stopped) {
        const { message } = error as Error;
        this.#ended = () => {
          this.#sending = undefined;
          this.#tell(cause, 'Scaling failed', `Could not scale ${this.#what(cause)}: ${message}.`, { error: message });
        };
      }
    }
  }

  #tellBound(load: Load, { time, partition, offset }: Point, holds: boolean, reason: string): void {
    const { workflow, model, params, speech } = this.options;
    speech.condition(holds, {
      key: JSON.stringify(['bound', load.rule.metric, workflow, model]),
      time,
      origin: { partition, offset },
      about: { workflow, model, slot: undefined },
      name: 'Cannot scale further',
      text: `${model} has ${params.max} instances, the most that it may have. ${reason}`,
      value: params.max,
    });
  }

  #tell(cause: Cause, name: string, text: string, more: Record<string, unknown> = {}): void {
    const { params, speech, log } = this.options;
    const { id, workflow, model, engine, time, partition, offset, to } = cause;
    const evidence = { request: `POST ${addressOf(params, cause)}`, live: params.live, cause, ...more };
    log?.[name === 'Scaling failed' ? 'error' : 'info'](evidence, text);
    speech.event({
      key: JSON.stringify(['action', name, id]),
      time,
      origin: { partition: { key: partition }, offset },
      about: { workflow, model, slot: undefined, ...(engine === '' ? {} : { engine }) },
      name,
      text,
      value: to,
      evidence,
    });
  }

  #what({ model, engine, from, to, reason }: Cause): string {
    const on = engine === '' ? model : `${model} on ${engine}`;
    return `${on} from ${from} to ${to} instances (${reason.replace(/\.$/, '')})`;
  }

  #identify(cause: Omit<Cause, 'id'>): Cause {
    return { id: causeId(cause, this.options.params), ...cause };
  }

  /** Where the address names an engine, each has its own number of instances. */
  get #perEngine(): boolean {
    return addressOf(this.options.params).includes('{engine}');
  }

  #count(engine: string): number {
    const { start, min } = this.options.params;
    return this.#counts.get(engine) ?? start ?? min;
  }

  #setCount(engine: string, count: number): void {
    this.#counts.delete(engine);
    this.#counts.set(engine, count);
    const [oldest] = this.#counts.keys();
    if (this.#counts.size > MOST_COUNTS && oldest !== undefined) {
      this.#counts.delete(oldest);
    }
  }
}
