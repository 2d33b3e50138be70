export { readWorkflows } from './fleet.js';
export { Service, type ServiceOptions } from './service.js';
