import type { AlertState, Micros } from '@pneumograph/contract';

/** How long things have to last, in microseconds. */
export interface Rules {
  /** How long a condition has to hold before its alert fires. */
  readonly holdFor: Micros;
  /** How long a condition must not hold before its alert resolves. */
  readonly keepFiringFor: Micros;
  /** After how long without a word of a condition it cannot be told any more; what was said last holds for ever without it. */
  readonly noDataAfter: Micros | undefined;
  /** After how long the alert of an event resolves, when it has not happened again. */
  readonly resolveAfter: Micros;
}

/**
 * What may happen to one condition. `said` and `happened` come of what a monitor sees, `failed` of a monitor that cannot
 * see, `ended` of nobody looking any more; `reached` says that time has come so far.
 */
export type Happening<F> =
  | { readonly kind: 'said'; readonly time: Micros; readonly holds: boolean; readonly finding: F }
  | { readonly kind: 'happened'; readonly time: Micros; readonly finding: F }
  | { readonly kind: 'failed'; readonly time: Micros; readonly reason: string; readonly finding?: F }
  | { readonly kind: 'ended'; readonly time: Micros; readonly reason: string }
  | { readonly kind: 'reached'; readonly time: Micros };

/** An alert that is not over. Plain JSON, as is all of `Watched`, if its findings are. */
export interface OpenAlert<F> {
  readonly state: Exclude<AlertState, 'resolved'>;
  /** When it came into its state, by the clock of what is said: what lasts is counted from here. */
  readonly since: Micros;
  /** When its last step was told: none comes before it. Later than `since` where a failure, by another clock, was in between. */
  readonly stepAt?: Micros;
  /** When it was first told; when its condition began to hold, while it is only pending. */
  readonly startsAt: Micros;
  /** Of its last step. */
  readonly number: number;
  readonly fired: boolean;
  /** Whether it is of something that happened, which resolves by itself. */
  readonly event: boolean;
  /** When that happened last. */
  readonly happened: Micros;
  /** What began it: the same, whenever it fires. */
  readonly first: F;
  /** What was found when it fired, or what was found last before. */
  readonly told: F;
}

/** What is remembered of one condition. */
export interface Watched<F> {
  /** When something was said of it last, and what. */
  readonly said: Micros | undefined;
  readonly finding: F | undefined;
  readonly alert: OpenAlert<F> | undefined;
}

export interface Step<F> {
  readonly from: AlertState | 'normal';
  readonly to: AlertState;
  readonly time: Micros;
  readonly number: number;
  readonly startsAt: Micros;
  readonly first: F;
  readonly told: F;
  /** What was said when it came about; undefined where time alone did it. */
  readonly cause: F | undefined;
  readonly reason: string | undefined;
}

export const UNWATCHED: Watched<never> = { said: undefined, finding: undefined, alert: undefined };

/** When time alone brings about the next step, if nothing else happens. */
export function dueAt<F>(watched: Watched<F>, rules: Rules): Micros | undefined {
  return due(watched, rules)?.time;
}

/**
 * Takes one happening into account: no clock, no input or output. Times are those of the happenings, whenever they are
 * taken in: what was due before one comes before it. What is due at its very moment gives way to it, so that a condition
 * that holds no more when its time is up does not fire.
 */
export function step<F>(
  before: Watched<F>,
  happening: Happening<F>,
  rules: Rules
): { watched: Watched<F>; steps: Step<F>[] } {
  const machine = new Machine(before, rules);
  switch (happening.kind) {
    case 'said':
      machine.said(happening.time, happening.holds, happening.finding);
      break;
    case 'happened':
      machine.happened(happening.time, happening.finding);
      break;
    case 'failed':
      machine.failed(happening.time, happening.reason, happening.finding);
      break;
    case 'ended':
      machine.ended(happening.time, happening.reason);
      break;
    case 'reached':
      machine.pass(happening.time, true);
  }
  return { watched: machine.watched, steps: machine.steps };
}

type Due = { readonly time: Micros; readonly to: AlertState };

