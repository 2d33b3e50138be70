import { createHash } from 'node:crypto';
import type { Micros } from '@pneumograph/contract';
import {
  dueAt,
  fillIn,
  linkTo,
  step,
  UNWATCHED,
  type Happening,
  type Rules,
  type Step,
  type Watched,
} from '../alerts/index.js';
import type { AlertChange } from '../archive/index.js';
import type { Engines } from './engines.js';
import { Offences, withOffences, type OffencesState } from './offences.js';
import type { Finding, Severity } from './monitor.js';

export interface ConditionsOptions extends Rules {
  readonly monitor: string;
  readonly severity: Severity;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** What takes the place of the monitor's own text. */
  readonly text?: string | undefined;
  readonly link?: string | undefined;
  readonly inhibits?: 'downstream' | undefined;
}

export interface ConditionsState {
  readonly watched: ReadonlyArray<readonly [key: string, watched: Watched<Finding>]>;
  readonly offences: OffencesState;
}

/** Turns what a monitor finds into alerts, step by step: one machine for each condition. */
export class Conditions {
  readonly #watched: Map<string, Watched<Finding>>;
  readonly #offences: Offences;
  /** When time alone brings about the next step of any. */
  #due = Infinity;

  constructor(
    private readonly options: ConditionsOptions,
    private readonly emit: (alert: AlertChange) => void,
    state?: ConditionsState,
    private readonly engines?: Pick<Engines, 'isDone'>
  ) {
    this.#watched = new Map(state?.watched);
    this.#offences = new Offences(state?.offences);
    this.#watched.forEach((watched) => this.#expect(watched));
  }

  /** Says whether a condition holds, from a time on until something else is said of it. */
  update(holds: boolean, finding: Finding): void {
    const { key, time } = finding;
    if (this.#isDone(finding) || time < (this.#watched.get(key)?.said ?? -Infinity)) {
      return;
    }
    // What is over by then is told before this counts to the next alert.
    this.#take(key, { kind: 'reached', time: time - 1 });
    if (holds) {
      this.#offences.add(finding);
    }
    this.#take(key, { kind: 'said', time, holds, finding: remembered(finding, holds) });
  }

  happened(finding: Finding): void {
    const { key, time } = finding;
    if (!this.#isDone(finding)) {
      this.#take(key, { kind: 'reached', time: time - 1 });
      this.#offences.add(finding);
      this.#take(key, { kind: 'happened', time, finding: remembered(finding, true) });
    }
  }

  /** Says that nothing can be told, since the monitor fails. @param finding what the failure is told as */
  failed(finding: Finding): void {
    const { time, text: reason, key } = finding;
    for (const other of this.#watched.keys()) {
      this.#take(other, { kind: 'failed', time, reason });
    }
    this.#take(key, { kind: 'failed', time, reason, finding });
  }

  /** Says that the monitor works again, which ends the alert of its failure. */
  works(key: string, time: Micros): void {
    this.#take(key, { kind: 'ended', time, reason: 'The monitor works again.' });
  }

  /** An engine that is done has no alerts any more. */
  finished(engine: string, time: Micros): void {
    for (const [key, { alert, finding }] of this.#watched) {
      if ((alert?.first ?? finding)?.about.engine === engine) {
        // What is over by then is told before, whether time was told to have come so far or not.
        this.#take(key, { kind: 'reached', time: time - 1 });
        this.#take(key, { kind: 'ended', time, reason: 'The engine finished.' });
      }
    }
  }

  /** Whether something is known of a condition. */
  has(key: string): boolean {
    return this.#watched.has(key);
  }

  /**
   * Lets time pass up to a moment, of which more may come: whether it comes in one batch or in two makes no difference.
   * @returns whether that brought about anything
   */
  advance(time: Micros): boolean {
    if (time <= this.#due) {
      return false;
    }
    let moved = false;
    this.#due = Infinity;
    for (const [key, watched] of this.#watched) {
      if ((dueAt(watched, this.options) ?? Infinity) < time) {
        this.#take(key, { kind: 'reached', time: time - 1 });
        moved = true;
      } else {
        this.#expect(watched);
      }
    }
    return moved;
  }

  /** Ends all that is open. */
  end(time: Micros, reason: string): void {
    for (const key of this.#watched.keys()) {
      this.#take(key, { kind: 'ended', time, reason });
    }
  }

  get firing(): number {
    return [...this.#watched.values()].filter(({ alert }) => alert?.state === 'firing').length;
  }

  snapshot(): ConditionsState {
    return { watched: [...this.#watched], offences: this.#offences.snapshot() };
  }

  /** Late news of an engine that is done raises nothing. */
  #isDone({ about: { engine } }: Finding): boolean {
    return engine !== undefined && this.engines?.isDone(engine) === true;
  }

  #take(key: string, happening: Happening<Finding>): void {
    const { watched, steps } = step(this.#watched.get(key) ?? UNWATCHED, happening, this.options);
    for (const one of steps) {
      this.emit(this.#changeOf(one));
    }
    if (watched.alert === undefined) {
      this.#offences.forget(key);
    }
    if (watched.alert === undefined && watched.said === undefined) {
      this.#watched.delete(key);
    } else {
      this.#watched.set(key, watched);
      this.#expect(watched);
    }
  }

  #expect(watched: Watched<Finding>): void {
    this.#due = Math.min(this.#due, dueAt(watched, this.options) ?? Infinity);
  }

  #changeOf({ to: state, time, number, startsAt, first, told, cause, reason }: Step<Finding>): AlertChange {
    const { monitor, severity, labels, link, inhibits } = this.options;
    const { about, name, value } = told;
    // What a step of time alone comes with is what began the alert.
    const { partition, offset } = cause?.origin ?? first.origin;
    const change: AlertChange = {
      kind: 'alert',
      id: idOf(monitor, first),
      number,
      time,
      startsAt,
      state,
      severity,
      monitor,
      workflow: about.workflow,
      model: about.model,
      slot: about.slot,
      engine: about.engine ?? '',
      feature: about.feature,
      name,
      text: this.#textOf(state, told, reason),
      value,
      evidence: withOffences(told.evidence, this.#offences.of(told.key)),
      partition,
      offset,
      ...(labels === undefined || Object.keys(labels).length === 0 ? {} : { labels }),
      ...(reason === undefined ? {} : { reason }),
      ...(inhibits === undefined ? {} : { inhibits }),
    };
    const text =
      this.options.text === undefined || state === 'no-data' ? change.text : fillIn(this.options.text, change);
    return { ...change, text, ...(link === undefined ? {} : { link: linkTo(link, { ...change, text }) }) };
  }

  #textOf(state: AlertChange['state'], { name, text }: Finding, reason: string | undefined): string {
    if (state === 'no-data') {
      return `Nothing was said of "${name}" for ${(this.options.noDataAfter ?? 0) / 1e6} s. Last: ${text}`;
    }
    return state === 'error' && reason !== undefined ? reason : text;
  }
}

/** What of a finding its alert is told with: records are kept apart, and evidence is of what is wrong. */
function remembered({ record: _, evidence, ...rest }: Finding, holds: boolean): Finding {
  return holds ? { ...rest, evidence } : rest;
}

/** The same for the same finding of the same record, whenever that is read again. */
function idOf(monitor: string, { key, time, origin: { partition, offset }, id }: Finding): string {
  if (id !== undefined) {
    return id;
  }
  const text = JSON.stringify([monitor, key, time, partition.key, offset]);
  return createHash('sha256').update(text).digest('hex').slice(0, 20);
}
