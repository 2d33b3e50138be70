import { ENGINE_STATES, WORST_FIRST, type Across, type Micros, type Over } from '@pneumograph/contract';
import type { AggregateQuestion, AnswerIdentity, AnswerSeries } from '../store/index.js';
import { engineHistories, type EngineHistory, type StateScope } from './engine-states.js';
import { compare } from './inventory.js';
import type { StateEntry } from './timeline.js';

/** One engine's values of the metric `engine.status`. */
interface EngineValues {
  readonly workflow: string;
  readonly model: string;
  readonly engine: string;
  readonly values: ReadonlyMap<Micros, number>;
  /** The state in force at a time, undefined where the engine does not run the model then. */
  readonly inForce: (time: Micros) => number | undefined;
}

/**
 * `engine.status` over time: a bucket takes the states entered in it, the first bucket also the one in force at the
 * range's start. An engine that entered none in a bucket in which another one of its group did keeps the one in force.
 * @param at the starts of buckets that are told of the state in force even if none was entered in them
 */
export async function stateBuckets(
  scope: StateScope,
  question: AggregateQuestion,
  at: readonly Micros[] = []
): Promise<AnswerSeries[]> {
  const { from, to, width, over } = question;
  const histories = await engineHistories(scope, question, from, to);
  return join(
    histories.map(({ entries, ...identity }) => {
      const buckets = new Map<Micros, number[]>();
      for (const { time, code } of entries) {
        const bucket = Math.floor(time / width) * width;
        const codes = buckets.get(bucket) ?? [];
        buckets.set(bucket, code === null ? codes : [...codes, code]);
      }
      const values = [...buckets].filter(([, codes]) => codes.length > 0);
      return {
        ...identity,
        values: new Map(values.map(([bucket, codes]) => [bucket, joinOver(codes, over)])),
        inForce: walk(entries),
      };
    }),
    question,
    at
  );
}

/** Looks up the state in force at times that only grow. */
function walk(entries: readonly StateEntry[]): (time: Micros) => number | undefined {
  let next = 0;
  return (time) => {
    while (next < entries.length && (entries[next] as StateEntry).time <= time) {
      next++;
    }
    return entries[next - 1]?.code ?? undefined;
  };
}

/** `engine.status` at the end of the range: the state each engine is in then, silence included. */
export async function currentStates(scope: StateScope, question: AggregateQuestion): Promise<AnswerSeries[]> {
  const histories = await engineHistories(scope, question, question.from, question.to);
  const current = histories.flatMap((history) => {
    const code = currentState(history);
    return code === undefined ? [] : [{ ...history, values: new Map([[question.to, code]]), inForce: () => code }];
  });
  return join(current, question);
}

/** The state at the end of a history, or undefined where the engine has left the model by then. */
export function currentState({ entries }: EngineHistory): number | undefined {
  return entries.at(-1)?.code ?? undefined;
}

function join(
  engines: readonly EngineValues[],
  { by, across }: AggregateQuestion,
  at: readonly Micros[] = []
): AnswerSeries[] {
  const byModel = by.includes('model');
  const groups = new Map<string, { identity: AnswerIdentity; members: EngineValues[] }>();
  for (const member of engines) {
    const identity = {
      workflow: byModel || by.includes('workflow') ? member.workflow : undefined,
      model: byModel ? member.model : undefined,
      slot: undefined,
      engine: by.includes('engine') ? member.engine : undefined,
    };
    const key = JSON.stringify([identity.workflow, identity.model, identity.engine]);
    const group = groups.get(key) ?? { identity, members: [] as EngineValues[] };
    group.members.push(member);
    groups.set(key, group);
  }
  return [...groups.values()]
    .map(({ identity, members }) => {
      const entered = members.flatMap(({ values }) => [...values.keys()]);
      const rows = [...new Set([...at, ...entered])]
        .sort((a, b) => a - b)
        .map((time) => ({
          time,
          codes: members.flatMap((member) => member.values.get(time) ?? member.inForce(time) ?? []),
        }))
        .filter(({ codes }) => codes.length > 0);
      return {
        ...identity,
        times: rows.map(({ time }) => time),
        values: rows.map(({ codes }) => joinAcross(codes, across)),
      };
    })
    .sort(
      (a, b) =>
        compare(a.workflow ?? '', b.workflow ?? '') ||
        compare(a.model ?? '', b.model ?? '') ||
        compare(a.engine ?? '', b.engine ?? '')
    );
}

function joinOver(codes: readonly number[], over: Over): number {
  switch (over) {
    case 'last':
      return codes.at(-1) as number;
    case 'min':
      return Math.min(...codes);
    case 'max':
      return Math.max(...codes);
    case 'sum':
      return codes.reduce((total, code) => total + code, 0);
    case 'avg':
      return joinOver(codes, 'sum') / codes.length;
    case 'count':
      return codes.length;
    case 'p50':
      return quantile(codes, 0.5);
    case 'p95':
      return quantile(codes, 0.95);
    case 'p99':
      return quantile(codes, 0.99);
  }
}

/** Between the two nearest ranks, in proportion, as stores answer for points. */
function quantile(codes: readonly number[], share: number): number {
  const sorted = [...codes].sort((a, b) => a - b);
  const rank = (sorted.length - 1) * share;
  const low = sorted[Math.floor(rank)] as number;
  return low + ((sorted[Math.ceil(rank)] as number) - low) * (rank - Math.floor(rank));
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
