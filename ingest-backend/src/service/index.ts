export { createFleetSource, readWorkflows } from './fleet.js';
export { createStore } from './store.js';
export { Service, type Role, type ServiceOptions } from './service.js';
