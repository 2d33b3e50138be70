import { FieldType, MappingType, type DataFrame, type Field } from '@grafana/data';
import { t } from '@grafana/i18n';
import { stateName, WORST_FIRST } from '@pneumograph/contract';
import { findField, keyAt, listNames, numberAt, shorten, textAt, timeAt, timeOf, valueAt } from './fields';
import { EngineMemory } from './engineMemory';
import type { Fleet } from './types';

/**
 * Reads the states of engines over time, from either form of a query of the kind `status`: a table with a row a state, or a
 * time series an engine. The order of frames and rows does not matter. States of a model of which no engine is named
 * are those of one engine without a name.
 * @param memory of the reading before: what tells the same again is not made anew, and stays the same object
 */
export function readEngines(frames: readonly DataFrame[], memory: EngineMemory = new EngineMemory()): Fleet {
  memory.begin();
  for (const frame of frames) {
    if (isStateTable(frame)) {
      readTable(frame, memory);
    } else {
      readSeries(frame, memory);
    }
  }
  const { engines, contradictory } = memory.end();
  if (contradictory.length === 0) {
    return { engines, notices: [] };
  }
  const names = listNames(contradictory);
  const text = t('notices.contradictory', 'Times of states contradict each other, the later state counts: {{names}}.', {
    names,
  });
  return { engines, notices: [{ severity: 'warning', text }] };
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

function readTable(frame: DataFrame, memory: EngineMemory): void {
  const [time, end] = [timeOf(frame), findField(frame, 'timeend', 'endtime', 'time_end')];
  const field = (...names: string[]) => findField(frame, ...names);
  const [state, text, cause] = [field('state', 'status'), field('text'), field('cause')];
  const [engine, model, workflow, name] = [field('engine'), field('model'), field('workflow'), field('title', 'name')];
  const columns = [time, end, state, text, cause, engine, model, workflow, name].map((one) => one?.values);
  const same = memory.nextTable(columns, frame.length);
  for (let row = 0; row < frame.length; row++) {
    if (same[row] === 1 && memory.addAgain()) {
      continue;
    }
    const from = timeAt(time, row);
    const of = textAt(model, row) ?? '';
    const id = keyAt(engine, row) ?? '';
    if (from === undefined || (id === '' && of === '')) {
      memory.addNothing();
      continue;
    }
    memory.add(
      textAt(workflow, row) ?? '',
      of,
      id,
      textAt(name, row),
      from,
      timeAt(end, row),
      textAt(state, row) ?? '',
      textAt(text, row) ?? '',
      textAt(cause, row) ?? ''
    );
  }
}

function readSeries(frame: DataFrame, memory: EngineMemory): void {
  const time = timeOf(frame);
  for (const field of stateFields(frame)) {
    const { engine = '', model = '', workflow = '' } = field.labels ?? {};
    const name = shorten(field.config.displayNameFromDS ?? field.config.displayName ?? engine);
    for (let row = 0; row < frame.length; row++) {
      const from = timeAt(time, row);
      const state = stateAt(field, row);
      if (from !== undefined && state !== undefined) {
        memory.add(workflow, model, engine, name, from, undefined, state, '', '');
      }
    }
  }
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
