import type { Micros } from '@pneumograph/contract';
import type { PresenceHistory, Selection, StateHistory, Store } from '../store/index.js';
import type { Directory } from './directory.js';
import { compare, type Inventory } from './inventory.js';
import { deadlineOf, memoryOf, silencesOf } from './silence.js';
import { tenures } from './tenures.js';
import { cutTo, inOrder, timelineOf, type StateEntry, type Told } from './timeline.js';

/** What a question about states needs. Times in microseconds. */
export interface StateScope {
  readonly store: Store;
  readonly directory: Directory;
  readonly inventory: Inventory;
  readonly now: Micros;
}

/** The states of one engine under one model over a range, silence included. */
export interface EngineHistory {
  readonly workflow: string;
  readonly model: string;
  readonly engine: string;
  /** Ascending; the first is at the range's start where a state was in force then. */
  readonly entries: readonly StateEntry[];
}

/**
 * The histories of all engines that a selection takes: the one place where it is decided which state an engine is in.
 * States are told on change only, so each history begins with the one in force at `from`, whichever model the engine
 * ran when it told it. An engine that the directory does not know and that was silent all the while is left out: it
 * would be shown as unknown for ever.
 */
export async function engineHistories(
  scope: StateScope,
  selection: Selection,
  from: Micros,
  to: Micros
): Promise<EngineHistory[]> {
  const { store, directory, inventory, now } = scope;
  const { silentAfter } = directory;
  const since = from - memoryOf(silentAfter);
  const end = Math.min(now, to);
  const everywhere = { workflow: undefined, models: [], slots: [], engines: selection.engines };
  const told = await store.states(everywhere, from, to);
  const heard = await store.presence(selection.engines, since, to);
  const states = joinByEngine(told);
  const histories: EngineHistory[] = [];
  for (const [engine, models] of modelsOf(directory, [...told, ...membersOf(inventory, selection)])) {
    const own = inOrder(states.get(engine) ?? []);
    const presence = heard.get(engine) ?? heardByStates(own);
    const deadline = deadlineOf(presence.stretches, silentAfter);
    const silences = silencesOf(presence, deadline, since, end);
    const known = directory.assignments(engine).length > 0;
    if (!known && silences.some((silence) => silence.from < from && silence.to >= end)) {
      continue;
    }
    const timeline = timelineOf(own, silences, deadline);
    for (const { workflow, model } of models.filter((each) => isSelected(selection, each, engine))) {
      const entries = cutTo(timeline, tenures(directory, engine, workflow, model), from, to);
      if (entries.length > 0) {
        histories.push({ workflow, model, engine, entries });
      }
    }
  }
  return histories.sort(byIdentity);
}

interface ModelKey {
  readonly workflow: string;
  readonly model: string;
}

/** An engine has one state whatever it runs: what it told under one model holds when it is given another. */
function joinByEngine(told: readonly StateHistory[]): Map<string, Told[]> {
  const states = new Map<string, Told[]>();
  for (const { engine, times, codes, texts } of told) {
    const own = states.get(engine) ?? [];
    times.forEach((time, index) => own.push({ time, code: codes[index] as number, text: texts[index] ?? '' }));
    states.set(engine, own);
  }
  return states;
}

/** The models that each engine told states for, is a member of, or was assigned to. */
function modelsOf(
  directory: Directory,
  found: ReadonlyArray<ModelKey & { readonly engine: string }>
): Map<string, ModelKey[]> {
  const engines = new Map<string, Map<string, ModelKey>>();
  for (const { engine, workflow, model } of found) {
    let models = engines.get(engine);
    if (models === undefined) {
      models = new Map();
      engines.set(engine, models);
      for (const assigned of directory.assignments(engine)) {
        models.set(JSON.stringify([assigned.workflow, assigned.model]), assigned);
      }
    }
    models.set(JSON.stringify([workflow, model]), { workflow, model });
  }
  return new Map([...engines].map(([engine, models]) => [engine, [...models.values()]]));
}

function membersOf(inventory: Inventory, selection: Selection) {
  return inventory
    .models({ ...selection, models: [], workflow: undefined })
    .flatMap(({ workflow, name, engines }) => [...engines.keys()].map((engine) => ({ workflow, model: name, engine })));
}

function isSelected({ workflow, models, engines }: Selection, found: ModelKey, engine: string): boolean {
  return (
    (workflow === undefined || workflow === found.workflow) &&
    (models.length === 0 || models.includes(found.model)) &&
    (engines.length === 0 || engines.includes(engine))
  );
}

/** Of an engine whose messages were not kept track of, the states that it told are the signs of life. */
function heardByStates(told: readonly Told[]): PresenceHistory {
  return {
    born: told[0]?.time ?? -Infinity,
    stretches: told.map(({ time }) => ({ from: time, first: time, to: time, rest: 0 })),
  };
}

function byIdentity(a: EngineHistory, b: EngineHistory): number {
  return compare(a.workflow, b.workflow) || compare(a.model, b.model) || compare(a.engine, b.engine);
}
