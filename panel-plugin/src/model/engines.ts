import { FieldType, MappingType, type DataFrame, type Field } from '@grafana/data';
import { t } from '@grafana/i18n';
import { stateName, WORST_FIRST, type EngineState } from '@pneumograph/contract';
import { compareText, findField, keyAt, listNames, numberAt, shorten, textAt, timeAt, timeOf, valueAt } from './fields';
import { stateRank, stateWord } from './states';
import type { EngineBand, EngineView, ModelState, Notice } from './types';

/** Bands of an engine that are kept; a panel is some thousand pixels wide. */
const BAND_LIMIT = 5000;

/**
 * Reads the states of engines over time, from either form of a query of the kind `status`: a table with a row a state, or a
 * time series an engine. The order of frames and rows does not matter. States of a model of which no engine is named
 * are those of one engine without a name.
 */
export function readEngines(frames: readonly DataFrame[], notices: Notice[] = []): EngineView[] {
  const engines = new Map<string, EngineView>();
  for (const frame of frames) {
    (isStateTable(frame) ? tableBands(frame) : seriesBands(frame)).forEach((found) => merge(engines, found));
  }
  const contradictory: string[] = [];
  for (const engine of engines.values()) {
    const { bands, contradicts } = inOrder(engine.bands);
    if (contradicts) {
      contradictory.push(engine.name);
    }
    engine.bands = bands.slice(Math.max(0, bands.length - BAND_LIMIT));
    engine.state = engine.bands[engine.bands.length - 1]?.state ?? 'unknown';
  }
  if (contradictory.length > 0) {
    const names = listNames(contradictory);
    notices.push({
      severity: 'warning',
      text: t('notices.contradictory', 'Times of states contradict each other, the later state counts: {{names}}.', {
        names,
      }),
    });
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
  const has = (...names: string[]) => findField(frame, ...names) !== undefined;
  // Alerts have states, too, and say how severe they are.
  return timeOf(frame) !== undefined && has('state', 'status') && has('engine', 'model') && !has('severity');
}

/** Series of states; others may be told by engine as well, such as its CPU. */
function stateFields(frame: DataFrame): Field[] {
  return timeOf(frame) === undefined
    ? []
    : frame.fields.filter(
        (field) => (field.labels?.engine !== undefined || field.labels?.model !== undefined) && holdsStates(field)
      );
}

function holdsStates({ name, type, labels, config }: Field): boolean {
  return (
    type === FieldType.string ||
    type === FieldType.enum ||
    /(^|[._ ])(status|state)$/i.test(labels?.__name__ ?? name) ||
    (config.mappings ?? []).some(
      (mapping) =>
        mapping.type === MappingType.ValueToText &&
        Object.values(mapping.options).some(({ text }) => WORST_FIRST.some((state) => state === text?.toLowerCase()))
    )
  );
}

function isSame(a: EngineBand, b: EngineBand): boolean {
  return a.text === b.text && a.said === b.said && a.cause === b.cause;
}

/** Bands one after another, the oldest first: where two overlap the later one counts, of two at once the worse. */
function inOrder(found: readonly EngineBand[]): { bands: EngineBand[]; contradicts: boolean } {
  const sorted = [...found].sort(
    (a, b) =>
      a.from - b.from ||
      stateRank(b.state) - stateRank(a.state) ||
      (a.to ?? Infinity) - (b.to ?? Infinity) ||
      compareText(JSON.stringify(a), JSON.stringify(b))
  );
  const bands: EngineBand[] = [];
  let contradicts = false;
  for (const band of sorted) {
    if (band.to !== undefined && band.to < band.from) {
      contradicts = true;
      continue;
    }
    const last = bands[bands.length - 1];
    if (last !== undefined && (last.to ?? Infinity) >= band.from && isSame(last, band)) {
      // A series repeats the state that goes on, and two queries may tell the same.
      bands[bands.length - 1] = { ...last, to: band.to };
      continue;
    }
    if (last !== undefined && (last.to ?? Infinity) > band.from) {
      // A state that goes on ends where the next begins.
      contradicts ||= last.text !== band.text && (last.to !== undefined || last.from === band.from);
      if (last.from === band.from) {
        bands.pop();
      } else {
        bands[bands.length - 1] = { ...last, to: band.from };
      }
    }
    bands.push(band);
  }
  return { bands, contradicts };
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
  const [state, text, cause] = [field('state', 'status'), field('text'), field('cause')];
  const [engine, model, workflow, name] = [field('engine'), field('model'), field('workflow'), field('title', 'name')];
  const found: Found[] = [];
  for (let row = 0; row < frame.length; row++) {
    const from = timeAt(time, row);
    const of = textAt(model, row) ?? '';
    const id = keyAt(engine, row) ?? '';
    if (from === undefined || (id === '' && of === '')) {
      continue;
    }
    const band = bandOf(from, timeAt(end, row), textAt(state, row), textAt(text, row), textAt(cause, row));
    found.push({
      engine: id,
      name: shortName(textAt(name, row) ?? shorten(id), of),
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
      if (from !== undefined && state !== undefined) {
        bands.push(bandOf(from, undefined, state, undefined, undefined));
      }
    }
    const name = shorten(field.config.displayNameFromDS ?? field.config.displayName ?? engine);
    return { engine, name: shortName(name, model), model, workflow, bands };
  });
}

function stateAt(field: Field, row: number): string | undefined {
  const value = valueAt(field, row);
  const code = numberAt(field, row);
  return code === undefined
    ? typeof value === 'string' && value !== ''
      ? shorten(value)
      : undefined
    : (stateName(code) ?? String(code));
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
  if (name === '') {
    return model;
  }
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
