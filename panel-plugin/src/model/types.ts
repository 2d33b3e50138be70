import type { EngineState } from '@pneumograph/contract';

/** What a model is shown as: the state of its worst engine, or why there is none. */
export type ModelState =
  | EngineState
  /** A state text that engines are not documented to have; shown as it came. */
  | 'other'
  /** The model has no engine. */
  | 'none'
  /** Only a link speaks of the model: the `nodes` frame does not list it. */
  | 'unlisted';

/** A number together with its text in the unit and decimals of its field. */
export interface Stat {
  value: number;
  text: string;
  /** CSS colour, only where the field colours by value (thresholds or a gradient). */
  color?: string;
  /** Where it lies between the bounds of its field, 0 to 1, and the thresholds on that way; only where it has bounds. */
  bounds?: { share: number; marks: number[] };
  /** How it came to be, oldest first, where a query tells; gaps are null. */
  history?: History;
}

/** At most some sixty values, evenly spaced in time. */
export type History = ReadonlyArray<number | null>;

export const STAT_NAMES = ['rpsIn', 'rpsOut', 'rejected', 'latency', 'backlog', 'cpu', 'memory'] as const;
export type StatName = (typeof STAT_NAMES)[number];

/** A number that monitors or other queries tell of a model, beyond those that cards have a place for. */
export interface MeasureView {
  metric: string;
  /** Empty where no monitor tells it. */
  monitor: string;
  /** The field of the records that it is about; empty for none. */
  feature: string;
  slot: number | undefined;
  stat: Stat;
}

export const BADGE_KINDS = ['drift', 'divergence'] as const;
export type BadgeKind = (typeof BADGE_KINDS)[number];

/** That data drift or predictions diverge, or how far, in short. */
export interface Badge {
  kind: BadgeKind;
  /** The rank of the alert that says so, or of the bound that a value passed; undefined where all is well. */
  rank: AlertRank | undefined;
  /** What it follows from, for tooltips: the alert's text, or metric and value. */
  text: string;
}

/** What a fault upstream does to a model that has none of its own. */
export interface Consequence {
  kind: 'starved';
  /** Ids of the models that let nothing through, sorted. */
  by: string[];
  /** Their names. */
  names: string[];
}

export interface EngineCount {
  state: EngineState;
  count: number;
}

export interface Engines {
  /** Undefined where the frame says nothing about engines. */
  total: number | undefined;
  /** States with at least one engine, worst first. */
  byState: EngineCount[];
}

export type AlertRank = 'critical' | 'warning' | 'info';

/** `other` is a state that nobody knows; `AlertView.state` has its words. */
export type AlertStatus = 'firing' | 'error' | 'nodata' | 'recovering' | 'pending' | 'other' | 'resolved';

export interface AlertView {
  /** Epoch milliseconds; undefined where the row has no readable time. */
  time: number | undefined;
  /** When it was over, where that is told. */
  timeEnd: number | undefined;
  model: string;
  workflow: string;
  engine: string;
  /** The severity as it came, for people. */
  severity: string;
  rank: AlertRank;
  /** What is wrong, short; empty where only the text says it. */
  title: string;
  text: string;
  /** The state as it came. */
  state: string;
  status: AlertStatus;
  /** Whether nobody is notified of it. */
  silenced: boolean;
  /** Why, for people; empty where that is not told. */
  muted: string;
  /** Undefined where it is about a whole model. */
  slot: number | undefined;
  monitor: string;
  feature: string;
  /** What was seen, as JSON or text; empty where that is not told. */
  evidence: string;
  /** Where more is to be seen; empty for nowhere. */
  url: string;
  /** Undefined for alerts of annotations. */
  origin: RowOrigin | undefined;
}

export interface ModelAlerts {
  /** How many there are; `items` may hold fewer. */
  count: number;
  worst: AlertRank | undefined;
  /** The one to speak of first; undefined where there is none. */
  first: AlertView | undefined;
  /** Those that fire before those that do not, then worst first, then newest first. */
  items: AlertView[];
}

/** Where a row lies, for what is only wanted on a click: the data links. */
export interface RowOrigin {
  frame: number;
  row: number;
}

export interface ModelView {
  id: string;
  name: string;
  /** Empty for models outside any workflow. */
  workflow: string;
  state: ModelState;
  /** The state in words, as people read it. */
  stateText: string;
  engines: Engines;
  stats: Partial<Record<StatName, Stat>>;
  badges: Badge[];
  measures: MeasureView[];
  consequence: Consequence | undefined;
  alerts: ModelAlerts;
  /** Position that the workflow file gives, in its own unit. */
  fixed: { x: number; y: number } | undefined;
  /** Undefined for a model that only links speak of. */
  origin: RowOrigin | undefined;
}

/** One pair of slots that a link joins. */
export interface SlotFlow {
  sourceSlot: number | undefined;
  targetSlot: number | undefined;
  rate: Stat | undefined;
  /** Records written and not read yet. */
  backlog: Stat | undefined;
}

/** All edges from one model to another, drawn as one arrow. */
export interface LinkView {
  /** Of its ends: `linkId`. */
  id: string;
  source: string;
  target: string;
  flows: SlotFlow[];
  /** Sum of the flows that have a rate; undefined where none has. */
  rate: Stat | undefined;
  /** Sum of the backlogs that are known. */
  backlog: Stat | undefined;
  /** Alerts on the slots that it joins. */
  alerts: AlertView[];
}

export interface Notice {
  /** `alert` for what Grafana's alert rule of the panel says. */
  severity: 'info' | 'warning' | 'alert';
  text: string;
  /** Of the graph alone; the other views have no such limit. */
  ofGraph?: true;
}

export interface WorkflowGroup {
  name: string;
  /** Sorted by id, so that the same topology in any order gives the same picture. */
  models: ModelView[];
}

/** A stretch of time in which an engine was in one state. */
export interface EngineBand {
  /** Epoch milliseconds. */
  from: number;
  /** Undefined where it goes on. */
  to: number | undefined;
  state: ModelState;
  /** The state in words. */
  text: string;
  /** As the engine spelled it, where that is told. */
  said: string;
  /** Why it is taken to be so: a message, silence; empty where that is not told. */
  cause: string;
}

/** An engine and its states over time, the oldest first. */
export interface EngineView {
  id: string;
  /** Its id as the data source knows it. */
  engine: string;
  name: string;
  model: string;
  workflow: string;
  /** By now. */
  state: ModelState;
  bands: EngineBand[];
}

/** The engines whose states over time a query tells, by workflow, model and name. */
export interface Fleet {
  engines: EngineView[];
  /** What of those states cannot be used. */
  notices: Notice[];
}

/** What a dashboard marks on all of its panels: a moment, or a stretch of time. */
export interface EventView {
  /** Epoch milliseconds. */
  from: number;
  /** Undefined for a moment. */
  to: number | undefined;
  text: string;
}

/** Everything the panel draws. */
export interface HealthView {
  groups: WorkflowGroup[];
  /** All models, those beyond the limit of the graph too, in the order of their ids. */
  models: ModelView[];
  /** Reads them when it is first asked: graph and table show none, and large fleets have tens of thousands of rows. */
  fleet: () => Fleet;
  alerts: AlertView[];
  /** Annotations that are about no model, the oldest first. */
  events: EventView[];
  links: LinkView[];
  notices: Notice[];
  /** How many models are in each state, worst first; counts models beyond the limit too. */
  states: Array<{ state: ModelState; count: number }>;
  /** Whether a frame lists models, be it without any. */
  hasTopology: boolean;
  /** Filled when there is nothing to draw: what is missing, one sentence each. */
  missing: string[];
}
