import { createHash } from 'node:crypto';
import type { Logger } from 'pino';
import { findMetric, isMonitored, type Micros } from '@pneumograph/contract';
import type { AlertChange, Point, ProfilePoint, Series } from '../archive/index.js';
import type { StreamAddress } from '../streams/index.js';
import { Conditions, type ConditionsState } from './conditions.js';
import type { Definition } from './definition.js';
import type { Finding, Measurement, Monitor, Speech, Statement } from './monitor.js';

export interface InstanceOptions {
  /** What `note` gave before a restart. */
  readonly note: string | undefined;
  readonly emit: (item: Point | AlertChange | ProfilePoint) => void;
  readonly series: (series: Series) => Series;
  readonly log: Logger;
}

interface Note {
  readonly state: unknown;
  readonly conditions: ConditionsState;
}

/** What is wrong with what a monitor says. */
class Rubbish extends Error {}

const FIRST_PAUSE_MILLIS = 1000;
const LONGEST_PAUSE_MILLIS = 5 * 60_000;
const LONGEST_NAME = 200;

/**
 * One monitor at work. Whatever it throws concerns it alone: it is made anew from its last snapshot after a pause that
 * grows, and its failure is an alert of its own.
 */
export class Instance {
  readonly key: string;
  readonly #conditions: Conditions;
  #monitor: Monitor | undefined;
  #statements = 0;
  #state: unknown;
  #pause = FIRST_PAUSE_MILLIS;
  #retryAt = 0;
  /** Whether something came to it since the last note that will not come again. */
  unnoted = false;
  error: string | undefined;

  constructor(
    readonly definition: Definition,
    readonly attached: readonly StreamAddress[],
    private readonly options: InstanceOptions
  ) {
    this.key = noteKey(definition, attached);
    const note = options.note === undefined ? undefined : (JSON.parse(options.note) as Note);
    this.#state = note?.state;
    const { name, severity, resolveAfter } = definition;
    this.#conditions = new Conditions(
      { monitor: name, severity, holdFor: definition.for * 1000, resolveAfter: resolveAfter * 1000 },
      options.emit,
      note?.conditions
    );
    this.#begin();
  }

  /** Lets the monitor do something, unless it failed lately. */
  guard(act: (monitor: Monitor) => void): void {
    if (this.#monitor === undefined && Date.now() >= this.#retryAt) {
      this.#begin();
    }
    const monitor = this.#monitor;
    if (monitor !== undefined) {
      try {
        act(monitor);
      } catch (error) {
        this.#fail(error as Error);
      }
    }
  }

  point(point: Point): void {
    this.unnoted = true;
    this.guard((monitor) => monitor.point?.(point));
  }

  /** Says what time it is. */
  tick(now: Micros): void {
    const before = this.#statements;
    this.guard((monitor) => monitor.tick?.(now));
    this.unnoted ||= this.definition.kind.byClock === true && this.#statements > before;
  }

  /** Lets log time go on, for alerts that resolve by themselves. */
  advance(time: Micros): void {
    this.#conditions.advance(time);
  }

  /** What it goes on from after a restart. */
  note(): string {
    this.unnoted = false;
    this.guard((monitor) => (this.#state = monitor.snapshot()));
    const note: Note = { state: this.#state, conditions: this.#conditions.snapshot() };
    return JSON.stringify(note);
  }

  async close(): Promise<void> {
    await this.#monitor?.close?.();
  }

  #begin(): void {
    const { name, kind, params, folder } = this.definition;
    const log = this.options.log.child({ monitor: name });
    try {
      const setting = { params, attached: this.attached, speech: this.#speech, state: this.#state, folder, log };
      this.#monitor = kind.create(setting);
      this.error = undefined;
    } catch (error) {
      this.#fail(error as Error);
    }
  }

  #fail(error: Error): void {
    const { name, kind } = this.definition;
    this.options.log.error({ monitor: name, kind: kind.name, err: error, pause: this.#pause }, 'a monitor failed');
    this.error = error.message;
    void Promise.resolve(this.#monitor?.close?.()).catch(() => undefined);
    this.#monitor = undefined;
    this.#retryAt = Date.now() + this.#pause;
    this.#pause = Math.min(2 * this.#pause, LONGEST_PAUSE_MILLIS);
    this.#tellFailure(error);
  }

  /** By the wall clock: a failure has no record that it would come with again. */
  #tellFailure(error: Error): void {
    const { name } = this.definition;
    const { workflow = '', model = '', slot } = this.attached[0] ?? this.definition.attach[0] ?? {};
    const time = Date.now() * 1000;
    this.#conditions.happened({
      key: 'failed',
      time,
      origin: { partition: { key: `monitor/${name}` }, offset: Math.floor(time / 1000) },
      about: { workflow, model, slot },
      name: 'Monitor failed',
      text: `The monitor ${name} failed: ${error.message}`,
    });
  }

  readonly #speech: Speech = {
    measure: (measurement) => this.#measure(measurement),
    show: ({ time, origin, about, span, content }) =>
      this.options.emit({
        kind: 'profile',
        series: this.#seriesOf('profile', about),
        time,
        span,
        content: JSON.stringify(content),
        partition: origin.partition,
        offset: origin.offset,
      }),
    condition: (holds: boolean, finding: Finding) => {
      this.#statements++;
      this.#conditions.update(holds, finding);
    },
    event: (finding: Finding) => this.#conditions.happened(finding),
  };

  #measure({ metric, value, time, span = 0, origin, about }: Measurement): void {
    if (metric === '' || metric.length > LONGEST_NAME) {
      throw new Rubbish(`expected a metric's name of 1 to ${LONGEST_NAME} characters, found ${metric.length}`);
    }
    const known = findMetric(metric);
    if (known !== undefined && !isMonitored(known)) {
      throw new Rubbish(`expected a name that no sensor's metric has, found ${metric}`);
    }
    // What cannot be told, such as the share of nothing, is not told.
    if (Number.isFinite(value)) {
      const { partition, offset } = origin;
      this.options.emit({ kind: 'point', series: this.#seriesOf(metric, about), time, value, span, partition, offset });
    }
  }

  #seriesOf(metric: string, { workflow, model, slot, engine, feature }: Statement['about']): Series {
    const monitor = this.definition.name;
    return this.options.series({ workflow, model, slot, engine: engine ?? '', metric, monitor, feature });
  }
}

/** The key of an instance's note: a definition that changed is another monitor. */
export function noteKey({ name, kind, params }: Definition, attached: readonly StreamAddress[]): string {
  const streams = attached.map(({ workflow, model, slot }) => [workflow, model, slot]);
  const text = JSON.stringify([name, kind.name, params, streams]);
  return `monitor ${createHash('sha256').update(text).digest('hex').slice(0, 32)}`;
}
