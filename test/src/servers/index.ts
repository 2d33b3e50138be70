export { type AlertmanagerServer, startAlertmanager } from './alertmanager.js';
export { type BackendOptions, type RunningBackend, startBackend } from './backend.js';
export { findChromium, type RunningBrowser, startChromium } from './chromium.js';
export { buildInfluxd, getInfluxDb, type InfluxDbServer, type OwnInfluxDb, startOwnInfluxDb } from './influxdb.js';
export { type LineServer, startInfluxDb1, startVictoriaMetrics } from './line-servers.js';
export { fetchJars, getKafka, KAFKA_VERSION, type KafkaServer, type OwnKafka, startOwnKafka } from './kafka.js';
export { eventually, freePort, type RunningProcess, runToEnd, startProcess } from './process.js';
