import { ENGINE_STATES, type EngineState, type Micros } from '@pneumograph/contract';
import type { Silence } from './silence.js';
import type { Tenure } from './tenures.js';

/** Why an engine's state is what it is from a moment on. */
export type StateCause =
  /** The engine told it. */
  | 'state message'
  /** The engine was not heard of for longer than its deadline. */
  | 'silence'
  /** The engine was heard of again, and is taken to be in the state that it last told. */
  | 'report'
  /** The engine was given to the model, or taken from it. */
  | 'mapping'
  /** The engine never told a state. */
  | 'no state message';

/** A state message, or what else changed an engine's state as it is shown. */
export interface StateEntry {
  readonly time: Micros;
  /** Null from when on the engine ran another model. */
  readonly code: number | null;
  /** The state as the engine spelled it; empty where it told none. */
  readonly text: string;
  readonly cause: StateCause;
}

/** A state that an engine told. */
export interface Told {
  readonly time: Micros;
  readonly code: number;
  readonly text: string;
}

const NEVER_TOLD: StateEntry = { time: -Infinity, code: ENGINE_STATES.unknown, text: '', cause: 'no state message' };

/** The way of an engine through its states: of two told for one moment the one further along holds. */
const ALONG: ReadonlyArray<Exclude<EngineState, 'unknown'>> = [
  'init',
  'running',
  'pigging',
  'paused',
  'finishing',
  'finished',
  'error',
];
const STEP = new Map<number, number>(ALONG.map((name, step) => [ENGINE_STATES[name], step]));

/** Puts what an engine told into the order of time, one state a moment, however it came. */
export function inOrder(told: readonly Told[]): Told[] {
  const step = ({ code }: Told) => STEP.get(code) ?? -1;
  const sorted = [...told].sort(
    (a, b) => a.time - b.time || step(a) - step(b) || (a.text < b.text ? -1 : a.text > b.text ? 1 : 0)
  );
  return sorted.filter(({ time }, index) => time !== sorted[index + 1]?.time);
}

/**
 * An engine's states, whatever it runs: those it told, unknown where it fell silent, and back where it was heard of
 * again. A finished engine's silence is what is expected of it, and a late report does not revive it.
 * @param told in order of time
 */
export function timelineOf(told: readonly Told[], silences: readonly Silence[], deadline: Micros): StateEntry[] {
  let silence = 0;
  const entries = told.flatMap((state, index): StateEntry[] => {
    const until = told[index + 1]?.time ?? Infinity;
    const own: StateEntry[] = [{ ...state, cause: 'state message' }];
    for (; silence < silences.length; silence++) {
      const { from, to } = silences[silence] as Silence;
      if (from >= until) {
        break;
      }
      // A state told amid what is taken for silence is a sign of life as well.
      const start = from < state.time ? state.time + deadline : from;
      if (state.code !== ENGINE_STATES.finished && start < Math.min(to, until)) {
        own.push({ time: start, code: ENGINE_STATES.unknown, text: '', cause: 'silence' });
        if (to < until) {
          own.push({ time: to, code: state.code, text: state.text, cause: 'report' });
        }
      }
      if (to > until) {
        break;
      }
    }
    return own;
  });
  return entries.length > 0 ? entries : [NEVER_TOLD];
}

/**
 * What of an engine's timeline lies in a range and in the times that it ran a model. Each of these begins with the
 * state in force and ends, where it ends within the range, with null.
 */
export function cutTo(timeline: readonly StateEntry[], ran: readonly Tenure[], from: Micros, to: Micros): StateEntry[] {
  return ran.flatMap((tenure) => {
    const start = Math.max(from, tenure.from);
    const stop = Math.min(to, tenure.until);
    if (start >= stop) {
      return [];
    }
    const own = timeline.filter(({ time }) => time > start && time < stop);
    const inForce = timeline.findLast(({ time }) => time <= start) ?? (own.length === 0 ? NEVER_TOLD : undefined);
    if (inForce !== undefined) {
      const told = inForce.code !== ENGINE_STATES.unknown;
      const cause = told && inForce.time < tenure.from ? 'mapping' : inForce.cause;
      own.unshift({ ...inForce, time: start, cause });
    }
    if (tenure.until < to) {
      // Where the engine is heard of by now is no sign of life for the model that it left.
      own.push({ time: tenure.until, code: null, text: '', cause: 'mapping' });
    }
    return own;
  });
}
