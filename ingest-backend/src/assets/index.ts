export { alertsOf, compareAlerts, type Compared } from './compare.js';
export { DryRun } from './dry-run.js';
export { Conflict, Library, type Content } from './library.js';
export { Refused, Registry, Unknown, type Author, type Runner } from './registry.js';
