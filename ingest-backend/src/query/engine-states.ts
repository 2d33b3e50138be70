import { ENGINE_STATES, type Micros } from '@pneumograph/contract';
import type { Selection, StateHistory, Store } from '../store/index.js';
import type { Directory } from './directory.js';
import { compare, type Inventory, tenure } from './inventory.js';

/** What a question about states needs. Times in microseconds. */
export interface StateScope {
  readonly store: Store;
  readonly directory: Directory;
  readonly inventory: Inventory;
  readonly now: Micros;
}

/** The states of one engine over a range, silence included. */
export interface EngineHistory {
  readonly workflow: string;
  readonly model: string;
  readonly engine: string;
  /** Ascending; the first is the range's start where a state was in force then. */
  readonly times: Micros[];
  /** Null from when on the engine ran another model. */
  readonly codes: Array<number | null>;
}

/**
 * The histories of all engines that a selection takes. States are told on change only, so each begins with the one in
 * force at `from`, whichever model the engine ran when it told it. An engine that never told one is unknown from the
 * start; one that fell silent becomes unknown when its deadline passed, unless it had finished: then silence is what
 * is expected of it. An engine that the directory does not know and that was silent all the while is left out: it
 * would be shown as unknown for ever.
 */
export async function engineHistories(
  scope: StateScope,
  selection: Selection,
  from: Micros,
  to: Micros
): Promise<EngineHistory[]> {
  const everywhere = { workflow: undefined, models: [], slots: [], engines: selection.engines };
  const told = await scope.store.states(everywhere, from, to);
  const lastSeen = await scope.store.lastSeen();
  const timelines = joinByEngine(told);
  const histories = new Map<string, EngineHistory>();
  for (const { workflow, model, engine } of [...told, ...membersOf(scope.inventory, selection)]) {
    const key = JSON.stringify([workflow, model, engine]);
    const gone = scope.directory.assignments(engine).length === 0 && deadline(scope, lastSeen, engine) < from;
    if (!gone && isSelected(selection, workflow, model, engine) && !histories.has(key)) {
      const history = { workflow, model, engine, times: [], codes: [] };
      const silentAt = deadline(scope, lastSeen, engine);
      const range = { from, to, end: Math.min(scope.now, to) };
      complete(history, timelines.get(engine) ?? [], range, tenure(scope.directory, history), silentAt);
      histories.set(key, history);
    }
  }
  return [...histories.values()].filter(({ times }) => times.length > 0).sort(byIdentity);
}

interface Told {
  readonly time: Micros;
  readonly code: number;
}

/** An engine has one state whatever it runs: what it told under one model holds when it is given another. */
function joinByEngine(told: readonly StateHistory[]): Map<string, Told[]> {
  const timelines = new Map<string, Told[]>();
  for (const { engine, times, codes } of told) {
    const timeline = timelines.get(engine) ?? [];
    times.forEach((time, index) => timeline.push({ time, code: codes[index] as number }));
    timelines.set(engine, timeline);
  }
  for (const timeline of timelines.values()) {
    timeline.sort((a, b) => a.time - b.time);
  }
  return timelines;
}

function membersOf(inventory: Inventory, selection: Selection) {
  return inventory
    .models(selection)
    .flatMap(({ workflow, name, engines }) => [...engines.keys()].map((engine) => ({ workflow, model: name, engine })));
}

function isSelected({ workflow, models, engines }: Selection, inWorkflow: string, model: string, engine: string) {
  return (
    (workflow === undefined || workflow === inWorkflow) &&
    (models.length === 0 || models.includes(model)) &&
    (engines.length === 0 || engines.includes(engine))
  );
}

/** When an engine's silence makes its state unknown; minus infinity for one that was never heard of. */
function deadline(scope: StateScope, lastSeen: ReadonlyMap<string, Micros>, engine: string): Micros {
  return (lastSeen.get(engine) ?? -Infinity) + scope.directory.silentAfter;
}

function complete(
  { times, codes }: EngineHistory,
  timeline: readonly Told[],
  { from, to, end }: { from: Micros; to: Micros; end: Micros },
  { from: begin, until }: { from: Micros; until: Micros },
  silentAt: Micros
): void {
  const start = Math.max(from, begin);
  const stop = Math.min(to, until);
  if (start >= stop) {
    return;
  }
  const inForce = timeline.findLast(({ time }) => time <= start);
  const later = timeline.filter(({ time }) => time > start && time < stop);
  if (inForce !== undefined || later.length === 0) {
    times.push(start);
    codes.push(inForce?.code ?? ENGINE_STATES.unknown);
  }
  for (const { time, code } of later) {
    times.push(time);
    codes.push(code);
  }
  const last = codes.at(-1);
  if (until < to) {
    // Where the engine is heard of by now is no sign of life for the model that it left.
    times.push(until);
    codes.push(null);
  } else if (silentAt < end && last !== ENGINE_STATES.finished && last !== ENGINE_STATES.unknown) {
    const unknownFrom = Math.max(silentAt, start);
    cut(times, codes, unknownFrom);
    times.push(unknownFrom);
    codes.push(ENGINE_STATES.unknown);
  }
}

/** Drops what is at or after a time. */
function cut(times: Micros[], codes: Array<number | null>, time: Micros): void {
  while (times.length > 0 && (times.at(-1) as Micros) >= time) {
    times.pop();
    codes.pop();
  }
}

function byIdentity(a: EngineHistory, b: EngineHistory): number {
  return compare(a.workflow, b.workflow) || compare(a.model, b.model) || compare(a.engine, b.engine);
}
