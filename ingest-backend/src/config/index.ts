export { ConfigurationError, loadConfiguration, parseConfiguration } from './load.js';
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
