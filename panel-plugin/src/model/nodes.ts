import type { DataFrame, Field, GrafanaTheme2 } from '@grafana/data';
import { nodeId, WORST_FIRST } from '@pneumograph/contract';
import { t } from '@grafana/i18n';
import { compareText, findField, keyAt, listNames, numberAt, shorten, textAt, valueAt } from './fields';
import { noAlerts } from './alerts';
import type { KnownFrame } from './frames';
import { ENGINE_STATES_WORST_FIRST, modelState, stateRank, stateWord } from './states';
import { nested } from './nested';
import { formatterOf, type Formatter } from './stat';
import {
  STAT_NAMES,
  type Engines,
  type EngineView,
  type ModelState,
  type ModelView,
  type Notice,
  type StatName,
} from './types';

/** Field names of a stat, the first present one counts, and the unit it has where the field names none. */
const STAT_FIELDS: Record<StatName, { names: string[]; unit: string }> = {
  // The node graph's own names are read too, so that topologies of other data sources show their rates.
  rpsIn: { names: ['rps_in', 'mainstat'], unit: 'recps' },
  rpsOut: { names: ['rps_out', 'secondarystat'], unit: 'recps' },
  rejected: { names: ['rejected'], unit: 'short' },
  latency: { names: ['latency'], unit: 's' },
  backlog: { names: ['backlog'], unit: 'short' },
  cpu: { names: ['cpu'], unit: 'percent' },
  memory: { names: ['memory'], unit: 'bytes' },
};

/** Reads the models of all `nodes` frames; rows that cannot be used are named in `notices`. */
export function readModels(frames: KnownFrame[], theme: GrafanaTheme2, notices: Notice[]): Map<string, ModelView> {
  const models = new Map<string, Candidate>();
  const repeated = new Set<string>();
  const mostMemory = Math.max(0, ...frames.map(({ frame }) => largestOf(findField(frame, 'memory'), frame.length)));
  let withoutId = 0;
  for (const { frame, index } of frames) {
    const readRow = rowReader(frame, theme, mostMemory);
    const [id, model, workflow] = ['id', 'model', 'workflow'].map((name) => findField(frame, name));
    for (let row = 0; row < frame.length; row++) {
      const key = keyAt(id, row) ?? idOf(textAt(workflow, row), textAt(model, row));
      if (key === undefined) {
        withoutId++;
        continue;
      }
      const view = readRow(key, row);
      view.origin = { frame: index, row };
      const candidate = { view, frame, row };
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
      text: t('notices.without-id', '', {
        count: withoutId,
        defaultValue_one: '{{count}} row of the nodes frame without an id left out.',
        defaultValue_other: '{{count}} rows of the nodes frame without an id left out.',
      }),
    });
  }
  if (repeated.size > 0) {
    // Named as they are shown: the rows of one id may have several names, in any order.
    const names = [...repeated].map((key) => models.get(key)?.view.name ?? key);
    notices.push({
      severity: 'warning',
      text: t(
        'notices.repeated',
        'Models listed more than once under the same id, the worst row is shown: {{names}}.',
        {
          names: listNames(names),
        }
      ),
    });
  }
  return new Map([...models].map(([key, { view }]) => [key, view]));
}

/** The models of engines, where no topology lists them: their states, and nothing else. */
export function modelsOfEngines(engines: readonly EngineView[]): Map<string, ModelView> {
  const counts = new Map<string, { of: EngineView; total: number; byState: Map<ModelState, number> }>();
  for (const engine of engines) {
    const id = nodeId(engine.workflow, engine.model);
    const known = counts.get(id) ?? { of: engine, total: 0, byState: new Map<ModelState, number>() };
    known.total++;
    known.byState.set(engine.state, (known.byState.get(engine.state) ?? 0) + 1);
    counts.set(id, known);
  }
  return new Map(
    [...counts].map(([id, { of, total, byState }]) => {
      const found: Engines = {
        total,
        byState: WORST_FIRST.flatMap((state) => {
          const count = byState.get(state) ?? 0;
          return count > 0 ? [{ state, count }] : [];
        }),
      };
      // A word that is no state of an engine is shown as it came.
      const said = byState.has('other') ? of.bands[of.bands.length - 1]?.text : undefined;
      return [id, bareModel(id, of.model, of.workflow, modelState(said, found), found)];
    })
  );
}

