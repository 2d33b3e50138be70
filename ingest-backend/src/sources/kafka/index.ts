export { kafkaClient } from './client.js';
export { KafkaSource, type Stored } from './source.js';
