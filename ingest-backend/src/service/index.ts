export { createFleetSource, readWorkflows } from './fleet.js';
export { Service, type Role, type ServiceOptions } from './service.js';
export { createStore } from './store.js';
