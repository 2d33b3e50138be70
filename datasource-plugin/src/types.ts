import type { DataSourceJsonData } from '@grafana/data';
import type { DataQuery } from '@grafana/schema';
import type {
  Across,
  AlertSeverity,
  AlertState,
  Fill,
  GroupKey,
  Metric,
  MetricQuery,
  Over,
  ProfileQuery,
  QueryKind,
  StatusQuery,
} from '@pneumograph/contract';

export type GroupBy = GroupKey;
export type Format = MetricQuery['format'] | StatusQuery['format'] | ProfileQuery['format'];

/**
 * A query as a dashboard saves it: the fields of the contract's query, any text of which may hold template
 * variables. Slots are numbers, or texts with a variable that becomes a number (`$slot`).
 */
export interface WorkflowQuery extends DataQuery {
  kind: QueryKind;
  /** Empty or absent: all workflows. */
  workflow?: string;
  /** Empty or absent: all models. */
  models?: string[];
  /** Empty or absent: all slots. */
  slots?: Array<number | string>;
  /** Ids of engines; empty or absent: all engines. */
  engines?: string[];
  /** Names of monitors, of what they tell; empty or absent: all. */
  monitors?: string[];
  /** Fields of the records, of what monitors tell of them; empty or absent: all. */
  features?: string[];
  /** Of alerts; empty or absent: all. */
  severities?: AlertSeverity[];
  states?: AlertState[];
  metric?: string;
  over?: Over | 'default';
  across?: Across | 'default';
  /** Absent: as fits the metric. */
  by?: GroupBy[];
  /** Name of a series, with placeholders such as `{{model}}`. */
  alias?: string;
  format?: Format;
  /** Only so many series; a number, or a text with a variable that becomes one. Absent: all. */
  topN?: number | string;
  fill?: Fill;
}

export const VARIABLE_LISTS = ['workflows', 'models', 'slots', 'engines', 'metrics', 'monitors', 'features'] as const;
export type VariableList = (typeof VARIABLE_LISTS)[number];

/** The query of a dashboard variable: a list of the catalogue, narrowed by what other variables chose. */
export interface WorkflowVariableQuery extends DataQuery {
  list: VariableList;
  /** Only of this workflow; may be a variable. Empty or absent: of all. */
  workflow?: string;
  /** Only of these models; may be variables. Empty or absent: of all. */
  models?: string[];
}

/** The part of the settings that is not secret. */
export interface WorkflowOptions extends DataSourceJsonData {
  /** Workflow that new queries begin with. */
  defaultWorkflow?: string;
  /** Seconds that Grafana waits for an answer. */
  timeout?: number;
}

/** Kept by Grafana's server, never sent to the browser. */
export interface WorkflowSecrets {
  /** Access token of the ingest backend, sent as a bearer token. */
  token?: string;
}

/** What older ingest backends may leave out of the catalogue's metrics. */
export type ListedMetric = Omit<Metric, 'area' | 'help'> & Partial<Pick<Metric, 'area' | 'help'>>;
