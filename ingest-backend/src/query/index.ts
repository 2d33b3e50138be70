export { toAlert } from './alerts.js';
export { QueryEngine, type QueryEngineOptions } from './engine.js';
export type {
  Directory,
  DirectoryAssignment,
  DirectoryEnd,
  DirectoryEngine,
  DirectoryLink,
  DirectoryModel,
  DirectoryWorkflow,
  EngineVitals,
} from './directory.js';
export { BadRequest, QueryRefused, type RequestProblem } from './errors.js';
export { parseQuery } from './request.js';
