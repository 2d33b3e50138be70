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
  /** Of what monitors tell. */
  readonly monitor?: string | undefined;
  readonly feature?: string | undefined;
  /** Slots that a link comes from, where the values are about one. */
  readonly from?: string | undefined;
  /** How much earlier the values are than they are shown. */
  readonly compare?: string | undefined;
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
  /** What a reader of the values has to know. */
  readonly notices?: readonly string[];
  /** Why they are not all that was asked for. */
  readonly warnings?: readonly string[];
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
        schema: { refId: kind.refId, name: kind.metric, meta: metaOf(TIME_SERIES, kind, 0), fields: [time, value] },
        data: { values: [[], []] },
      },
    ];
  }
  return series.map(({ identity, displayName, times, values }, index) => ({
    schema: {
      refId: kind.refId,
      name: displayName,
      meta: metaOf(TIME_SERIES, kind, index),
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
    const schema = { refId: kind.refId, name: kind.metric, meta: metaOf(NUMERIC, kind, 0), fields: [] };
    return [{ schema, data: { values: [] } }];
  }
  return series.map(({ identity, displayName, values }, index) => ({
    schema: {
      refId: kind.refId,
      name: displayName,
      meta: metaOf(NUMERIC, kind, index),
      fields: [valueField(kind, identity, displayName)],
    },
    data: { values: [[values.at(-1) ?? null]] },
  }));
}

/** Grafana shows the notices of all frames of a panel: the first frame carries them. */
function metaOf(meta: FrameMeta, { notices = [], warnings = [] }: FrameKind, index: number): FrameMeta {
  const told = [
    ...warnings.map((text) => ({ severity: 'warning' as const, text })),
    ...notices.map((text) => ({ severity: 'info' as const, text })),
  ];
  return told.length === 0 || index > 0 ? meta : { ...meta, notices: told };
}

/** A frame with what else a reader of it has to know. */
export function withNotices(frame: Frame, notices: readonly string[], severity: 'info' | 'warning' = 'info'): Frame {
  const { schema } = frame;
  const added = notices.map((text) => ({ severity, text }));
  const meta = { ...schema.meta, notices: [...(schema.meta.notices ?? []), ...added] };
  return notices.length === 0 ? frame : { ...frame, schema: { ...schema, meta } };
}

const FIELD_TYPES = { time: 'time.Time', number: 'float64', string: 'string' } as const;

/** One frame with a row for each of many things. */
export function tableFrame<Name extends string>(
  refId: string,
  name: string,
  fields: ReadonlyArray<{
    readonly name: Name;
    readonly type: keyof typeof FIELD_TYPES;
    readonly config?: FieldConfig;
  }>,
  rows: ReadonlyArray<Readonly<Record<Name, unknown>>>
): Frame {
  const schemas = fields.map(({ name: field, type, config }): FieldSchema => ({
    name: field,
    type,
    typeInfo: { frame: FIELD_TYPES[type], ...(type === 'number' ? { nullable: true } : {}) },
    ...(config === undefined ? {} : { config }),
  }));
  return {
    schema: {
      refId,
      name,
      meta: { type: 'table', typeVersion: [0, 1], preferredVisualisationType: 'table' },
      fields: schemas,
    },
    data: { values: fields.map(({ name: field }) => rows.map((row) => row[field])) },
  };
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

/** What a series is about, as far as it is about anything. */
export function labelsOf(identity: FrameIdentity): Record<string, string> {
  const { workflow, model, slot, engine, monitor, feature, from, compare } = identity;
  const labels = {
    workflow,
    model,
    slot: slot === undefined ? undefined : String(slot),
    engine,
    monitor,
    feature,
    from,
    compare,
  };
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
 * The names that series go by: the query's alias, else the tutorial's dotted name, with the feature and the engine's
 * name where these are told apart, and the monitor's and the workflow's where two would share a name otherwise.
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
  const names = identities.map(({ model, slot, engine, feature }) => {
    const dotted = [model, slot, metric].filter((part) => part !== undefined).join('.');
    const name = engine === undefined ? undefined : inventory.engineName(engine);
    return [dotted, feature, name].filter((part) => part !== undefined && part !== '').join(' ');
  });
  const byMonitor = tellApart(
    names,
    identities.map(({ monitor }) => monitor)
  );
  return tellApart(
    byMonitor,
    identities.map(({ workflow }) => workflow)
  );
}

/** Adds to names that are used twice what they are of. */
function tellApart(names: readonly string[], of: ReadonlyArray<string | undefined>): string[] {
  const uses = new Map<string, number>();
  for (const name of names) {
    uses.set(name, (uses.get(name) ?? 0) + 1);
  }
  return names.map((name, index) => {
    const owner = of[index] ?? '';
    return uses.get(name) === 1 || owner === '' ? name : `${name} (${owner})`;
  });
}

function fillAlias(alias: string, identity: FrameIdentity, metric: string, inventory: Inventory): string {
  const words: Record<string, string> = {
    workflow: identity.workflow ?? '',
    model: identity.model ?? '',
    slot: identity.slot === undefined ? '' : String(identity.slot),
    engine: identity.engine === undefined ? '' : inventory.engineName(identity.engine),
    monitor: identity.monitor ?? '',
    feature: identity.feature ?? '',
    metric,
  };
  const placeholders = /\{\{\s*(workflow|model|slot|engine|monitor|feature|metric)\s*\}\}/g;
  return alias.replace(placeholders, (_, word: string) => words[word] ?? '');
}
