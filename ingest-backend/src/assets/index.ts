export { Refused } from './candidate.js';
export { alertsOf, compareAlerts, type Compared } from './compare.js';
export { DryRun } from './dry-run.js';
export { Conflict, Damaged, Library, type Content } from './library.js';
export { NOTHING, Registry, Unknown, type Author, type Runner } from './registry.js';
