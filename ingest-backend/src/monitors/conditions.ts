import { createHash } from 'node:crypto';
import type { Micros } from '@pneumograph/contract';
import type { AlertChange, Origin } from '../archive/index.js';
import type { Finding, Severity } from './monitor.js';

/** An alert that fires; as it is kept in a snapshot. */
interface Firing {
  readonly alert: AlertChange;
  /** When the condition was last said to hold. */
  last: Micros;
  /** Whether it resolves by itself, when it has not happened again. */
  readonly event: boolean;
}

/** A condition that holds, though not for long enough yet. */
interface Pending {
  readonly since: Micros;
  /** What began it: its origin does not depend on when the alert fires. */
  readonly first: Finding;
  /** What was said last. */
  last: Finding;
}

export interface ConditionsOptions {
  readonly monitor: string;
  readonly severity: Severity;
  /** Microseconds for which a condition has to hold before its alert fires. */
  readonly holdFor: Micros;
  /** Microseconds after which the alert of an event resolves. */
  readonly resolveAfter: Micros;
}

export interface ConditionsState {
  readonly pending: ReadonlyArray<readonly [key: string, pending: Pending]>;
  readonly firing: ReadonlyArray<readonly [key: string, firing: Firing]>;
}

/** Turns what a monitor finds into alerts: one from the moment that a condition holds until it holds no more. */
export class Conditions {
  readonly #pending: Map<string, Pending>;
  readonly #firing: Map<string, Firing>;

  constructor(
    private readonly options: ConditionsOptions,
    private readonly emit: (alert: AlertChange) => void,
    state?: ConditionsState
  ) {
    this.#pending = new Map(state?.pending.map(([key, pending]) => [key, { ...pending }]));
    this.#firing = new Map(state?.firing.map(([key, firing]) => [key, { ...firing }]));
  }

  /** Says whether a condition holds, from a time on until something else is said of it. */
  update(holds: boolean, finding: Finding): void {
    const { key, time, origin } = finding;
    this.#ripen(key, time);
    const firing = this.#firing.get(key);
    if (!holds) {
      this.#pending.delete(key);
      if (firing !== undefined) {
        this.#resolve(key, firing, time, origin);
      }
      return;
    }
    if (firing !== undefined) {
      firing.last = Math.max(firing.last, time);
      return;
    }
    const pending = this.#pending.get(key);
    if (pending === undefined) {
      this.#pending.set(key, { since: time, first: finding, last: finding });
    } else {
      pending.last = finding;
    }
    this.#ripen(key, time);
  }

  happened(finding: Finding): void {
    const firing = this.#firing.get(finding.key);
    if (firing === undefined) {
      this.#fire(finding, true);
    } else {
      firing.last = Math.max(firing.last, finding.time);
    }
  }

  /** Fires what has held for long enough, and resolves the alerts of events that did not happen again. */
  advance(time: Micros): void {
    this.#pending.forEach((_pending, key) => this.#ripen(key, time));
    for (const [key, firing] of this.#firing) {
      const end = firing.last + this.options.resolveAfter;
      if (firing.event && time >= end) {
        this.#resolve(key, firing, end, firing.alert);
      }
    }
  }

  get firing(): number {
    return this.#firing.size;
  }

  snapshot(): ConditionsState {
    return { pending: [...this.#pending], firing: [...this.#firing].map(([key, firing]) => [key, { ...firing }]) };
  }

  /** Fires where a condition has held for long enough by a time, at the moment at which it had. */
  #ripen(key: string, now: Micros): void {
    const pending = this.#pending.get(key);
    const { holdFor } = this.options;
    if (pending === undefined || now - pending.since < holdFor) {
      return;
    }
    this.#pending.delete(key);
    const { since, first, last } = pending;
    this.#fire({ ...last, time: since + holdFor, origin: first.origin }, false);
  }

  #fire({ key, name, text, value, evidence, time, origin, about }: Finding, event: boolean): void {
    const { monitor, severity } = this.options;
    const alert: AlertChange = {
      kind: 'alert',
      id: idOf(monitor, key, time, origin),
      time,
      startsAt: time,
      state: 'firing',
      severity,
      monitor,
      workflow: about.workflow,
      model: about.model,
      slot: about.slot,
      engine: about.engine ?? '',
      feature: about.feature,
      name,
      text,
      value,
      evidence: evidence === undefined ? undefined : JSON.stringify(evidence),
      partition: origin.partition,
      offset: origin.offset,
    };
    this.#firing.set(key, { alert, last: time, event });
    this.emit(alert);
  }

  #resolve(key: string, { alert }: Firing, time: Micros, { partition, offset }: Origin): void {
    this.#firing.delete(key);
    this.emit({ ...alert, state: 'resolved', time: Math.max(time, alert.startsAt), partition, offset });
  }
}

/** The same for the same finding of the same record, whenever that is read again. */
function idOf(monitor: string, key: string, time: Micros, { partition, offset }: Origin): string {
  const text = JSON.stringify([monitor, key, time, partition.key, offset]);
  return createHash('sha256').update(text).digest('hex').slice(0, 20);
}
