export { ConfigurationError, loadConfiguration, parseConfiguration, parseYaml } from './load.js';
export { duration } from './units.js';
export {
  configuration,
  type Configuration,
  type FileConfiguration,
  type FleetConfiguration,
  type KafkaConfiguration,
  type LogSinkConfiguration,
  type SourceConfiguration,
  type WebSocketConfiguration,
} from './schema.js';
