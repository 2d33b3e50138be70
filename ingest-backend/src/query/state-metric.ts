import { ENGINE_STATES, WORST_FIRST, type Across, type Micros } from '@pneumograph/contract';
import type { AggregateQuestion, AnswerSeries } from '../store/index.js';
import { engineHistories, type EngineHistory, type StateScope } from './engine-states.js';
import { compare } from './inventory.js';

/** One engine's values of the metric `engine.status`. */
interface EngineValues {
  readonly workflow: string;
  readonly model: string;
  readonly engine: string;
  readonly values: ReadonlyMap<Micros, number>;
}

/**
 * `engine.status` over time: a bucket takes the states told in it. As states are told on change only, the first
 * bucket also takes the one in force at the range's start, of each engine that told none in that bucket.
 */
export async function stateBuckets(scope: StateScope, question: AggregateQuestion): Promise<AnswerSeries[]> {
  const { from, to, width } = question;
  const first = Math.floor(from / width) * width;
  const histories = await engineHistories(scope, question, from, to);
  const told = await scope.store.aggregate({ ...question, by: ['workflow', 'model', 'engine'] });
  const engines = new Map<string, EngineValues & { readonly values: Map<Micros, number> }>();
  for (const { workflow = '', model = '', engine = '', times, values } of told) {
    const entries = times.map((time, index): [Micros, number] => [time, values[index] as number]);
    engines.set(keyOf(workflow, model, engine), { workflow, model, engine, values: new Map(entries) });
  }
  for (const { workflow, model, engine, times, codes } of histories) {
    const inForce = times[0] === from ? codes[0] : undefined;
    if (inForce !== undefined && inForce !== null) {
      const key = keyOf(workflow, model, engine);
      const known = engines.get(key) ?? { workflow, model, engine, values: new Map<Micros, number>() };
      if (!known.values.has(first)) {
        known.values.set(first, inForce);
      }
      engines.set(key, known);
    }
  }
  return join([...engines.values()], question);
}

/** `engine.status` at the end of the range: the state each engine is in then, silence included. */
export async function currentStates(scope: StateScope, question: AggregateQuestion): Promise<AnswerSeries[]> {
  const histories = await engineHistories(scope, question, question.from, question.to);
  const current = histories.flatMap((history) => {
    const code = currentState(history);
    return code === undefined ? [] : [{ ...history, values: new Map([[question.to, code]]) }];
  });
  return join(current, question);
}

/** The state at the end of a history, or undefined where the engine has left the model by then. */
export function currentState({ codes }: EngineHistory): number | undefined {
  return codes.at(-1) ?? undefined;
}

function join(engines: readonly EngineValues[], { by, across }: AggregateQuestion): AnswerSeries[] {
  const byModel = by.includes('model');
  const groups = new Map<string, { identity: Omit<AnswerSeries, 'times' | 'values'>; members: EngineValues[] }>();
  for (const member of engines) {
    const identity = {
      workflow: byModel || by.includes('workflow') ? member.workflow : undefined,
      model: byModel ? member.model : undefined,
      slot: undefined,
      engine: by.includes('engine') ? member.engine : undefined,
    };
    const key = JSON.stringify([identity.workflow, identity.model, identity.engine]);
    const group = groups.get(key) ?? { identity, members: [] };
    group.members.push(member);
    groups.set(key, group);
  }
  return [...groups.values()]
    .map(({ identity, members }) => {
      const times = [...new Set(members.flatMap(({ values }) => [...values.keys()]))].sort((a, b) => a - b);
      const values = times.map((time) =>
        joinAcross(
          members.flatMap((member) => member.values.get(time) ?? []),
          across
        )
      );
      return { ...identity, times, values };
    })
    .sort(
      (a, b) =>
        compare(a.workflow ?? '', b.workflow ?? '') ||
        compare(a.model ?? '', b.model ?? '') ||
        compare(a.engine ?? '', b.engine ?? '')
    );
}

function joinAcross(codes: readonly number[], across: Across): number {
  switch (across) {
    case 'worst':
      return worstState(codes);
    case 'min':
      return Math.min(...codes);
    case 'max':
      return Math.max(...codes);
    case 'sum':
    case 'avg': {
      const sum = codes.reduce((total, code) => total + code, 0);
      return across === 'sum' ? sum : sum / codes.length;
    }
  }
}

const RANK = new Map<number, number>(WORST_FIRST.map((name, rank) => [ENGINE_STATES[name], rank]));

/** The worst of some states; a code that this version does not know counts as unknown. */
export function worstState(codes: readonly number[]): number {
  const unknown = RANK.get(ENGINE_STATES.unknown) as number;
  const worst = codes.map((code) => RANK.get(code) ?? unknown).reduce((a, b) => Math.min(a, b), Infinity);
  return ENGINE_STATES[WORST_FIRST[worst] ?? 'unknown'];
}

function keyOf(...parts: string[]): string {
  return JSON.stringify(parts);
}
