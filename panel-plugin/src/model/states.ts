import { t } from '@grafana/i18n';
import { WORST_FIRST, type EngineState } from '@pneumograph/contract';
import { keptText } from './texts';
import type { Engines, ModelState, ModelView } from './types';

export const ENGINE_STATES_WORST_FIRST: readonly EngineState[] = WORST_FIRST;

/** Worst first. A state nobody knows may be bad, so it ranks right behind silence. */
export const MODEL_STATES_WORST_FIRST: readonly ModelState[] = WORST_FIRST.flatMap<ModelState>((state) =>
  state === 'unknown' ? [state, 'other'] : [state]
).concat('none', 'unlisted');

const RANK = new Map<ModelState, number>(MODEL_STATES_WORST_FIRST.map((state, rank) => [state, rank]));

/** 0 for the worst state. */
export function stateRank(state: ModelState): number {
  return RANK.get(state) ?? MODEL_STATES_WORST_FIRST.length;
}

const WORDS: Record<ModelState, () => string> = {
  error: () => t('states.error', 'Error'),
  unknown: () => t('states.unknown', 'Unknown'),
  other: () => t('states.other', 'Other'),
  paused: () => t('states.paused', 'Paused'),
  init: () => t('states.init', 'Init'),
  finishing: () => t('states.finishing', 'Finishing'),
  finished: () => t('states.finished', 'Finished'),
  pigging: () => t('states.pigging', 'Pigging'),
  running: () => t('states.running', 'Running'),
  none: () => t('states.none', 'No engine'),
  unlisted: () => t('states.unlisted', 'Not listed'),
};

const WORDS_IN_TEXT: Record<ModelState, () => string> = {
  error: () => t('states.in-text.error', 'error'),
  unknown: () => t('states.in-text.unknown', 'unknown'),
  other: () => t('states.in-text.other', 'other'),
  paused: () => t('states.in-text.paused', 'paused'),
  init: () => t('states.in-text.init', 'init'),
  finishing: () => t('states.in-text.finishing', 'finishing'),
  finished: () => t('states.in-text.finished', 'finished'),
  pigging: () => t('states.in-text.pigging', 'pigging'),
  running: () => t('states.in-text.running', 'running'),
  none: () => t('states.in-text.none', 'no engine'),
  unlisted: () => t('states.in-text.unlisted', 'not listed'),
};

/** The state after a number, within a text: `2 paused`. */
export function stateInText(state: ModelState): string {
  return keptText(`in text ${state}`, WORDS_IN_TEXT[state]);
}

export function stateWord(state: ModelState): string {
  return keptText(`state ${state}`, WORDS[state]);
}

/**
 * The state of a model from the text of its `status` field and its engines. Where the two disagree the worse one
 * wins: a panel about health must not hide an engine in error behind a stale word.
 */
export function modelState(status: string | undefined, engines: Engines): { state: ModelState; stateText: string } {
  const fromEngines = engines.byState[0]?.state;
  const text = status?.trim() ?? '';
  const fromStatus = text === '' ? undefined : (WORST_FIRST.find((state) => state === text.toLowerCase()) ?? 'other');
  const state = worse(fromStatus, fromEngines) ?? 'none';
  if (state === 'none' && (engines.total ?? 0) > 0) {
    return { state: 'unknown', stateText: stateWord('unknown') };
  }
  return { state, stateText: state === 'other' ? text : stateWord(state) };
}

function worse(a: ModelState | undefined, b: ModelState | undefined): ModelState | undefined {
  if (a === undefined || b === undefined) {
    return a ?? b;
  }
  return stateRank(a) <= stateRank(b) ? a : b;
}

/** The engines of a model in words: `3 of 4 running, 1 error`. */
export function enginesText(engines: Engines): string {
  const { total, byState } = engines;
  const counts = byState.map(({ state, count }) => `${state} ${count}`).join();
  return keptText(`engines ${total} ${counts}`, () => madeText(engines));
}

function madeText(engines: Engines): string {
  const { total, byState } = engines;
  if (total === undefined) {
    return '';
  }
  if (total === 0) {
    return t('engines.none', 'no engines');
  }
  if (byState.length === 0) {
    return t('engines.total', '', {
      count: total,
      defaultValue_one: '{{count}} engine',
      defaultValue_other: '{{count}} engines',
    });
  }
  const running = byState.find(({ state }) => state === 'running')?.count ?? 0;
  const others = byState
    .filter(({ state }) => state !== 'running')
    .map(({ state, count }) =>
      t('engines.in-state', '{{number}} {{state}}', { number: count, state: stateInText(state) })
    );
  const unnamed = total - byState.reduce((sum, { count }) => sum + count, 0);
  return [
    t('engines.running', '{{running}} of {{total}} running', { running, total }),
    ...others,
    ...(unnamed > 0 ? [t('engines.unreported', '{{number}} not reported', { number: unnamed })] : []),
  ].join(', ');
}

/** What follows from a fault elsewhere, in words; empty for nothing. */
export function consequenceText({ consequence }: Pick<ModelView, 'consequence'>): string {
  if (consequence === undefined) {
    return '';
  }
  const [first, ...others] = consequence.names;
  const names = others.length > 1 ? `${first}, +${others.length}` : consequence.names.join(', ');
  return keptText(`starved ${names}`, () => t('states.starved', 'Starved by {{names}}', { names }));
}
