import { MONITOR_METRICS } from './monitor-metrics.js';
import { SELF_METRICS } from './self-metrics.js';

/** How one engine's points of a bucket become one value. */
export const OVER = ['avg', 'sum', 'min', 'max', 'last', 'count', 'p50', 'p95', 'p99'] as const;
export type Over = (typeof OVER)[number];

/** How the values of several engines become one. `worst` is for states alone. */
export const ACROSS = ['sum', 'avg', 'min', 'max', 'worst'] as const;
export type Across = (typeof ACROSS)[number];

export type MetricKind = 'count' | 'rate' | 'gauge' | 'state';
export type MetricArea =
  'throughput' | 'records' | 'rejects' | 'resources' | 'status' | 'flow' | 'data' | 'model performance' | 'self';

/** In which ways a metric can be asked for that is worked out when asked: the others would mean nothing. */
export interface Joins {
  readonly over: readonly Over[];
  readonly across: readonly Across[];
  /** Whether it can be told of one engine. */
  readonly byEngine: boolean;
}

export interface Metric {
  readonly name: string;
  /** A Grafana unit id, so that panels format values without configuration. */
  readonly unit: string;
  readonly kind: MetricKind;
  /** Whether each slot of a model has a series of its own. */
  readonly slotted: boolean;
  readonly over: Over;
  readonly across: Across;
  readonly area: MetricArea;
  /** Only of metrics that are worked out when asked, from the stored points of others. */
  readonly joins?: Joins;
  /** One line for people. */
  readonly help: string;
}

/** Every metric that Pneumograph stores or derives, with what a query needs to combine it rightly. */
export const METRICS: readonly Metric[] = [
  {
    name: 'rps',
    unit: 'recps',
    kind: 'rate',
    slotted: true,
    over: 'avg',
    across: 'sum',
    area: 'throughput',
    help: 'Records per second through a slot',
  },
  {
    name: 'record.count',
    unit: 'short',
    kind: 'count',
    slotted: true,
    over: 'sum',
    across: 'sum',
    area: 'records',
    help: 'Records consumed (input slots) or produced (output slots)',
  },
  {
    name: 'record.size',
    unit: 'decbytes',
    kind: 'count',
    slotted: true,
    over: 'sum',
    across: 'sum',
    area: 'records',
    help: 'Bytes of the records consumed or produced',
  },
  {
    name: 'record.rejected.by.schema.count',
    unit: 'short',
    kind: 'count',
    slotted: true,
    over: 'sum',
    across: 'sum',
    area: 'rejects',
    help: 'Records that did not fit the schema of the slot',
  },
  {
    name: 'record.rejected.by.encoding.count',
    unit: 'short',
    kind: 'count',
    slotted: true,
    over: 'sum',
    across: 'sum',
    area: 'rejects',
    help: 'Records that could not be decoded',
  },
  {
    name: 'cpu.utilization',
    unit: 'percent',
    kind: 'gauge',
    slotted: false,
    over: 'avg',
    across: 'avg',
    area: 'resources',
    help: 'CPU utilization of an engine as its sensor reports it; the mean of a model’s engines',
  },
  {
    name: 'memory',
    unit: 'bytes',
    kind: 'gauge',
    slotted: false,
    over: 'avg',
    across: 'sum',
    area: 'resources',
    help: 'Memory in use; the sum of a model’s engines',
  },
  {
    name: 'engine.status',
    unit: 'none',
    kind: 'state',
    slotted: false,
    over: 'last',
    across: 'worst',
    area: 'status',
    help: 'State of an engine; the worst of a model’s engines',
  },
  {
    name: 'coverage',
    unit: 'percentunit',
    kind: 'gauge',
    slotted: true,
    over: 'avg',
    across: 'avg',
    area: 'flow',
    help: 'Share of the time that reports of record counts speak for: below 100 %, reports are missing',
    joins: { over: ['avg'], across: ['avg', 'min', 'max'], byEngine: true },
  },
  {
    name: 'amplification',
    unit: 'none',
    kind: 'gauge',
    slotted: true,
    over: 'avg',
    across: 'avg',
    area: 'flow',
    help: 'Records out of an output slot for each record that the model took in',
    joins: { over: ['avg'], across: ['avg', 'min', 'max'], byEngine: true },
  },
  {
    name: 'loss',
    unit: 'percentunit',
    kind: 'gauge',
    slotted: true,
    over: 'avg',
    across: 'avg',
    area: 'flow',
    help: 'Share of the records expected at an output slot that never came, rejected ones aside',
    joins: { over: ['avg'], across: ['avg', 'min', 'max'], byEngine: true },
  },
  {
    name: 'latency',
    unit: 's',
    kind: 'gauge',
    slotted: false,
    over: 'p95',
    across: 'max',
    area: 'flow',
    help: 'Time from a record’s way into a model to its way out, estimated from the counts on both sides',
    joins: { over: ['p50', 'p95', 'p99', 'avg', 'min', 'max'], across: ['avg', 'min', 'max'], byEngine: true },
  },
  {
    name: 'backlog',
    unit: 'short',
    kind: 'gauge',
    slotted: true,
    over: 'last',
    across: 'sum',
    area: 'flow',
    help: 'Records written to an input slot by the models before it, and not read yet; the least of the range counts as none',
    joins: { over: ['last'], across: ['sum', 'min', 'max'], byEngine: false },
  },
  {
    name: 'conservation',
    unit: 'percentunit',
    kind: 'gauge',
    slotted: true,
    over: 'avg',
    across: 'avg',
    area: 'flow',
    help: 'Records read at an input slot for each record that the models before it wrote: 100 % where none is lost or doubled',
    joins: { over: ['avg'], across: ['avg', 'min', 'max'], byEngine: false },
  },
  ...MONITOR_METRICS,
  ...SELF_METRICS,
];

