export { ConfigurationError, loadConfiguration, parseConfiguration } from './load.js';
export {
  configuration,
  type Configuration,
  type FileConfiguration,
  type FleetConfiguration,
  type KafkaConfiguration,
  type LogSinkConfiguration,
  type SourceConfiguration,
} from './schema.js';
