export { channelOf } from './channel.js';
export { tabTo, typeAndChoose } from './keyboard.js';
export { outside } from './layout.js';
export { comparePicture } from './pictures.js';
export { type HostPage, openHostPage } from './page.js';
export {
  type DatasourceSettings,
  type GoPlugin,
  type HealthAnswer,
  type JsonFrame,
  type LiveMessage,
  type QueryAnswer,
  startGoPlugin,
} from './plugin-client.js';
export {
  builtPlugin,
  DATASOURCE_PLUGIN,
  datasourceSettings,
  newestGrafanaPackages,
  PANEL_PLUGIN,
  type PluginHost,
  startPluginHost,
} from './server.js';
export type {
  ConfigEditorView,
  Fleet,
  PanelView,
  PlainFrame,
  QueryEditorView,
  Theme,
  UpdateRun,
  VariableEditorView,
  View,
} from './views.js';
