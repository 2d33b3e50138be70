export { isInEditor } from './usePositions';
export { WorkflowGraph } from './WorkflowGraph';
