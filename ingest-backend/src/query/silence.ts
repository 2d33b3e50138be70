import { type Micros } from '@pneumograph/contract';
import { UNBROKEN, type Presence } from '../archive/index.js';
import type { PresenceHistory } from '../store/index.js';

/** From when until when an engine was silent for longer than it should have been. */
export interface Silence {
  readonly from: Micros;
  /** Infinity where it still is. */
  readonly to: Micros;
}

/** A deadline is so many times the distance that an engine's messages usually have. */
const TIMES = 3;
/** No engine may be silent for longer without being missed, unless the configuration says so. */
const LONGEST: Micros = 24 * 3600e6;
/** The share of an engine's time in which it rests no longer than what is called usual. */
const USUAL_TIME = 0.75;
/** The share of distances that are no longer than what is called usual: taps that take turns make uneven ones. */
const USUAL_DISTANCES = 0.9;

/** How far before a range the stretches must be known to judge it. */
export function memoryOf(silentAfter: Micros): Micros {
  return Math.max(LONGEST, silentAfter);
}

/**
 * How long an engine may be silent, by its own habits: three times the usual distance of its messages, at least
 * `silentAfter`, at most a day. The usual distance is the longer of
 * - the rest between messages, which some message accounted for by its `delta_time`, that three quarters of the
 *   engine's time do not exceed: a sensor with a filter or a long interval makes it long, a single hang does not;
 * - the distance that nine in ten of the messages that come singly and account for nothing do not exceed. An outage
 *   is rarer than that, and what lies between longer stretches is no distance but an outage.
 */
export function deadlineOf(stretches: readonly Presence[], silentAfter: Micros): Micros {
  const usual = Math.max(usualRest(stretches), usualDistance(stretches));
  return Math.max(silentAfter, UNBROKEN, Math.min(TIMES * usual, LONGEST));
}

/**
 * The silences of an engine, oldest first.
 * @param stretches known from `since` on, by their beginning
 * @param end until when silence is judged: the present, or what is asked for
 */
export function silencesOf(
  { born, stretches }: PresenceHistory,
  deadline: Micros,
  since: Micros,
  end: Micros
): Silence[] {
  // What came before the engine was first heard of is not known; what came before `since` was not asked for.
  let reached = Math.max(born, since);
  const silences: Silence[] = [];
  for (const { from, to } of stretches) {
    if (from - reached > deadline) {
      silences.push({ from: reached + deadline, to: from });
    }
    reached = Math.max(reached, to);
  }
  if (reached + deadline < end) {
    silences.push({ from: reached + deadline, to: Infinity });
  }
  return silences;
}

/**
 * The rest that a share of the time does not exceed, each stretch weighing as much as it is long. Where nothing has
 * any length yet, what the first messages say of themselves.
 */
function usualRest(stretches: readonly Presence[]): Micros {
  const sorted = stretches.map(({ first, to, rest }) => ({ rest, length: to - first })).sort((a, b) => a.rest - b.rest);
  let left = USUAL_TIME * sorted.reduce((sum, { length }) => sum + length, 0);
  if (left === 0) {
    return stretches.reduce((longest, { from, first }) => Math.max(longest, first - from), 0);
  }
  for (const { rest, length } of sorted) {
    left -= length;
    if (left <= 0) {
      return rest;
    }
  }
  return 0;
}

/** The usual distance of single messages; 0 where there are not two distances: once is chance. */
function usualDistance(stretches: readonly Presence[]): Micros {
  const distances: Micros[] = [];
  let before: Presence | undefined;
  for (const stretch of stretches) {
    if (before !== undefined && isSingle(before) && isSingle(stretch) && stretch.first - before.to > UNBROKEN) {
      distances.push(stretch.first - before.to);
    }
    before = stretch;
  }
  distances.sort((a, b) => a - b);
  return distances.length < 2 ? 0 : (distances[Math.floor((distances.length - 1) * USUAL_DISTANCES)] as Micros);
}

/** Several taps may report at about the same time. */
function isSingle({ first, to }: Presence): boolean {
  return to - first <= UNBROKEN;
}
