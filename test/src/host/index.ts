export { type HostPage, openHostPage } from './page.js';
export {
  type DatasourceSettings,
  type GoPlugin,
  type HealthAnswer,
  type JsonFrame,
  type QueryAnswer,
  startGoPlugin,
} from './plugin-client.js';
export {
  builtPlugin,
  DATASOURCE_PLUGIN,
  datasourceSettings,
  PANEL_PLUGIN,
  type PluginHost,
  startPluginHost,
} from './server.js';
export type {
  ConfigEditorView,
  Fleet,
  PanelView,
  QueryEditorView,
  Theme,
  UpdateRun,
  VariableEditorView,
  View,
} from './views.js';
