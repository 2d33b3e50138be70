export { HttpTransport, type Routes } from './http.js';
export { createTopics, KafkaTransport, topicOf } from './kafka.js';
export { portName, type Inlet, type Link, type Outlet, type Port, type Transport } from './transport.js';
