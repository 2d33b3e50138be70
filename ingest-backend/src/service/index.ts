export { kafkaClient } from './sources.js';
export { createFleetSource, readWorkflows } from './fleet.js';
export { Service, type ServiceOptions } from './service.js';
