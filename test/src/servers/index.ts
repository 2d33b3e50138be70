export { type BackendOptions, type RunningBackend, startBackend } from './backend.js';
export { findChromium, type RunningBrowser, startChromium } from './chromium.js';
export {
  builtInfluxd,
  buildInfluxd,
  getInfluxDb,
  INFLUXDB_VERSION,
  type InfluxDbServer,
  type OwnInfluxDb,
  startOwnInfluxDb,
} from './influxdb.js';
export { fetchJars, getKafka, KAFKA_VERSION, type KafkaServer, type OwnKafka, startOwnKafka } from './kafka.js';
export { eventually, freePort, type RunningProcess, runToEnd, startProcess } from './process.js';
