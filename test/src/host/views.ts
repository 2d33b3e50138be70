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

export interface PanelView extends CommonView {
  kind: 'panel';
  pluginId: string;
  title: string;
  /** Queries as a dashboard saves them; answered by the data source, that is by the Go plugin. */
  queries: Array<{ refId: string } & Record<string, unknown>>;
  options?: Record<string, unknown>;
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
