export { Composer, readStatus } from './composer.js';
export { Connect } from './connect.js';
export { Fleet, FleetEngine, type Assignment, type Member } from './fleet.js';
export { Poller } from './poller.js';
export type { FleetSource } from './source.js';
export {
  readLink,
  readWorkflow,
  shapeOfLinks,
  splitEnd,
  WorkflowFileError,
  type Link,
  type WorkflowShape,
} from './workflow-file.js';
export { Workflows } from './workflows.js';
