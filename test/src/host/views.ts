/** What a test asks the plugin host's page to show, and what it reads back. Plain data: it crosses into the browser. */

export type Theme = 'dark' | 'light';

interface CommonView {
  theme: Theme;
  /** Pixels. */
  width: number;
  /** Pixels. */
  height: number;
  /** Epoch milliseconds, half open. */
  range: { from: number; to: number };
  /** Values of dashboard variables by name. */
  variables?: Record<string, string | string[]>;
}

/** A made-up fleet, for what no recorded data is large enough. Engines are spread evenly over the models. */
export interface Fleet {
  models: number;
  engines: number;
  perWorkflow: number;
  /** Whether queries of metrics tell curves, latency, backlog and drift of its models as well, and alerts are in all states. */
  numbers?: boolean;
}

/** A frame as a test writes it. */
export interface PlainFrame {
  name?: string;
  refId?: string;
  fields: Array<{
    name: string;
    /** Grafana's name of a type; worked out from the values where it is left out. */
    type?: string;
    labels?: Record<string, string>;
    config?: Record<string, unknown>;
    values: unknown[];
  }>;
}

/** What a run of updates cost the page. */
export interface UpdateRun {
  /** Frames that the screen got late, of so many that it could have had. */
  dropped: number;
  frames: number;
}

export interface PanelView extends CommonView {
  kind: 'panel';
  pluginId: string;
  title: string;
  /** Queries as a dashboard saves them; answered by the data source, that is by the Go plugin. */
  queries: Array<{ refId: string } & Record<string, unknown>>;
  options?: Record<string, unknown>;
  /** Shows this fleet in place of what queries answer. */
  fleet?: Fleet;
  /** Shows these frames in place of what queries answer. */
  frames?: PlainFrame[];
  /** What the dashboard marks. */
  annotations?: PlainFrame[];
  /** What Grafana's alert rule of the panel says. */
  alertState?: { id: number; dashboardId: number; panelId: number; state: string };
  /** Whether the panel is open in Grafana's panel editor. */
  editing?: boolean;
}

/** An editor of queries: of a panel, an alert rule, or annotations. */
export interface QueryEditorView extends CommonView {
  kind: 'query-editor' | 'annotation-editor';
  /** Where in Grafana it is opened, as Grafana names it; a panel's editor unless said. */
  app?: 'panel-editor' | 'explore' | 'unified-alerting';
  query: { refId: string } & Record<string, unknown>;
}

export interface VariableEditorView extends CommonView {
  kind: 'variable-editor';
  query: { refId: string } & Record<string, unknown>;
}

export interface ConfigEditorView extends CommonView {
  kind: 'config-editor';
}

export type View = PanelView | QueryEditorView | VariableEditorView | ConfigEditorView;

/** The page's face, on `window.pluginHost`. */
export interface PluginHostPage {
  /** Shows a view in place of the one before; settles when its data is there and it is drawn. */
  show(view: View): Promise<void>;
  /** Milliseconds from the data to the first picture of the newest view. */
  firstPaint(): number;
  /**
   * Gives the panel of a fleet new values, so many times, so many milliseconds apart; settles when the last are drawn.
   * With a gap of 0 each follows the drawing of the one before.
   */
  update(times: number, gap: number): Promise<UpdateRun>;
  /** Paints as many plain cells on a canvas of the view's size, as often: what `update` is to be compared with. */
  plain(cells: number, times: number, gap: number): Promise<UpdateRun>;
  /** Time ranges that the panel asked for, the last one last. */
  ranges(): Array<{ from: number; to: number }>;
  /** What the plugin has saved so far: the query of an editor, the settings of the config editor. */
  saved(): unknown;
  /** Frames of the newest query of the view, in Grafana's JSON form. */
  frames(): unknown[];
  /** Runs a variable query as a dashboard does. */
  variableValues(
    query: { refId: string } & Record<string, unknown>,
    view: CommonView
  ): Promise<Array<{ text: string; value: string }>>;
}
