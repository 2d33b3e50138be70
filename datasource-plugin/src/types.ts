import type { DataSourceJsonData } from '@grafana/data';
import type { DataQuery } from '@grafana/schema';
import type {
  Across,
  AlertsQuery,
  AlertSeverity,
  AlertState,
  EngineState,
  Fill,
  GroupKey,
  MessageLevel,
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
  /** A row for each alert, or for each step of it. Absent: for each alert. */
  per?: AlertsQuery['per'];
  /** Of annotations from engine states; empty or absent: all. */
  engineStates?: EngineState[];
  /** Of messages; empty or absent: all. */
  levels?: MessageLevel[];
  /** Of messages: only those with this text in them. */
  search?: string;
  /** Only so many messages; a number, or a text with a variable that becomes one. Absent: as many as are usual. */
  limit?: number | string;
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
  /** How much earlier the same series are shown beside these, such as `1w`. Absent: not at all. */
  compare?: string;
  /** Whether panels whose range ends now are kept up to date; of series over time. */
  live?: boolean;
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

export const LINKED_DASHBOARDS = ['workflow', 'data', 'performance'] as const;
export type LinkedDashboard = (typeof LINKED_DASHBOARDS)[number];

/** The part of the settings that is not secret. */
export interface WorkflowOptions extends DataSourceJsonData {
  /** Workflow that new queries begin with. */
  defaultWorkflow?: string;
  /** Seconds that Grafana waits for an answer: 1 to 3600. */
  timeout?: number;
  /** Whether series, states and alerts link to the dashboards of their models; absent means yes. */
  dashboardLinks?: boolean;
  /** The uid of the dashboard that shows each; absent means the one that comes with Pneumograph. */
  linkedDashboards?: Partial<Record<LinkedDashboard, string>>;
  /** Whether the ingest backend is told the login of the user who asks; absent means so. */
  forwardUser?: boolean;
  /** Own certificate authority, of the secret `tlsCACert`. */
  tlsAuthWithCACert?: boolean;
  /** Client certificate, of the secrets `tlsClientCert` and `tlsClientKey`. */
  tlsAuth?: boolean;
  /** Name that the server's certificate is for, where it is not the host of the URL. */
  serverName?: string;
  tlsSkipVerify?: boolean;
}

/** Kept by Grafana's server, never sent to the browser. */
export interface WorkflowSecrets {
  /** Access token of the ingest backend, sent as a bearer token. */
  token?: string;
}

/** What older ingest backends may leave out of the catalogue's metrics. */
export type ListedMetric = Omit<Metric, 'area' | 'help'> & Partial<Pick<Metric, 'area' | 'help'>>;
