import type { DataFrame, GrafanaTheme2 } from '@grafana/data';
import { nodeId, WORST_FIRST, type EngineState } from '@pneumograph/contract';
import { compareText, findField, keyAt, listNames, numberAt, plural, shorten, textAt, valueAt } from './fields';
import { noAlerts } from './alerts';
import type { KnownFrame } from './frames';
import { ENGINE_STATES_WORST_FIRST, modelState, stateRank, stateWord } from './states';
import { formatterOf, type Formatter } from './stat';
import { STAT_NAMES, type Engines, type EngineView, type ModelView, type Notice, type StatName } from './types';

/** Field names of a stat, the first present one counts, and the unit it has where the field names none. */
const STAT_FIELDS: Record<StatName, { names: string[]; unit: string }> = {
  // The node graph's own names are read too, so that topologies of other data sources show their rates.
  rpsIn: { names: ['rps_in', 'mainstat'], unit: 'recps' },
  rpsOut: { names: ['rps_out', 'secondarystat'], unit: 'recps' },
  rejected: { names: ['rejected'], unit: 'short' },
  cpu: { names: ['cpu'], unit: 'percent' },
  memory: { names: ['memory'], unit: 'bytes' },
};

/** Reads the models of all `nodes` frames; rows that cannot be used are named in `notices`. */
export function readModels(frames: KnownFrame[], theme: GrafanaTheme2, notices: Notice[]): Map<string, ModelView> {
  const models = new Map<string, { view: ModelView; content: string }>();
  const repeated = new Set<string>();
  let withoutId = 0;
  for (const { frame, index } of frames) {
    const readRow = rowReader(frame, theme);
    const id = findField(frame, 'id');
    for (let row = 0; row < frame.length; row++) {
      const key = keyAt(id, row);
      if (key === undefined) {
        withoutId++;
        continue;
      }
      const candidate = { view: { ...readRow(key, row), origin: { frame: index, row } }, content: content(frame, row) };
      const known = models.get(key);
      if (known !== undefined) {
        repeated.add(key);
      }
      if (known === undefined || compareCandidates(candidate, known) < 0) {
        models.set(key, candidate);
      }
    }
  }
  if (withoutId > 0) {
    notices.push({
      severity: 'warning',
      text: `${plural(withoutId, 'row')} of the nodes frame without an id left out.`,
    });
  }
  if (repeated.size > 0) {
    // Named as they are shown: the rows of one id may have several names, in any order.
    const names = [...repeated].map((key) => models.get(key)?.view.name ?? key);
    notices.push({
      severity: 'warning',
      text: `Models listed more than once under the same id, the worst row is shown: ${listNames(names)}.`,
    });
  }
  return new Map([...models].map(([key, { view }]) => [key, view]));
}

/** A stand-in for a model that links speak of but no `nodes` frame lists. */
/** The models of engines, where no topology lists them: their states, and nothing else. */
export function modelsOfEngines(engines: readonly EngineView[]): Map<string, ModelView> {
  const models = new Map<string, ModelView>();
  for (const { workflow, model, state } of engines) {
    const id = nodeId(workflow, model);
    const known = models.get(id);
    const byState = new Map<EngineState, number>(known?.engines.byState.map(({ state, count }) => [state, count]));
    const counted = WORST_FIRST.find((one) => one === state) ?? 'unknown';
    byState.set(counted, (byState.get(counted) ?? 0) + 1);
    const counts: Engines = {
      total: (known?.engines.total ?? 0) + 1,
      byState: WORST_FIRST.flatMap((one) => (byState.has(one) ? [{ state: one, count: byState.get(one) ?? 0 }] : [])),
    };
    models.set(id, {
      id,
      name: model,
      workflow,
      ...modelState(undefined, counts),
      engines: counts,
      stats: {},
      alerts: noAlerts(),
      fixed: undefined,
      origin: undefined,
    });
  }
  return models;
}

export function unlistedModel(id: string, otherEnd: ModelView | undefined): ModelView {
  const parts = decodeId(id);
  return {
    id,
    name: shorten(parts?.model ?? id),
    workflow: otherEnd?.workflow ?? shorten(parts?.workflow ?? ''),
    state: 'unlisted',
    stateText: stateWord('unlisted'),
    engines: { total: undefined, byState: [] },
    stats: {},
    alerts: { count: 0, worst: undefined, items: [] },
    fixed: undefined,
    origin: undefined,
  };
}

function rowReader(frame: DataFrame, theme: GrafanaTheme2): (id: string, row: number) => ModelView {
  const field = (...names: string[]) => findField(frame, ...names);
  const [model, title, workflow, status] = [field('model'), field('title'), field('workflow'), field('status')];
  const [fixedX, fixedY] = [field('fixedx'), field('fixedy')];
  const total = field('engines');
  const counts = ENGINE_STATES_WORST_FIRST.map((state) => ({ state, field: field(state) }));
  const stats = STAT_NAMES.flatMap((name) => {
    const { names, unit } = STAT_FIELDS[name];
    const found = field(...names);
    const format: Formatter | undefined = found && formatterOf(found, unit, theme);
    return found && format ? [{ name, field: found, format }] : [];
  });

  return (id, row) => {
    const engines = readEngines(
      numberAt(total, row),
      counts.map(({ state, field }) => ({ state, count: numberAt(field, row) }))
    );
    const [x, y] = [numberAt(fixedX, row), numberAt(fixedY, row)];
    const view: ModelView = {
      id,
      name: textAt(model, row) ?? textAt(title, row) ?? shorten(decodeId(id)?.model ?? id),
      workflow: textAt(workflow, row) ?? '',
      ...modelState(textAt(status, row), engines),
      engines,
      stats: {},
      alerts: { count: 0, worst: undefined, items: [] },
      fixed: x === undefined || y === undefined ? undefined : { x, y },
      origin: undefined,
    };
    for (const { name, field, format } of stats) {
      const value = numberAt(field, row);
      if (value !== undefined) {
        view.stats[name] = format(value);
      }
    }
    return view;
  };
}

function readEngines(
  total: number | undefined,
  counts: Array<{ state: Engines['byState'][number]['state']; count: number | undefined }>
): Engines {
  const byState = counts.flatMap(({ state, count }) =>
    count !== undefined && count >= 1 ? [{ state, count: Math.floor(count) }] : []
  );
  const sum = byState.reduce((all, { count }) => all + count, 0);
  const saysSomething = total !== undefined || counts.some(({ count }) => count !== undefined);
  return { total: saysSomething ? Math.max(Math.floor(total ?? 0), sum) : undefined, byState };
}

interface Candidate {
  view: ModelView;
  content: string;
}

/** The row to show of several with one id: the worst, and never a matter of their order. */
function compareCandidates(a: Candidate, b: Candidate): number {
  return (
    stateRank(a.view.state) - stateRank(b.view.state) ||
    (b.view.stats.rejected?.value ?? 0) - (a.view.stats.rejected?.value ?? 0) ||
    compareText(a.content, b.content)
  );
}

function content(frame: DataFrame, row: number): string {
  return JSON.stringify(frame.fields.map((field) => [field.name, valueAt(field, row)]).sort());
}

/** Reads an id that is made as the contract says: workflow and model, percent-encoded, joined by a slash. */
function decodeId(id: string): { workflow: string; model: string } | undefined {
  const [workflow, model, ...rest] = id.split('/');
  if (workflow === undefined || model === undefined || model === '' || rest.length > 0) {
    return undefined;
  }
  try {
    return { workflow: decodeURIComponent(workflow), model: decodeURIComponent(model) };
  } catch {
    return undefined;
  }
}
