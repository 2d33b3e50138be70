export { InfluxDbSink, type InfluxDbSinkOptions } from './influxdb.js';
