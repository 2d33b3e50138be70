export type { Connection } from './connection.js';
export type { AlertmanagerNotify, EmailNotify, NotifyConfiguration, SlackNotify, WebhookNotify } from './notify.js';
export { ConfigurationError, explain, loadConfiguration, parseConfiguration, parseYaml } from './load.js';
export { duration, size } from './units.js';
export {
  configuration,
  type ArchiveConfiguration,
  type Configuration,
  type FileConfiguration,
  type FleetConfiguration,
  type SinkConfiguration,
  type SourceConfiguration,
  type StoreConfiguration,
  type WebSocketConfiguration,
} from './schema.js';
export {
  plainStream,
  streamDescriptor,
  type PlainStream,
  type StreamConfiguration,
  type StreamDescriptor,
} from './streams.js';