const BY_NAME = new Map(METRICS.map((metric) => [metric.name, metric]));

/** The metric of this name, or undefined. */
export function findMetric(name: string): Metric | undefined {
  return BY_NAME.get(name);
}

/** What a catalogue call answers: everything that can be asked for. */
export interface Catalogue {
  workflows: CatalogueWorkflow[];
  /** The reserved workflow of the ingest backend's metrics of itself, once it has any: no list of workflows shows it. */
  self?: CatalogueWorkflow;
  /** Those that are always there, and those that monitors named. */
  metrics: Metric[];
  monitors: CatalogueMonitor[];
  /** Engines that are not listed because there are too many. */
  omitted?: { engines: number };
}

/** Engines that a catalogue lists at most. */
export const CATALOGUE_ENGINES = 20_000;

/** A monitor as it is defined, and how it does. */
export interface CatalogueMonitor {
  name: string;
  kind: string;
  version: string;
  /** `waiting` where none of the streams that it is attached to is read, `failed` where it will be started again. */
  state: 'active' | 'waiting' | 'failed';
  /** Why it failed. */
  error?: string | undefined;
  /** The streams that it reads by now. */
  attached: ReadonlyArray<{ workflow: string; model: string; slot?: number | undefined }>;
}

export interface CatalogueWorkflow {
  /** Empty for models outside any workflow. */
  name: string;
  models: CatalogueModel[];
  /** Edges between slots, each end as `model:slot`. */
  links: Array<{ from: string; to: string }>;
}

export interface CatalogueModel {
  name: string;
  /** The asset that runs under this name, where known. */
  asset?: string;
  slots: number[];
  engines: CatalogueEngine[];
  /** Fields of its records that monitors tell something of, where any do. */
  features?: string[];
}

export interface CatalogueEngine {
  src: string;
  /** The engine's name where it has one, else its `src`. */
  name: string;
  /** State in words, `unknown` after silence or before the first state message. */
  status: string;
  /** ISO 8601 time of the engine's newest report or state message, null where there was none. */
  lastSeen: string | null;
  /** Seconds that the engine's clock is ahead of the arrival of its messages; negative where it is behind, or they are late. */
  clockOffset?: number;
  /** What is wrong with the engine's reports, in words: a tap that counts otherwise than it is said to. */
  notices?: string[];
}
