export { WorkflowGraph } from './WorkflowGraph';
