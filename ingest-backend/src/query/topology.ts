import {
  EDGE_FIELDS,
  type ENGINE_STATES,
  findMetric,
  NODE_FIELDS,
  nodeId,
  stateName,
  type Frame,
  type FieldSchema,
  type GroupKey,
  type Metric,
  type TopologyQuery,
} from '@pneumograph/contract';
import type { Selection, Total, TotalOf } from '../store/index.js';
import { engineHistories } from './engine-states.js';
import { Inventory, type InventoryModel } from './inventory.js';
import type { Scope } from './metric.js';
import { currentState, worstState } from './state-metric.js';

type NodeName = (typeof NODE_FIELDS)[number]['name'];
type EdgeName = (typeof EDGE_FIELDS)[number]['name'];
type Cell = string | number | null;

/** One value for a model, or for one of its slots, over the whole range. */
type Values = ReadonlyMap<string, number>;

/** What is shown of the reports. */
const TOTALS = [
  totalOf('rps', ['model', 'slot']),
  totalOf('record.rejected.by.schema.count', ['model']),
  totalOf('record.rejected.by.encoding.count', ['model']),
  totalOf('cpu.utilization', ['model']),
  totalOf('memory', ['model']),
];

/** The frames `nodes` and `edges`: a picture of the workflows with how each model does. */
export async function answerTopology(asked: Scope, query: TopologyQuery): Promise<Frame[]> {
  // A model that is gone from the fleet and reported nothing in the range is not drawn.
  const scope = { ...asked, inventory: await Inventory.take(asked.store, asked.directory, asked) };
  const { workflow, models, slots } = query;
  const selection = { workflow, models, slots, engines: scope.inventory.engineIds(query.engines) };
  const { from, to } = scope;
  const [totals, histories] = await Promise.all([
    scope.store.totals({ ...selection, from, to, of: TOTALS }),
    engineHistories(scope, selection, from, to),
  ]);
  const [rps, bySchema, byEncoding, cpu, memory] = totals.map(valuesOf) as [Values, Values, Values, Values, Values];
  const codes = new Map<string, number[]>();
  for (const history of histories) {
    const code = currentState(history);
    if (code !== undefined) {
      const id = nodeId(history.workflow, history.model);
      codes.set(id, [...(codes.get(id) ?? []), code]);
    }
  }
  const nodes = scope.inventory.models(selection).map((model) => {
    const id = nodeId(model.workflow, model.name);
    const key = keyOf(model.workflow, model.name);
    const [rpsIn, rpsOut] = [0, 1].map((side) => sumOf(slotValues(rps, model, (slot) => slot % 2 === side)));
    const row: Record<NodeName, Cell> = {
      id,
      title: model.name,
      subtitle: model.workflow,
      mainstat: rpsIn ?? null,
      secondarystat: rpsOut ?? null,
      model: model.name,
      workflow: model.workflow,
      ...stateCells(codes.get(id) ?? []),
      rps_in: rpsIn ?? null,
      rps_out: rpsOut ?? null,
      rejected: sumOf([bySchema.get(key), byEncoding.get(key)]),
      cpu: cpu.get(key) ?? null,
      memory: memory.get(key) ?? null,
      fixedx: model.position?.x ?? null,
      fixedy: model.position?.y ?? null,
    };
    return row;
  });
  return [
    frameOf(query.refId, 'nodes', NODE_FIELDS, nodes),
    frameOf(query.refId, 'edges', EDGE_FIELDS, edges(scope, selection, rps)),
  ];
}

/** Edges whose two ends are among the nodes. */
function edges(scope: Scope, selection: Selection, rps: Values): Array<Record<EdgeName, Cell>> {
  const shown = new Set(scope.inventory.models(selection).map(({ workflow, name }) => nodeId(workflow, name)));
  return scope.inventory.workflows().flatMap(({ name: workflow, links }) =>
    links.flatMap(({ from, to }) => {
      const [source, target] = [nodeId(workflow, from.model), nodeId(workflow, to.model)];
      if (!shown.has(source) || !shown.has(target)) {
        return [];
      }
      const reader = target.slice(target.indexOf('/') + 1);
      return [
        {
          id: `${source}:${from.slot}>${reader}:${to.slot}`,
          source,
          target,
          mainstat: rps.get(keyOf(workflow, from.model, from.slot)) ?? null,
          source_slot: from.slot,
          target_slot: to.slot,
        },
      ];
    })
  );
}

type StateCells = Pick<
  Record<NodeName, Cell>,
  'status' | 'engines' | keyof typeof ENGINE_STATES | 'arc__ok' | 'arc__waiting' | 'arc__unknown' | 'arc__error'
>;

/** What is shown of the engines' states: the worst, the number in each, and the shares of the four kinds. */
function stateCells(codes: readonly number[]): StateCells {
  const count = (...names: Array<keyof typeof ENGINE_STATES>) =>
    codes.filter((code) => names.includes(stateName(code) ?? 'unknown')).length;
  // Without engines there is nothing to share out, and a null would be drawn as a broken arc.
  const share = (part: number) => (codes.length === 0 ? 0 : part / codes.length);
  return {
    status: codes.length === 0 ? '' : (stateName(worstState(codes)) ?? 'unknown'),
    engines: codes.length,
    running: count('running'),
    error: count('error'),
    paused: count('paused'),
    init: count('init'),
    finishing: count('finishing'),
    finished: count('finished'),
    pigging: count('pigging'),
    unknown: count('unknown'),
    arc__ok: share(count('running', 'pigging', 'finishing', 'finished')),
    arc__waiting: share(count('init', 'paused')),
    arc__unknown: share(count('unknown')),
    arc__error: share(count('error')),
  };
}

/** A metric joined as the catalogue says, for each model or slot. */
function totalOf(metric: string, by: GroupKey[]): TotalOf {
  const { over, across } = findMetric(metric) as Metric & Pick<TotalOf, 'over' | 'across'>;
  return { metric, over, across, by };
}

function valuesOf(totals: readonly Total[]): Values {
  return new Map(totals.map(({ workflow = '', model = '', slot, value }) => [keyOf(workflow, model, slot), value]));
}

function slotValues(values: Values, { workflow, name, slots }: InventoryModel, take: (slot: number) => boolean) {
  return [...slots].filter(take).map((slot) => values.get(keyOf(workflow, name, slot)));
}

/** The sum of what is known; null where nothing is. */
function sumOf(values: ReadonlyArray<number | undefined>): number | null {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
}

interface FieldSpec<Name> {
  readonly name: Name;
  readonly type: 'string' | 'number';
  readonly unit?: string;
}

function frameOf<Name extends string>(
  refId: string,
  name: string,
  specs: ReadonlyArray<FieldSpec<Name>>,
  rows: ReadonlyArray<Record<Name, Cell>>
): Frame {
  const fields = specs.map(({ name: field, type, unit }): FieldSchema => ({
    name: field,
    type,
    typeInfo: { frame: type === 'string' ? 'string' : 'float64', nullable: true },
    ...(unit === undefined ? {} : { config: { unit } }),
  }));
  return {
    schema: { refId, name, meta: { preferredVisualisationType: 'nodeGraph' }, fields },
    data: { values: specs.map(({ name: field }) => rows.map((row) => row[field])) },
  };
}

function keyOf(workflow: string, model: string, slot?: number): string {
  return JSON.stringify([workflow, model, slot ?? null]);
}