/** Finds models by workflow and name, as engines and alerts speak of them. */
export function modelFinder(models: readonly ModelView[]): (workflow: string, name: string) => ModelView | undefined {
  // Names one in another: joining them to one text for each of ten thousand engines would take longer.
  const found = new Map<string, Map<string, ModelView>>();
  for (const model of models) {
    nested(found, model.workflow).set(model.name, model);
  }
  // Engines come one model after the other.
  let last: { workflow: string; name: string; model: ModelView | undefined } | undefined;
  return (workflow, name) => {
    if (last === undefined || last.name !== name || last.workflow !== workflow) {
      last = { workflow, name, model: found.get(workflow)?.get(name) };
    }
    return last.model;
  };
}

/** A stand-in for a model that links speak of but no `nodes` frame lists. */
export function unlistedModel(id: string, otherEnd: ModelView | undefined): ModelView {
  const parts = decodeId(id);
  const state = { state: 'unlisted' as const, stateText: stateWord('unlisted') };
  const [name, workflow] = [shorten(parts?.model ?? id), otherEnd?.workflow ?? shorten(parts?.workflow ?? '')];
  return bareModel(id, name, workflow, state, { total: undefined, byState: [] });
}

function bareModel(
  id: string,
  name: string,
  workflow: string,
  { state, stateText }: Pick<ModelView, 'state' | 'stateText'>,
  engines: Engines
): ModelView {
  return {
    id,
    name,
    workflow,
    state,
    stateText,
    engines,
    stats: {},
    badges: [],
    measures: [],
    consequence: undefined,
    alerts: noAlerts(),
    fixed: undefined,
    origin: undefined,
  };
}

function idOf(workflow = '', model: string | undefined): string | undefined {
  return model === undefined ? undefined : nodeId(workflow, model);
}

function rowReader(frame: DataFrame, theme: GrafanaTheme2, mostMemory: number): (id: string, row: number) => ModelView {
  const field = (...names: string[]) => findField(frame, ...names);
  const [model, title, workflow, status] = [
    field('model'),
    field('title'),
    field('workflow'),
    field('status', 'state'),
  ];
  const [fixedX, fixedY] = [field('fixedx'), field('fixedy')];
  const total = field('engines');
  const counts = ENGINE_STATES_WORST_FIRST.map((state) => ({ state, field: field(state) }));
  const stats = STAT_NAMES.flatMap((name) => {
    const { names, unit } = STAT_FIELDS[name];
    const found = field(...names);
    // As in Grafana's bar gauge: where nothing bounds it, the largest fills its bar.
    const format: Formatter | undefined =
      found && formatterOf(found, unit, theme, name === 'memory' ? mostMemory : undefined);
    return found && format ? [{ name, field: found, format }] : [];
  });

  return (id, row) => {
    const engines = readEngines(
      numberAt(total, row),
      counts.map(({ state, field }) => ({ state, count: numberAt(field, row) }))
    );
    const [x, y] = [numberAt(fixedX, row), numberAt(fixedY, row)];
    const name = textAt(model, row) ?? textAt(title, row) ?? shorten(decodeId(id)?.model ?? id);
    const state = modelState(textAt(status, row), engines);
    const view = bareModel(id, name, textAt(workflow, row) ?? '', state, engines);
    view.fixed = x === undefined || y === undefined ? undefined : { x, y };
    for (const { name, field, format } of stats) {
      const value = numberAt(field, row);
      if (value !== undefined) {
        view.stats[name] = format(value);
      }
    }
    return view;
  };
}

function largestOf(field: Field | undefined, rows: number): number {
  let largest = 0;
  for (let row = 0; row < rows; row++) {
    largest = Math.max(largest, numberAt(field, row) ?? 0);
  }
  return largest;
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
  frame: DataFrame;
  row: number;
}

/** The row to show of several with one id: the worst, and never a matter of their order. */
function compareCandidates(a: Candidate, b: Candidate): number {
  return (
    stateRank(a.view.state) - stateRank(b.view.state) ||
    (b.view.stats.rejected?.value ?? 0) - (a.view.stats.rejected?.value ?? 0) ||
    compareText(content(a), content(b))
  );
}

function content({ frame, row }: Candidate): string {
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
