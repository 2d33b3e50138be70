export { isLoopback, ROLES, Tokens, type Role } from './access.js';
export { ApiError } from './errors.js';
export type { Access } from './gate.js';
export type { MonitorKeeper } from './monitors.js';
export { createServer, type Backend } from './server.js';
export type { SilenceKeeper } from './silences.js';
