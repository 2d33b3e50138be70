import { type DataFrame, FieldType, toDataFrame } from '@grafana/data';
import { EDGE_FIELDS, NODE_FIELDS, nodeId } from '@pneumograph/contract';
import type { Fleet } from '../../src/host/views';

/** The same number between 0 and 1 for the same arguments, and another for almost all others. */
function chance(...seed: number[]): number {
  let hash = 2166136261;
  for (const part of seed) {
    hash = Math.imul(hash ^ part, 16777619);
    hash ^= hash >>> 13;
  }
  return ((Math.imul(hash, 2246822519) ^ (hash >>> 15)) >>> 0) / 2 ** 32;
}

/** Mostly well, as fleets are. */
function stateOf(engine: number, tick: number): string {
  const luck = chance(engine, Math.floor((tick + (engine % 40)) / 40));
  return luck > 0.08 ? 'running' : luck > 0.04 ? 'error' : luck > 0.02 ? 'paused' : luck > 0.01 ? 'init' : 'unknown';
}

const modelName = (model: number) => `model ${String(model).padStart(4, '0')}`;

/**
 * The frames of a fleet as the ingest backend sends them: its topology, the states of its engines, and alerts. What
 * changes from one tick to the next are rates, and the state of one engine in forty.
 * @param range epoch milliseconds
 */
export function fleetFrames(fleet: Fleet, tick: number, range: { from: number; to: number }): DataFrame[] {
  return [
    ...topology(fleet, tick),
    states(fleet, tick, range),
    alerts(fleet, tick, range),
    ...(fleet.numbers ? metrics(fleet, tick, range) : []),
  ];
}

function topology(fleet: Fleet, tick: number): DataFrame[] {
  const { models, engines, perWorkflow } = fleet;
  const workflow = (model: number) => `workflow ${Math.floor(model / perWorkflow)}`;
  const nodes = range(models).map((model) => {
    const own = range(engines).filter((engine) => engine % models === model);
    const counts = new Map<string, number>();
    own.forEach((engine) => counts.set(stateOf(engine, tick), (counts.get(stateOf(engine, tick)) ?? 0) + 1));
    const rate = Math.round(1000 * chance(model, 1) + 50 * chance(model, tick)) / 10;
    return {
      ...Object.fromEntries(counts),
      id: nodeId(workflow(model), modelName(model)),
      title: modelName(model),
      model: modelName(model),
      workflow: workflow(model),
      engines: own.length,
      rps_in: rate,
      rps_out: rate,
      rejected: chance(model, 2) > 0.95 ? Math.floor(tick / 10) + 1 : 0,
      cpu: Math.round(1000 * chance(model, 3, tick)) / 10,
      memory: Math.round(2 ** 31 * chance(model, 4)),
    };
  });
  const links = range(models).flatMap((model) => {
    const place = model % perWorkflow;
    return [...new Set([Math.floor((place - 1) / 2), place - 1 - Math.floor(3 * chance(model, 5))])]
      .filter((source) => place > 0 && source >= 0)
      .map((source) => ({ source: model - place + source, target: model }));
  });
  const edges = links.map(({ source, target }) => ({
    id: `${source}>${target}`,
    source: nodeId(workflow(source), modelName(source)),
    target: nodeId(workflow(target), modelName(target)),
    source_slot: 1,
    target_slot: 0,
    mainstat: Math.round(1000 * chance(source, 1) + 50 * chance(source, tick)) / 10,
  }));
  return [frame('nodes', NODE_FIELDS, nodes), frame('edges', EDGE_FIELDS, edges)];
}

