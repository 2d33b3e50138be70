/**
 * Engine states and their codes. The tutorial's three codes (0 init, 1 running, 2 error) stay as they are;
 * the four further states of the engine's manual follow them. `unknown` is never stored: it is what silence
 * past an engine's deadline means at the time of asking.
 */
export const ENGINE_STATES = {
  init: 0,
  running: 1,
  error: 2,
  paused: 3,
  finishing: 4,
  finished: 5,
  pigging: 6,
  unknown: -1,
} as const;

export type EngineState = keyof typeof ENGINE_STATES;

/** Worst first: how the states of several engines join into the state of their model. */
export const WORST_FIRST: readonly EngineState[] = [
  'error',
  'unknown',
  'paused',
  'init',
  'finishing',
  'finished',
  'pigging',
  'running',
];

const NAMES = new Map<number, EngineState>(
  Object.entries(ENGINE_STATES).map(([name, code]) => [code, name as EngineState])
);

/** The state with this code, or undefined. */
export function stateName(code: number): EngineState | undefined {
  return NAMES.get(code);
}

/** The code of a state as an engine spells it (any letter case), or undefined for one engines do not have. */
export function stateCode(text: string): number | undefined {
  const name = text.trim().toLowerCase();
  return name !== 'unknown' && Object.hasOwn(ENGINE_STATES, name) ? ENGINE_STATES[name as EngineState] : undefined;
}
