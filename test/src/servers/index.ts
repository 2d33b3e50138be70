export { type BackendOptions, type RunningBackend, startBackend } from './backend.js';
export { findChromium, type RunningBrowser, startChromium } from './chromium.js';
export { getKafka, KAFKA_VERSION, type KafkaServer } from './kafka.js';
export { eventually, freePort, type RunningProcess, runToEnd, startProcess } from './process.js';