/** A row a state, as a query of the kind `status` answers in the form of a table. */
function states({ models, engines, perWorkflow }: Fleet, tick: number, time: { from: number; to: number }): DataFrame {
  const length = time.to - time.from;
  const rows = range(engines).flatMap((engine) => {
    const model = engine % models;
    const changes = [0, ...(chance(engine, 6) > 0.7 ? [0.95 * chance(engine, 7)] : []), 0.97];
    return changes.map((at, index) => ({
      time: Math.round(time.from + at * length),
      timeEnd: index + 1 < changes.length ? Math.round(time.from + (changes[index + 1] ?? 1) * length) : null,
      state: index + 1 < changes.length && chance(engine, index) > 0.2 ? 'running' : stateOf(engine, tick),
      text: null,
      cause: 'state message',
      engine: `engine-${engine}`,
      model: modelName(model),
      workflow: `workflow ${Math.floor(model / perWorkflow)}`,
    }));
  });
  const names = ['time', 'timeEnd', 'state', 'text', 'cause', 'engine', 'model', 'workflow'] as const;
  return frame(
    'states',
    names.map((name) => ({ name, type: name.startsWith('time') ? FieldType.time : FieldType.string })),
    rows
  );
}

const ALERT_STATES = ['firing', 'pending', 'recovering', 'silenced', 'nodata'];

function alerts({ models, numbers }: Fleet, tick: number, time: { from: number; to: number }): DataFrame {
  const rows = range(models)
    .filter((model) => chance(model, 8) > (numbers ? 0.5 : 0.9))
    .map((model, index) => ({
      time: Math.round(time.from + chance(model, 9) * (time.to - time.from)),
      model: modelName(model),
      severity: chance(model, 10) > 0.5 ? 'critical' : 'warning',
      text: `Drift of input 0 is ${(0.2 + chance(model, tick) / 10).toFixed(2)}, above 0.2`,
      state: numbers ? ALERT_STATES[index % ALERT_STATES.length] : 'firing',
      slot: chance(model, 11) > 0.7 ? 0 : null,
      monitor: 'drift-of-inputs',
    }));
  return frame(
    'alerts',
    ['time', 'model', 'severity', 'text', 'state', 'slot', 'monitor'].map((name) => ({
      name,
      type: name === 'time' ? FieldType.time : name === 'slot' ? FieldType.number : FieldType.string,
    })),
    rows
  );
}

/** Points of a curve. */
const POINTS = 60;

/** What queries of metrics answer: throughput over time, and the newest latency, backlog and drift. */
function metrics(fleet: Fleet, tick: number, time: { from: number; to: number }): DataFrame[] {
  const workflow = (model: number) => `workflow ${Math.floor(model / fleet.perWorkflow)}`;
  const step = (time.to - time.from) / POINTS;
  const moments = range(POINTS).map((point) => Math.round(time.from + point * step));
  return range(fleet.models).flatMap((model) => {
    const labels = { workflow: workflow(model), model: modelName(model) };
    const series = (metric: string, more: Record<string, string>, times: number[], values: number[]) =>
      toDataFrame({
        name: metric,
        fields: [
          { name: 'time', type: FieldType.time, values: times },
          { name: metric, type: FieldType.number, labels: { __name__: metric, ...labels, ...more }, values },
        ],
      });
    const now = moments.slice(-1);
    return [
      ...[0, 1].map((slot) =>
        series(
          'rps',
          { slot: String(slot) },
          moments,
          moments.map((_, point) => 100 * chance(model, 1) + 12 * chance(model, slot, point + tick))
        )
      ),
      series('latency', {}, now, [chance(model, 12) / 10]),
      series('backlog', { slot: '0' }, now, [Math.floor(400 * chance(model, 13, tick))]),
      series('drift.psi', { slot: '0', monitor: 'drift-of-inputs', feature: 'price' }, now, [chance(model, 14) / 3]),
    ];
  });
}

function frame(
  name: string,
  fields: ReadonlyArray<{ name: string; type: string; unit?: string }>,
  rows: Array<Record<string, unknown>>
): DataFrame {
  return toDataFrame({
    name,
    refId: name,
    fields: fields.map((field) => ({
      name: field.name,
      type: field.type as FieldType,
      config: field.unit === undefined ? {} : { unit: field.unit },
      values: rows.map((row) => row[field.name] ?? null),
    })),
  });
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}