function due<F>({ said, alert }: Watched<F>, rules: Rules): Due | undefined {
  const blind = alert?.state === 'no-data' || alert?.state === 'error';
  const own: Due | undefined =
    alert?.state === 'pending'
      ? { time: alert.since + rules.holdFor, to: 'firing' }
      : alert?.state === 'recovering'
        ? { time: alert.since + rules.keepFiringFor, to: 'resolved' }
        : alert?.state === 'firing' && alert.event
          ? { time: alert.happened + rules.resolveAfter, to: 'resolved' }
          : undefined;
  if (said === undefined || rules.noDataAfter === undefined || blind || alert?.event === true) {
    return own;
  }
  const silence: Due = { time: said + rules.noDataAfter, to: 'no-data' };
  return own === undefined || silence.time < own.time ? silence : own;
}

class Machine<F> {
  readonly steps: Step<F>[] = [];

  constructor(
    public watched: Watched<F>,
    private readonly rules: Rules
  ) {}

  said(time: Micros, holds: boolean, finding: F): void {
    // What is older than what was said last is of a past that is told already.
    if (time < (this.watched.said ?? -Infinity)) {
      return;
    }
    this.pass(time, false);
    this.watched = { ...this.watched, said: time, finding };
    if (holds) {
      this.#holds(time, finding);
    } else {
      this.#holdsNot(time, finding);
    }
    this.pass(time, true);
  }

  happened(time: Micros, finding: F): void {
    this.pass(time, false);
    const { alert } = this.watched;
    const happened = Math.max(time, alert?.happened ?? -Infinity);
    if (alert?.state === 'firing') {
      this.#keep({ happened });
    } else {
      this.#go('firing', time, finding, { event: true, happened });
    }
  }

  /** By another clock than that of what is seen: no time passes. */
  failed(time: Micros, reason: string, finding: F | undefined): void {
    const { alert } = this.watched;
    // What happened has happened, whether its monitor fails afterwards or not.
    if (alert?.state === 'error' || alert?.event === true) {
      return;
    }
    if (alert !== undefined || finding !== undefined) {
      this.#go('error', time, finding, {}, reason);
    }
  }

  ended(time: Micros, reason: string): void {
    if (this.watched.alert !== undefined) {
      this.#go('resolved', time, undefined, {}, reason);
    }
    this.watched = UNWATCHED;
  }

  /** Does what is due before a moment, or by then. */
  pass(until: Micros, inclusive: boolean): void {
    for (;;) {
      const next = due(this.watched, this.rules);
      if (next === undefined || next.time > until || (next.time === until && !inclusive)) {
        return;
      }
      this.#go(next.to, next.time, undefined);
    }
  }

  #holds(time: Micros, finding: F): void {
    const { alert } = this.watched;
    if (alert?.state === 'pending') {
      this.#keep({ told: finding });
    } else if (alert?.state !== 'firing') {
      const fires = alert?.fired === true || this.rules.holdFor <= 0;
      this.#go(fires ? 'firing' : 'pending', time, finding, { event: false });
    }
  }

  #holdsNot(time: Micros, finding: F): void {
    const { alert } = this.watched;
    if (alert === undefined || alert.state === 'recovering') {
      return;
    }
    const keeps = alert.fired && !alert.event && this.rules.keepFiringFor > 0;
    this.#go(keeps ? 'recovering' : 'resolved', time, finding);
  }

  #keep(changes: Partial<OpenAlert<F>>): void {
    const { alert } = this.watched;
    this.watched = { ...this.watched, alert: alert && { ...alert, ...changes } };
  }

  #go(to: AlertState, at: Micros, cause: F | undefined, changes: Partial<OpenAlert<F>> = {}, reason?: string): void {
    const { alert } = this.watched;
    const time = Math.max(at, alert?.stepAt ?? alert?.since ?? -Infinity);
    const found = cause ?? this.watched.finding;
    const told = to === 'firing' ? (cause ?? alert?.told ?? found) : (alert?.told ?? found);
    const first = alert?.first ?? found;
    if (first === undefined || told === undefined) {
      return;
    }
    const isFirstTold = alert === undefined || (alert.state === 'pending' && alert.number === 1 && to !== 'resolved');
    const startsAt = isFirstTold ? time : alert.startsAt;
    const number = (alert?.number ?? 0) + 1;
    this.steps.push({ from: alert?.state ?? 'normal', to, time, number, startsAt, first, told, cause, reason });
    const fired = to === 'firing' || alert?.fired === true;
    const event = alert?.event ?? false;
    const happened = alert?.happened ?? time;
    this.watched = {
      ...this.watched,
      alert:
        to === 'resolved'
          ? undefined
          : { state: to, since: at, stepAt: time, startsAt, number, fired, event, happened, first, told, ...changes },
    };
  }
}
