export { createFleetSource, readWorkflows } from './fleet.js';
export { ROLES, WHOLE, type Role } from './roles/index.js';
export { Service, type ServiceOptions } from './service.js';
export { createStore } from './store.js';
