import {
  ENGINE_STATES,
  stateName,
  type EngineState,
  type FieldConfig,
  type FieldSchema,
  type Frame,
  type FrameMeta,
  type Metric,
  type Micros,
  type ValueMapping,
} from '@pneumograph/contract';
import type { Inventory } from './inventory.js';

/** What a frame is about; undefined where the query does not group by it. */
export interface FrameIdentity {
  readonly workflow: string | undefined;
  readonly model: string | undefined;
  readonly slot: number | undefined;
  readonly engine: string | undefined;
}

const TIME_SERIES: FrameMeta = { type: 'timeseries-multi', typeVersion: [0, 1] };
const NUMERIC: FrameMeta = { type: 'numeric-multi', typeVersion: [0, 1] };

/** Grafana's names of colours, those of the workflow-health panel. Words go with them: colour alone tells nothing. */
const STATE_COLORS: Readonly<Record<EngineState, string>> = {
  init: 'super-light-blue',
  running: 'blue',
  error: 'red',
  paused: 'orange',
  finishing: 'light-purple',
  finished: 'purple',
  pigging: 'light-purple',
  unknown: 'yellow',
};

const STATE_MAPPING: ValueMapping = {
  type: 'value',
  options: Object.fromEntries(
    Object.values(ENGINE_STATES)
      .sort((a, b) => order(a) - order(b))
      .map((code, index) => {
        const text = stateName(code) as EngineState;
        return [String(code), { text, color: STATE_COLORS[text], index }];
      })
  ),
};

/** The seven states that engines have, by code; what is worked out (unknown) last. */
function order(code: number): number {
  return code < 0 ? Infinity : code;
}

/** Turns codes into words in every panel. */
export const STATE_MAPPINGS: ValueMapping[] = [STATE_MAPPING];

export interface SeriesFrame {
  readonly identity: FrameIdentity;
  readonly displayName: string;
  readonly times: readonly Micros[];
  readonly values: ReadonlyArray<number | null>;
}

export interface FrameKind {
  readonly refId: string;
  readonly metric: string;
  readonly config: FieldConfig;
}

/** One frame a series: `Time` and the value. Without series one frame with the same columns and no rows. */
export function timeSeriesFrames(kind: FrameKind, series: readonly SeriesFrame[], intervalMs?: number): Frame[] {
  const time: FieldSchema = {
    name: 'Time',
    type: 'time',
    typeInfo: { frame: 'time.Time' },
    ...(intervalMs === undefined ? {} : { config: { interval: intervalMs } }),
  };
  if (series.length === 0) {
    const value = valueField(kind);
    return [
      {
        schema: { refId: kind.refId, name: kind.metric, meta: TIME_SERIES, fields: [time, value] },
        data: { values: [[], []] },
      },
    ];
  }
  return series.map(({ identity, displayName, times, values }) => ({
    schema: {
      refId: kind.refId,
      name: displayName,
      meta: TIME_SERIES,
      fields: [time, valueField(kind, identity, displayName)],
    },
    data: { values: [times.map((micros) => Math.floor(micros / 1000)), [...values]] },
  }));
}

/**
 * One frame a series with a single number. Without series one frame without fields: the dataplane contract's sign
 * for "no data", as a number field without a number is not allowed.
 */
export function numericFrames(kind: FrameKind, series: readonly SeriesFrame[]): Frame[] {
  if (series.length === 0) {
    const schema = { refId: kind.refId, name: kind.metric, meta: NUMERIC, fields: [] };
    return [{ schema, data: { values: [] } }];
  }
  return series.map(({ identity, displayName, values }) => ({
    schema: {
      refId: kind.refId,
      name: displayName,
      meta: NUMERIC,
      fields: [valueField(kind, identity, displayName)],
    },
    data: { values: [[values.at(-1) ?? null]] },
  }));
}

function valueField(kind: FrameKind, identity?: FrameIdentity, displayName?: string): FieldSchema {
  return {
    name: kind.metric,
    type: 'number',
    typeInfo: { frame: 'float64', nullable: true },
    ...(identity === undefined ? {} : { labels: labelsOf(identity) }),
    config: { ...kind.config, ...(displayName === undefined ? {} : { displayNameFromDS: displayName }) },
  };
}

function labelsOf({ workflow, model, slot, engine }: FrameIdentity): Record<string, string> {
  const labels = { workflow, model, slot: slot === undefined ? undefined : String(slot), engine };
  return Object.fromEntries(
    Object.entries(labels).filter((entry): entry is [string, string] => entry[1] !== undefined)
  );
}

/** What a metric's values look like in a panel. */
export function configOf(metric: Metric, counted: boolean): FieldConfig {
  if (counted) {
    return { unit: 'short' };
  }
  return metric.kind === 'state' ? { unit: metric.unit, mappings: STATE_MAPPINGS } : { unit: metric.unit };
}

/**
 * The names that series go by: the query's alias, else the tutorial's dotted name, with the engine's name where
 * engines are told apart, and the workflow's where two workflows have models of one name.
 */
export function displayNames(
  identities: readonly FrameIdentity[],
  metric: string,
  alias: string,
  inventory: Inventory
): string[] {
  if (alias !== '') {
    return identities.map((identity) => fillAlias(alias, identity, metric, inventory));
  }
  const names = identities.map(({ model, slot, engine }) => {
    const dotted = [model, slot, metric].filter((part) => part !== undefined).join('.');
    return engine === undefined ? dotted : `${dotted} ${inventory.engineName(engine)}`;
  });
  const uses = new Map<string, number>();
  for (const name of names) {
    uses.set(name, (uses.get(name) ?? 0) + 1);
  }
  return names.map((name, index) => {
    const workflow = identities[index]?.workflow;
    return uses.get(name) === 1 || workflow === undefined || workflow === '' ? name : `${name} (${workflow})`;
  });
}

function fillAlias(alias: string, identity: FrameIdentity, metric: string, inventory: Inventory): string {
  const words: Record<string, string> = {
    workflow: identity.workflow ?? '',
    model: identity.model ?? '',
    slot: identity.slot === undefined ? '' : String(identity.slot),
    engine: identity.engine === undefined ? '' : inventory.engineName(identity.engine),
    metric,
  };
  return alias.replace(/\{\{\s*(workflow|model|slot|engine|metric)\s*\}\}/g, (_, word: string) => words[word] ?? '');
}
