import { type DataFrame, type Field } from '@grafana/data';
import { stateName, WORST_FIRST, type EngineState } from '@pneumograph/contract';
import { compareText, findField, keyAt, numberAt, textAt, timeAt, timeOf, valueAt } from './fields';
import { stateRank, stateWord } from './states';
import type { EngineBand, EngineView, ModelState } from './types';

/** Bands of an engine that are kept; a panel is some thousand pixels wide. */
const BAND_LIMIT = 5000;

/**
 * Reads the states of engines over time, from either form of a query of the kind `status`: a table with a row a state, or a
 * time series an engine. The order of frames and rows does not matter.
 */
export function readEngines(frames: readonly DataFrame[]): EngineView[] {
  const engines = new Map<string, EngineView>();
  for (const frame of frames) {
    (isStateTable(frame) ? tableBands(frame) : seriesBands(frame)).forEach((found) => merge(engines, found));
  }
  for (const engine of engines.values()) {
    engine.bands.sort((a, b) => a.from - b.from || (a.to ?? Infinity) - (b.to ?? Infinity));
    engine.bands.splice(0, Math.max(0, engine.bands.length - BAND_LIMIT));
    engine.state = engine.bands[engine.bands.length - 1]?.state ?? 'unknown';
  }
  return [...engines.values()].sort(
    (a, b) => compareText(a.workflow, b.workflow) || compareText(a.model, b.model) || compareText(a.name, b.name)
  );
}

/** Whether a frame tells states of engines over time. */
export function isStates(frame: DataFrame): boolean {
  return isStateTable(frame) || stateFields(frame).length > 0;
}

function isStateTable(frame: DataFrame): boolean {
  return timeOf(frame) !== undefined && ['state', 'engine', 'model'].every((name) => findField(frame, name));
}

function stateFields(frame: DataFrame): Field[] {
  return timeOf(frame) === undefined ? [] : frame.fields.filter(({ labels }) => labels?.engine !== undefined);
}

/** The worst of several engines' states at each moment, as one row of bands. */
export function worstBands(engines: readonly EngineView[]): EngineBand[] {
  const moments = [...new Set(engines.flatMap(({ bands }) => bands.flatMap(({ from, to }) => [from, to ?? Infinity])))];
  moments.sort((a, b) => a - b);
  const worst: EngineBand[] = [];
  // Bands of one engine do not overlap: a cursor each sees every band once.
  const cursors = engines.map(() => 0);
  for (let index = 0; index + 1 < moments.length; index++) {
    const [from, to] = [moments[index], moments[index + 1]];
    let found: EngineBand | undefined;
    engines.forEach(({ bands }, at) => {
      while (bands[cursors[at]] !== undefined && (bands[cursors[at]].to ?? Infinity) <= from) {
        cursors[at]++;
      }
      const band = bands[cursors[at]];
      if (
        band !== undefined &&
        band.from <= from &&
        (found === undefined || stateRank(band.state) < stateRank(found.state))
      ) {
        found = band;
      }
    });
    const last = worst[worst.length - 1];
    if (found === undefined) {
      continue;
    }
    if (last !== undefined && last.to === from && last.state === found.state && last.text === found.text) {
      last.to = Number.isFinite(to) ? to : undefined;
    } else {
      worst.push({ ...found, from, to: Number.isFinite(to) ? to : undefined });
    }
  }
  return worst;
}

type Found = Pick<EngineView, 'engine' | 'name' | 'model' | 'workflow' | 'bands'>;

function tableBands(frame: DataFrame): Found[] {
  const [time, end] = [timeOf(frame), findField(frame, 'timeend', 'endtime', 'time_end')];
  const field = (...names: string[]) => findField(frame, ...names);
  const [state, text, cause] = [field('state'), field('text'), field('cause')];
  const [engine, model, workflow, name] = [field('engine'), field('model'), field('workflow'), field('title', 'name')];
  const found: Found[] = [];
  for (let row = 0; row < frame.length; row++) {
    const [id, from] = [keyAt(engine, row), timeAt(time, row)];
    if (id === undefined || from === undefined) {
      continue;
    }
    const of = textAt(model, row) ?? '';
    const band = bandOf(from, timeAt(end, row), textAt(state, row), textAt(text, row), textAt(cause, row));
    found.push({
      engine: id,
      name: shortName(textAt(name, row) ?? id, of),
      model: of,
      workflow: textAt(workflow, row) ?? '',
      bands: [band],
    });
  }
  return found;
}

function seriesBands(frame: DataFrame): Found[] {
  const time = timeOf(frame);
  return stateFields(frame).map((field) => {
    const { engine = '', model = '', workflow = '' } = field.labels ?? {};
    const bands: EngineBand[] = [];
    for (let row = 0; row < frame.length; row++) {
      const from = timeAt(time, row);
      const state = stateAt(field, row);
      if (from === undefined || state === undefined) {
        continue;
      }
      const last = bands[bands.length - 1];
      if (last !== undefined) {
        last.to = from;
      }
      bands.push(bandOf(from, undefined, state, undefined, undefined));
    }
    const name = field.config.displayNameFromDS ?? field.config.displayName ?? engine;
    return { engine, name: shortName(name, model), model, workflow, bands };
  });
}

function stateAt(field: Field, row: number): string | undefined {
  const value = valueAt(field, row);
  const code = numberAt(field, row);
  return code === undefined ? (typeof value === 'string' ? value : undefined) : (stateName(code) ?? String(code));
}

function bandOf(from: number, to: number | undefined, state = '', text = '', cause = ''): EngineBand {
  const known = WORST_FIRST.find((name) => name === state.trim().toLowerCase());
  const shown: ModelState = known ?? (state === '' ? 'unknown' : 'other');
  return { from, to, state: shown, text: wordOf(known, state), said: text, cause };
}

function wordOf(known: EngineState | undefined, state: string): string {
  return known !== undefined ? stateWord(known) : state === '' ? stateWord('unknown') : state;
}

/** Names of engines come with their model before them, which stands beside them here. */
function shortName(name: string, model: string): string {
  return model !== '' && name.startsWith(`${model} `) ? name.slice(model.length + 1) : name;
}

function merge(engines: Map<string, EngineView>, { bands, ...found }: Found): void {
  const id = JSON.stringify([found.workflow, found.model, found.engine]);
  const known = engines.get(id);
  if (known === undefined) {
    engines.set(id, { ...found, id, state: 'unknown', bands: [...bands] });
  } else {
    known.bands.push(...bands);
  }
}
